using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>
/// One place of a cluster, with its address, its data directory and its own ways to the outside, and the processes that run there one
/// after another, as a pod of a StatefulSet does.
/// </summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    public const int Port = 4053;

    /// <summary>Longer than a hand-over may take; a node that does not end by then hangs.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    private readonly ProductionWorld _services;
    private readonly string[] _arguments;
    private readonly List<AurumProcess> _past = [];
    private readonly Lock _lock = new();
    private readonly Link _providers;
    private AurumProcess? _process;

    public ClusterNode(ProductionWorld services, VirtualMachine machine, int number, IReadOnlyList<string> arguments)
    {
        _services = services;
        _arguments = [.. arguments, "--data-dir", Path.Combine(services.World.Folder, string.Create(CultureInfo.InvariantCulture, $"data-{number}"))];
        Machine = machine;
        Number = number;
        Source = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.1.{number}"));
        Database = new Link(machine, [services.Postgres.Port]);
        Broker = new Link(machine, [.. services.Kafka.BootstrapServers.Split(',').Select(server => int.Parse(server.Split(':')[1], CultureInfo.InvariantCulture)), services.Registry.Address.Port]);
        _providers = new Link(machine, [services.Simulator.FredAddress.Port], Source);
    }

    public int Number { get; }

    public VirtualMachine Machine { get; }

    /// <summary>Where its requests come from, as the simulator sees it.</summary>
    public IPAddress Source { get; }

    public Link Database { get; }

    /// <summary>Kafka and its schema registry.</summary>
    public Link Broker { get; }

    /// <summary>Whoever restarts what ended leaves it alone while this is set.</summary>
    public bool IsMeantToBeDown { get; private set; }

    public bool IsRunning => _process is { HasEnded: false };

    public bool HasEndedByItself => !IsMeantToBeDown && _process is { HasEnded: true };

    /// <summary>The exit codes of processes that nobody told to end.</summary>
    public ConcurrentBag<int> DiedOf { get; } = [];

    /// <summary>The one that runs, or ran last.</summary>
    public AurumProcess Process => _process ?? throw new InvalidOperationException($"Node {Number} was never started.");

    /// <summary>Everything that ever ran here, oldest first.</summary>
    public IReadOnlyList<AurumProcess> Processes
    {
        get
        {
            lock (_lock)
            {
                return _process is null ? [.. _past] : [.. _past, _process];
            }
        }
    }

    public void Start(IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>(_services.World.Environment);
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        all["AURUM_NODE_HOST"] = Machine.Address.ToString();
        all["AURUM_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture);
        var started = AurumProcess.Start(_arguments, all, _services.World.Folder, machine: Machine);
        lock (_lock)
        {
            if (_process is not null)
            {
                _past.Add(_process);
            }

            _process = started;
            IsMeantToBeDown = false;
        }
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync()
    {
        IsMeantToBeDown = true;
        return Process.KillAsync();
    }

    /// <summary>SIGTERM, and a good end.</summary>
    public Task LeaveAsync()
    {
        IsMeantToBeDown = true;
        Process.Terminate();
        return Process.EndsWithAsync(0, Farewell);
    }

    /// <summary>What it answers to a probe, asked on its own machine.</summary>
    /// <param name="probe"><c>ready</c> or <c>live</c>.</param>
    public async Task<bool> SaysAsync(string probe)
    {
        await using var asking = await CommandAsync("probe", probe);
        return await asking.ExitAsync() == 0;
    }

    /// <summary>What a command says that an operator gives on this node's machine.</summary>
    public async Task<string> SaysToAsync(params string[] command)
    {
        await using var asking = await CommandAsync(command);
        await asking.EndsWithAsync(0, Farewell);
        return asking.Output.Text;
    }

    private async Task<AurumProcess> CommandAsync(params string[] command) => AurumProcess.Start(
        command,
        new Dictionary<string, string> { ["AURUM_HTTP_PORT"] = (await Process.HttpAddressAsync()).Port.ToString(CultureInfo.InvariantCulture) },
        _services.World.Folder,
        machine: Machine);

    public bool Sent(Arrival arrival) => Equals(arrival.From?.MapToIPv4(), Source);

    public async ValueTask DisposeAsync()
    {
        IsMeantToBeDown = true;
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }

        await Database.DisposeAsync();
        await Broker.DisposeAsync();
        await _providers.DisposeAsync();
    }
}
