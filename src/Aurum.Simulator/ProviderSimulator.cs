using System.Collections.Concurrent;
using System.Globalization;
using Aurum.Simulator.Eia;
using Aurum.Simulator.Fred;
using Aurum.Simulator.Noaa;
using Aurum.Simulator.Serving;
using Aurum.Simulator.WorldBank;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aurum.Simulator;

/// <summary>The four APIs on one loopback port, each below its own path.</summary>
public sealed class ProviderSimulator : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly WebApplication _server;
    private readonly ISimulatedApi[] _apis;
    private readonly Dictionary<string, LimitGate> _gates;
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    private ProviderSimulator(SimulatorOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        Truth = new Truth(options, time);
        Faults = new FaultPlan(options.Seed);
        _apis = [new FredApi(options, Truth), new EiaApi(options, Truth), new NoaaApi(options, Truth), new WorldBankApi(Truth)];
        Truth.Finder = series => _apis.FirstOrDefault(api => api.Provider == series.Provider)?.Find(series.Code);
        _gates = _apis.ToDictionary(
            api => api.Provider,
            api => new LimitGate(api.Provider, options.Limits.GetValueOrDefault(api.Provider), options.RetryAfterGrace, time, _violations.Enqueue));
        _server = BuildServer(options.Port);
        _server.Run(Serve);
    }

    /// <summary>Root of the simulated api.stlouisfed.org; its paths begin with <c>fred/</c>.</summary>
    public Uri FredAddress { get; private set; } = null!;

    public Uri EiaAddress { get; private set; } = null!;

    public Uri NoaaAddress { get; private set; } = null!;

    public Uri WorldBankAddress { get; private set; } = null!;

    /// <summary>The environment under which a collector calls the simulator instead of the real APIs.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["FRED_API_BASE_URL"] = FredAddress.AbsoluteUri,
        ["FRED_API_KEY"] = _options.FredKey,
        ["EIA_API_BASE_URL"] = EiaAddress.AbsoluteUri,
        ["EIA_API_KEY"] = _options.EiaKey,
        ["NOAA_API_BASE_URL"] = NoaaAddress.AbsoluteUri,
        ["NOAA_GHCND_TOKEN"] = _options.NoaaToken,
        ["WORLD_BANK_API_BASE_URL"] = WorldBankAddress.AbsoluteUri,
    };

    public Truth Truth { get; }

    public FaultPlan Faults { get; }

    public ArrivalLog Arrivals { get; } = new();

    /// <summary>Requests beyond a limit or inside an answered Retry-After, in words; a collector that behaves leaves it empty.</summary>
    public IReadOnlyList<string> LimitViolations => [.. _violations];

    public static async Task<ProviderSimulator> StartAsync(SimulatorOptions options, TimeProvider time, CancellationToken ct)
    {
        var simulator = new ProviderSimulator(options, time);
        await simulator._server.StartAsync(ct);
        var address = new Uri(simulator._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Uri Below(string provider) => new(address, simulator._apis.Single(api => api.Provider == provider).Root);
        simulator.FredAddress = Below("fred");
        simulator.EiaAddress = Below("eia");
        simulator.NoaaAddress = Below("noaa");
        simulator.WorldBankAddress = Below("worldbank");
        return simulator;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        await _server.StopAsync(patience.Token);
        await _server.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>An empty builder reads no configuration files, no environment and logs nowhere.</summary>
    private static WebApplication BuildServer(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, HostsLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private async Task Serve(HttpContext context)
    {
        var (timestamp, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        var path = context.Request.Path.Value ?? "/";
        if (_apis.FirstOrDefault(api => (path + "/").StartsWith(api.Root, StringComparison.Ordinal)) is not { } api)
        {
            context.Response.StatusCode = 404;
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await Serve(context, api, timestamp, now, stop.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task Serve(HttpContext context, ISimulatedApi api, long timestamp, DateTimeOffset now, CancellationToken ct)
    {
        var below = context.Request.Path.Value!.Length > api.Root.Length ? context.Request.Path.Value[api.Root.Length..] : "";
        var query = WithoutKey(context.Request.QueryString.Value ?? "");
        var admission = _options.EnforceRateLimits ? _gates[api.Provider].Admit(timestamp, now) : Admission.Admitted;
        var fault = admission == Admission.Admitted ? Faults.Next(api.Provider, below + Uri.UnescapeDataString(query)) : null;
        using var answer = admission != Admission.Admitted
            ? api.TooManyRequests(ofTheDay: admission == Admission.BeyondTheDay)
            : (fault is null ? null : FaultAnswers.For(fault, api)) ?? api.Serve(new ApiRequest(below.Trim('/'), context.Request.Query, context.Request.Headers["token"], context.Request.Headers.Authorization));
        var place = Arrivals.Add(new Arrival(
            api.Provider, below, query, timestamp, now, fault?.Kind == FaultKind.Hang ? 0 : answer.Status, fault?.Kind, From: context.Connection.RemoteIpAddress));
        if (fault?.Kind == FaultKind.Hang)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, ct);
        }

        if (_options.Latency > TimeSpan.Zero)
        {
            await Task.Delay(_options.Latency, _time, ct);
        }

        await Send(context, api, answer, fault?.Kind, place, ct);
    }

    private async Task Send(HttpContext context, ISimulatedApi api, Answer answer, FaultKind? fault, int place, CancellationToken ct)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        var notBefore = answer.RetryAfter is { } retryAfter ? StateRetryAfter(response, api, retryAfter) : (long?)null;
        Arrivals.Answered(place, _time.GetTimestamp(), notBefore);

        var half = answer.Body[..(answer.Body.Length / 2)];
        response.ContentLength = fault == FaultKind.TruncatedJson ? half.Length : answer.Body.Length;
        await response.Body.WriteAsync(fault is FaultKind.TruncatedJson or FaultKind.ResetMidBody ? half : answer.Body, ct);
        if (fault == FaultKind.ResetMidBody)
        {
            await response.Body.FlushAsync(ct);
            context.Abort();
        }
    }

    /// <summary>An HTTP date has whole seconds: it is rounded up, so that who waits for it waits long enough.</summary>
    /// <returns>Its end, on the clock of the log.</returns>
    private long StateRetryAfter(HttpResponse response, ISimulatedApi api, RetryAfter retryAfter)
    {
        var now = _time.GetUtcNow();
        var until = now.AddSeconds(retryAfter.Seconds);
        if (retryAfter.AsDate)
        {
            until = new DateTimeOffset((until.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        }

        response.Headers.RetryAfter = retryAfter.AsDate ? until.ToString("R", CultureInfo.InvariantCulture) : retryAfter.Seconds.ToString(CultureInfo.InvariantCulture);
        if (_options.EnforceRateLimits)
        {
            _gates[api.Provider].LeaveAlone(now, until);
        }

        return _time.GetTimestamp() + (long)((until - now).TotalSeconds * _time.TimestampFrequency);
    }

    private static string WithoutKey(string query)
    {
        var kept = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !pair.StartsWith("api_key=", StringComparison.OrdinalIgnoreCase));
        var text = string.Join('&', kept);
        return text.Length == 0 ? "" : "?" + text;
    }

    /// <summary>The program around the simulator decides when to stop; signals and the console are not the simulator's.</summary>
    private sealed class HostsLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
