using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Aurum.Testing.Kafka;

/// <summary>
/// A mock Kafka cluster as a process of its own, with a remote control. A test project that starts one references
/// Aurum.DevServices, so that the program lies beside the tests. Brokers are numbered from 1. Every wait is bounded.
/// </summary>
/// <remarks>
/// A partition keeps at most 5 MB, compressed, and 100,000 batches, and then forgets the oldest. A topic that nobody created appears
/// with 4 partitions as soon as a client asks for it.
/// </remarks>
public sealed class MockKafka : IAsyncDisposable
{
    /// <summary>For each broker-wide command: all of them.</summary>
    public const int AllBrokers = -1;

    /// <summary>Generous, since the machine may be busy with other tests; nothing waits for it to pass.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _control;

    private MockKafka(Process process, string bootstrapServers, Uri control)
    {
        _process = process;
        BootstrapServers = bootstrapServers;
        _control = new HttpClient { BaseAddress = control, Timeout = Patience };
    }

    /// <summary>The program lies beside the tests, where the reference to it puts it.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Aurum.DevServices.dll");

    /// <summary>Value for <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers { get; }

    public int ProcessId => _process.Id;

    public static async Task<MockKafka> StartAsync(int brokers = 3)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(dotnet, [Program, "kafka", "--brokers", $"{brokers}", "--until-stdin-closes"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        var process = new Process { StartInfo = start };
        var complaints = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (complaints)
            {
                complaints.AppendLine(line.Data);
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new EndOfStreamException("It ended without a word.");
            var addresses = JsonSerializer.Deserialize<Dictionary<string, string>>(line)!;
            return new MockKafka(process, addresses["kafka"], new Uri(addresses["control"]));
        }
        catch (Exception exception)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            throw new InvalidOperationException($"{Program} gives no mock cluster: {exception.Message}\n{complaints}", exception);
        }
    }

    /// <returns>The name, made unique, so that tests can share a cluster.</returns>
    public async Task<string> CreateTopicAsync(string prefix, int partitions)
    {
        var topic = $"{prefix}-{Guid.NewGuid():n}";
        await PostAsync($"/topics/{topic}?partitions={partitions}");
        return topic;
    }

    /// <summary>Creates a topic by exactly this name, which must be new.</summary>
    public Task CreateNamedTopicAsync(string topic, int partitions) => PostAsync($"/topics/{topic}?partitions={partitions}");

    public Task DeleteTopicAsync(string topic) => DeleteAsync($"/topics/{topic}");

    /// <summary>What metadata says of the topic from now on, for instance TOPIC_AUTHORIZATION_FAILED; NO_ERROR takes it back.</summary>
    public Task SetTopicErrorAsync(string topic, string error) => PostAsync($"/topics/{topic}/error?error={error}");

    /// <param name="broker">-1 leaves the partition without a leader.</param>
    public Task SetLeaderAsync(string topic, int partition, int broker) => PostAsync($"/topics/{topic}/partitions/{partition}/leader?broker={broker}");

    /// <summary>Moves the beginning of a partition, as retention does.</summary>
    public Task DeleteRecordsAsync(string topic, int partition, long before) => DeleteAsync($"/topics/{topic}/partitions/{partition}/records?before={before}");

    /// <summary>Cuts the broker's connections and lets it take no new ones. Its partitions keep it as their leader.</summary>
    public Task SetBrokerDownAsync(int broker) => PostAsync($"/brokers/{broker}/down");

    public Task SetBrokerUpAsync(int broker) => PostAsync($"/brokers/{broker}/up");

    /// <summary>Delays every answer of a broker.</summary>
    public Task SetRoundTripAsync(int broker, TimeSpan roundTrip) => PostAsync($"/brokers/{broker}/rtt?ms={(int)roundTrip.TotalMilliseconds}");

    public Task SetGroupCoordinatorAsync(string group, int broker) => PostAsync($"/groups/{group}/coordinator?broker={broker}");

    /// <summary>How long the first member of an empty group waits for others; none here, 3 s on a real broker.</summary>
    public Task SetInitialRebalanceDelayAsync(TimeSpan delay) => PostAsync($"/groups/initial-rebalance-delay?ms={(int)delay.TotalMilliseconds}");

    /// <summary>The next requests of a kind fail, whoever sends them.</summary>
    /// <param name="api">Produce, Fetch, Metadata, OffsetCommit, Heartbeat, ...</param>
    /// <param name="error">NOT_LEADER_OR_FOLLOWER, ...; _TRANSPORT cuts the connection instead of answering.</param>
    public Task PushErrorsAsync(string api, string error, int count = 1) => PostAsync($"/errors?api={api}&error={error}&count={count}");

    public Task ClearErrorsAsync(string api) => DeleteAsync($"/errors?api={api}");

    /// <summary>The brokers no longer know a request at all; for clients that connect from now on.</summary>
    public Task DisableApiAsync(string api) => DeleteAsync($"/apis/{api}");

    /// <summary>Requests are counted from here on.</summary>
    public Task TrackRequestsAsync() => PostAsync("/requests");

    /// <returns>How many requests of each kind came, whoever sent them.</returns>
    public async Task<IReadOnlyDictionary<string, int>> CountRequestsAsync() =>
        (await _control.GetFromJsonAsync<Dictionary<string, int>>("/requests"))!;

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }

        _process.Dispose();
    }

    private async Task PostAsync(string path) => await SucceedAsync(await _control.PostAsync(path, content: null));

    private async Task DeleteAsync(string path) => await SucceedAsync(await _control.DeleteAsync(path));

    private static async Task SucceedAsync(HttpResponseMessage response)
    {
        using (response)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new ArgumentException($"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }
    }
}
