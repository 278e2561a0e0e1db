using System.Collections.Concurrent;
using System.Globalization;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Host;
using Aurum.Simulator;
using Aurum.Testing.Network;
using Npgsql;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>
/// Several nodes that form a cluster, each on a machine of its own as far as its network goes, and the systems of production around
/// them. A node that ends without being told to is started again, as Kubernetes would.
/// </summary>
internal sealed class ClusterWorld : IAsyncDisposable
{
    private const string Name = "aurum-test", Joined = "This node is a member of the cluster";

    /// <summary>Without any progress; generous, since the machine may be busy with other tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly VirtualNetwork _network;
    private readonly Dictionary<string, string> _environment;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<SeriesId, DateTime> _changedFrom = [];
    private readonly ConcurrentQueue<string> _story = new();
    private readonly StallWatch _stallWatch = new();
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private readonly Task _supervising;

    private ClusterWorld(ProductionWorld services, VirtualNetwork network, ClusterWork work, double intervalSeconds)
    {
        (Services, _network, Work) = (services, network, work);
        string[] arguments =
        [
            "run", "--loop", "--interval", intervalSeconds.ToString(CultureInfo.InvariantCulture), "--config", services.World.Config.Path, "--log-level", "info",
        ];
        Nodes = [.. network.Machines.Select((machine, index) => new ClusterNode(services, machine, index + 1, arguments))];
        _environment = new Dictionary<string, string>
        {
            ["AURUM_CLUSTER_NAME"] = Name,
            ["AURUM_SEED_NODES"] = string.Join(',', network.Machines.Select(machine => $"{machine.Address}:{ClusterNode.Port}")),
        };
        _supervising = Task.Run(SuperviseAsync);
        Brokers = new Forgetfulness(services);
    }

    public ProductionWorld Services { get; }

    public ClusterWork Work { get; }

    public Forgetfulness Brokers { get; }

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public ProviderSimulator Simulator => Services.Simulator;

    public ArrivalLog Arrivals => Services.Simulator.Arrivals;

    /// <summary>What was done to whom, for who reads of a failure.</summary>
    public IReadOnlyList<string> Story => [.. _story];

    /// <summary>When the tests themselves had no thread for the simulator and the proxies.</summary>
    public IReadOnlyList<string> Stalls => _stallWatch.Stalls;

    public static async Task<ClusterWorld> CreateAsync(ClusterWork work, int seed, int nodes = 3, double intervalSeconds = 2)
    {
        var services = await ProductionWorld.CreateAsync(work.Simulator(seed), work.Plans);
        work.Configure(services.World.Config);
        return new ClusterWorld(services, await VirtualNetwork.CreateAsync(nodes), work, intervalSeconds);
    }

    public void Start(ClusterNode node) => node.Start(_environment);

    public void StartAll()
    {
        foreach (var node in Nodes)
        {
            Start(node);
        }
    }

    public void Tell(FormattableString what) =>
        _story.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(_since).TotalSeconds,6:0.0} s  {what.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>Waits until the newest process of each of these nodes is a member of the cluster.</summary>
    public async Task JoinAsync(params IEnumerable<ClusterNode> nodes)
    {
        foreach (var node in nodes)
        {
            await AwaitAsync(() => node.Process.Error.Text.Contains(Joined, StringComparison.Ordinal), $"node {node.Number} to join");
        }
    }

    /// <summary>Waits until each node says that it is ready.</summary>
    public async Task AreReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var node in Nodes)
        {
            while (!(node.IsRunning && await node.SaysAsync("ready")))
            {
                NobodyDied();
                if (patience.IsCancellationRequested)
                {
                    throw Failure($"node {node.Number} is still not ready after {Patience.TotalSeconds} s");
                }

                await Task.Delay(1000, CancellationToken.None);
            }
        }
    }

    /// <summary>The node that has the gate of a provider: the one that was last to say so. It may be frozen or cut off by now.</summary>
    public async Task<ClusterNode> GateKeeperAsync(string provider)
    {
        await AwaitAsync(() => GatesOf(provider).Any(), $"a node with the gate of {provider}");
        return GatesOf(provider).MaxBy(gate => gate.Line, StringComparer.Ordinal).Node;
    }

    /// <summary>Waits until another node says that the gate is with it, from now on.</summary>
    public async Task<ClusterNode> NextGateKeeperAsync(string provider, ClusterNode besides)
    {
        var before = GatesOf(provider).ToHashSet();
        await AwaitAsync(() => GatesOf(provider).Any(gate => gate.Node != besides && !before.Contains(gate)), $"another node than {besides.Number} with the gate of {provider}");
        return GatesOf(provider).First(gate => gate.Node != besides && !before.Contains(gate)).Node;
    }

    /// <summary>What running nodes have said of the gate of a provider; each line begins with its time.</summary>
    private IEnumerable<(ClusterNode Node, string Line)> GatesOf(string provider) =>
        from node in Nodes
        where node.IsRunning
        from line in node.Process.Error.Lines
        where line.Contains($"The gate of {provider} is on this node", StringComparison.Ordinal)
        select (node, line);

    /// <summary>Waits for so many requests from now on.</summary>
    public Task CollectAsync(int requests)
    {
        var until = Arrivals.Total + requests;
        return AwaitAsync(() => Arrivals.Total >= until, $"{requests} more requests");
    }

    /// <summary>
    /// A new day begins, with new values of every series. The simulator dates them to its midnight: only while no run is complete does nobody ask
    /// what has changed since later than that.
    /// </summary>
    public void NextDay() => Simulator.Truth.Today = World.Small.Today!.Value;

    /// <summary>Something that providers do at any time: what is recent is revised, what is new is published.</summary>
    public void Change(Random random)
    {
        var truth = Simulator.Truth;
        foreach (var plan in Services.World.Plans)
        {
            var series = plan.Series[random.Next(plan.Series.Length)];
            var revised = truth.Of(series).Last(observation => observation.Value is not null);
            truth.Revise(series, revised.Timestamp, Math.Round(revised.Value!.Value + random.Next(1, 5), 1));
            if (plan.Provider != "noaa")
            {
                // NOAA is never asked beyond today, where one more month would be.
                truth.Publish(series, 1);
            }

            _changedFrom.TryAdd(series, revised.Timestamp);
            Tell($"{series} revised at {revised.Timestamp:yyyy-MM-dd}");
        }
    }

    /// <summary>All vintages: two of one timestamp only where it was revised, or had no value yet.</summary>
    public async Task VintagesAreThoseOfRevisionsAsync()
    {
        var doubled =
            from row in await StoreComparison.RowsAsync(Services.Dsn)
            group row by (row.Series, row.Observation.Timestamp) into vintages
            where vintages.Count() > 1 && !(_changedFrom.TryGetValue(vintages.Key.Series, out var first) && vintages.Key.Timestamp >= first)
            select vintages.Key;
        Assert.Empty(doubled);
    }

    public Task SplitAsync(IEnumerable<ClusterNode> apart) => _network.SplitAsync([.. apart.Select(node => node.Machine)]);

    public Task HealAsync() => _network.HealAsync();

    public async Task AwaitAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            NobodyDied();
            if (patience.IsCancellationRequested)
            {
                throw Failure($"{what} was awaited for {Patience.TotalSeconds} s, in vain");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Waits until so many observations are stored as there are, as long as they become more.</summary>
    public async Task StoreFillsAsync()
    {
        var expected = Services.World.Plans.Sum(plan => plan.Series.Sum(series => Simulator.Truth.Of(series).Count(observation => DateOnly.FromDateTime(observation.Timestamp) >= plan.Start)));
        var (stored, since) = (-1L, TimeProvider.System.GetTimestamp());
        while (stored < expected)
        {
            var now = (long)(await Services.ScalarAsync("SELECT count(*) FROM external.timeseries_observation"))!;
            if (now > stored)
            {
                (stored, since) = (now, TimeProvider.System.GetTimestamp());
            }
            else if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw Failure(
                    $"{stored:N0} of {expected:N0} observations are stored, and no more for {Patience.TotalSeconds} s; the mock brokers dropped {Brokers.Records:N0} records before they were taken, the longest lag of a partition was {Brokers.WorstLag:N0}\n{await MissingAsync()}");
            }

            await Task.Delay(500, CancellationToken.None);
        }
    }

    /// <summary>Which observations are not stored, and what the journals of their series say.</summary>
    private async Task<string> MissingAsync()
    {
        var stored = (await StoreComparison.RowsAsync(Services.Dsn)).Select(row => (row.Series, row.Observation.Timestamp)).ToHashSet();
        var lines = new List<string>();
        foreach (var (plan, series) in Services.World.Plans.SelectMany(plan => plan.Series.Select(series => (plan, series))))
        {
            DateTime[] missing =
            [
                .. Simulator.Truth.Of(series).Select(observation => observation.Timestamp)
                    .Where(timestamp => DateOnly.FromDateTime(timestamp) >= plan.Start && !stored.Contains((series, timestamp))).Order(),
            ];
            if (missing.Length > 0)
            {
                lines.Add($"{series}: {missing.Length} from {missing[0]:O} to {missing[^1]:O}");
                lines.AddRange(await JournalAsync(series));
            }
        }

        return string.Join('\n', lines);
    }

    private async Task<IReadOnlyList<string>> JournalAsync(SeriesId series)
    {
        await using var source = NpgsqlDataSource.Create(Services.Dsn.ConnectionString);
        await using var command = source.CreateCommand(
            """
            SELECT sequence_number || ' ' || to_char(to_timestamp((created - 621355968000000000) / 1e7), 'HH24:MI:SS.MS') || ' ' || left(writer_uuid, 6) || ' ' || manifest || ' ' || convert_from(message, 'UTF8')
            FROM akka.journal WHERE persistence_id = $1 AND NOT deleted ORDER BY sequence_number
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"series-{series}" });
        await using var reader = await command.ExecuteReaderAsync();
        var events = new List<string>();
        while (await reader.ReadAsync())
        {
            events.Add($"    {reader.GetString(0)}");
        }

        return events;
    }

    /// <summary>A node ends when it is told to, when the others have removed it, or when it starts without what it needs, and for no other reason.</summary>
    public void NobodyDied()
    {
        foreach (var node in Nodes)
        {
            if (node.DiedOf.Except([ExitCodes.NoMemberAnyMore]).ToArray() is [var code, ..])
            {
                throw Failure($"node {node.Number} ended with {code} by itself");
            }
        }
    }

    public XunitException Failure(string what) => new(
        $"{what}\n--- so far ---\n{string.Join('\n', Story)}\n{string.Join('\n', Nodes.SelectMany(node => node.Processes.TakeLast(2).Select(process => $"--- node {node.Number}{(process.HasEnded ? ", ended" : "")} ---\n{process.LastWords}")))}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _supervising;
        await Brokers.DisposeAsync();
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await _network.DisposeAsync();
        await Services.DisposeAsync();
        _stallWatch.Dispose();
        _end.Dispose();
    }

    /// <summary>What it last said of itself as a member.</summary>
    private static string ReasonOf(AurumProcess process) =>
        process.Error.Lines.LastOrDefault(line => line.Contains("] This node ", StringComparison.Ordinal)) is { } line ? $": {line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]}" : "";

    private async Task SuperviseAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var node in Nodes.Where(node => node.HasEndedByItself))
            {
                var code = await node.Process.ExitAsync();
                if (code != ExitCodes.OutsideSystemMissing || !(node.Database.WasMissing || node.Broker.WasMissing))
                {
                    node.DiedOf.Add(code);
                }

                Tell($"node {node.Number} ended with {code}{ReasonOf(node.Process)}");
                Start(node);
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }
}
