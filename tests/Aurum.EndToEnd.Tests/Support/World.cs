using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>Simulated providers, a configuration and a data directory: all that a process of the program needs.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<AurumProcess> _started = [];

    private World(ProviderSimulator simulator, IReadOnlyList<ProviderPlan> plans)
    {
        Simulator = simulator;
        Plans = plans;
        Config = new ConfigFolder(_folder.Below("config"));
        Data = _folder.Below("data");
        Environment = new Dictionary<string, string>(simulator.Environment) { ["AURUM_HTTP_PORT"] = "0" };
    }

    public ProviderSimulator Simulator { get; }

    public IReadOnlyList<ProviderPlan> Plans { get; }

    public ConfigFolder Config { get; }

    public string Data { get; set; }

    /// <summary>Of every process that is started from now on.</summary>
    public Dictionary<string, string> Environment { get; }

    public string Folder => _folder.Path;

    /// <summary>Small pages, no limits, and a today that does not move while the test runs.</summary>
    public static SimulatorOptions Small { get; } = new()
    {
        Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
        EnforceRateLimits = false,
        FredPageCap = 300,
        EiaPageCap = 400,
        NoaaPageCap = 400,
    };

    /// <summary>A world whose configuration is not written yet.</summary>
    public static async Task<World> UnconfiguredAsync(SimulatorOptions? options = null, IReadOnlyList<ProviderPlan>? plans = null) =>
        new(await ProviderSimulator.StartAsync(options ?? Small, TimeProvider.System, CancellationToken.None), plans ?? ProviderPlan.All);

    public static async Task<World> CreateAsync(SimulatorOptions? options = null, IReadOnlyList<ProviderPlan>? plans = null)
    {
        var world = await UnconfiguredAsync(options, plans);
        world.Config.Write(world.Plans);
        return world;
    }

    public AurumProcess Run(params string[] more) => Start(["run", "--config", Config.Path, "--data-dir", Data, .. more.Contains("--log-level") ? more : [.. more, "--log-level", "warning"]]);

    public AurumProcess Start(params string[] arguments) => Start(arguments, []);

    public AurumProcess Start(IReadOnlyList<string> arguments, Dictionary<string, string> more)
    {
        var environment = new Dictionary<string, string>(Environment);
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return Kept(AurumProcess.Start(arguments, environment, _folder.Path));
    }

    /// <summary>A line as one types it in this world's folder; <c>aurum</c> is the program.</summary>
    public AurumProcess Shell(string line, int? columns = null) => Kept(AurumProcess.Shell(line, Environment, _folder.Path, columns));

    private AurumProcess Kept(AurumProcess process)
    {
        lock (_started)
        {
            _started.Add(process);
        }

        return process;
    }

    public AurumProcess RunUntil(string stopAt) =>
        Start(["run", "--config", Config.Path, "--data-dir", Data, "--log-level", "warning"], new() { ["AURUM_STOP_AT"] = stopAt });

    public Task<AurumProcess> RunToEndAsync(params string[] more) => Run(more).EndsWithAsync(0);

    public Task StoreIsTruthAsync(string about = "") => StoreComparison.IsTruthAsync(Data, Simulator.Truth, Plans, about);

    public int Requests(string provider) => Simulator.Arrivals.CountOf(provider);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        _folder.Dispose();
    }
}
