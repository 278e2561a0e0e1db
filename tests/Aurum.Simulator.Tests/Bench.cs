using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

/// <summary>A running simulator and a client of it. Its clock is the test's own, standing still unless the test moves it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public static readonly DateOnly Today = new(2024, 10, 30);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, UseProxy = false });

    private Bench(ProviderSimulator simulator, SimulatorOptions options, ManualTime time) => (Simulator, Options, Time) = (simulator, options, time);

    public ProviderSimulator Simulator { get; }

    public SimulatorOptions Options { get; }

    public ManualTime Time { get; }

    public static async Task<Bench> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var time = new ManualTime();
        var options = new SimulatorOptions { Today = Today, EnforceRateLimits = false };
        options = change?.Invoke(options) ?? options;
        return new Bench(await ProviderSimulator.StartAsync(options, time, CancellationToken.None), options, time);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Simulator.DisposeAsync();
    }

    public Task<HttpResponseMessage> SendAsync(Uri uri, string? token = null, string? bearer = null, CancellationToken ct = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        if (token is not null)
        {
            request.Headers.Add("token", token);
        }

        return _client.SendAsync(request, ct);
    }

    public Task<HttpResponseMessage> FredAsync(string pathAndQuery) =>
        SendAsync(new Uri(Simulator.FredAddress, $"fred/{pathAndQuery}&api_key={Options.FredKey}&file_type=json"));

    public Task<HttpResponseMessage> EiaAsync(string pathAndQuery) =>
        SendAsync(new Uri(Simulator.EiaAddress, pathAndQuery + (pathAndQuery.Contains('?') ? "&" : "?") + "api_key=" + Options.EiaKey));

    public Task<HttpResponseMessage> NoaaAsync(string pathAndQuery) => SendAsync(new Uri(Simulator.NoaaAddress, pathAndQuery), Options.NoaaToken);

    public Task<HttpResponseMessage> WorldBankAsync(string pathAndQuery) =>
        SendAsync(new Uri(Simulator.WorldBankAddress, pathAndQuery + (pathAndQuery.Contains('?') ? "&" : "?") + "format=json"));

    public static async Task<JsonElement> JsonOf(Task<HttpResponseMessage> answering, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await answering;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text[..Math.Min(300, text.Length)]}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The truth of a series as lines of timestamp and value, to compare pages with.</summary>
    public List<string> Truth(string provider, string code, string format = "yyyy-MM-dd") =>
        [.. Simulator.Truth.Of(new SeriesId(provider, code)).Select(one => Line(one.Timestamp.ToString(format, CultureInfo.InvariantCulture), one.ValueText))];

    public static string Line(string? period, string? value) => $"{period} {value ?? "nothing"}";
}

/// <summary>A clock that a test moves by hand; its timers are the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = new DateTime(2024, 10, 30, 12, 0, 0, DateTimeKind.Utc).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}

internal static class Recorded
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", name));

    public static JsonElement Json(string name) => JsonDocument.Parse(Text(name)).RootElement;

    public static void SameKeys(JsonElement recorded, JsonElement simulated, params string[] optional)
    {
        static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
        Assert.Equal(Keys(recorded).Except(optional), Keys(simulated).Except(optional));
    }

    public static void SameKinds(JsonElement recorded, JsonElement simulated)
    {
        foreach (var member in recorded.EnumerateObject())
        {
            Assert.True(simulated.TryGetProperty(member.Name, out var other), $"{member.Name} is missing");
            if (member.Value.ValueKind != JsonValueKind.Null && other.ValueKind != JsonValueKind.Null)
            {
                Assert.True(member.Value.ValueKind == other.ValueKind, $"{member.Name} is {other.ValueKind}, recorded {member.Value.ValueKind}");
            }
        }
    }
}
