using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Aurum.Testing.Network;

/// <summary>
/// Machines on one network, as Linux network namespaces around a switch, which is a namespace too: nothing of it is seen from outside,
/// so that networks of several tests have the same addresses. The switch can be split in two.
/// </summary>
/// <remarks>Namespaces outlive a process that was killed; the next network removes those of processes that are gone.</remarks>
public sealed class VirtualNetwork : IAsyncDisposable
{
    private const string Switch = "switch", OneSide = "one", OtherSide = "other", Prefix = "aurum-test-";
    private const int FirstHost = 11;

    private static readonly Lazy<string?> Obstacle = new(Try);
    private static int _networks;

    private readonly string _name;

    private VirtualNetwork(string name, int machines)
    {
        _name = name;
        Machines = [.. Enumerable.Range(0, machines).Select(number => new VirtualMachine(
            string.Create(CultureInfo.InvariantCulture, $"{name}-m{number}"),
            string.Create(CultureInfo.InvariantCulture, $"m{number}"),
            IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.77.0.{FirstHost + number}"))))];
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing => Obstacle.Value;

    public IReadOnlyList<VirtualMachine> Machines { get; }

    public static async Task<VirtualNetwork> CreateAsync(int machines)
    {
        await RemoveLeftOversAsync();
        var network = new VirtualNetwork(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _networks)}"), machines);
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on these machines and the others do not hear of each other; packets between them vanish.</summary>
    public Task SplitAsync(params VirtualMachine[] apart) =>
        OnSwitchAsync(Machines.Select(machine => $"link set {machine.Port} master {(apart.Contains(machine) ? OtherSide : OneSide)}"));

    public Task HealAsync() => SplitAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Machines.Select(machine => machine.Namespace).Append($"{_name}-{Switch}").Where(name => File.Exists(VirtualMachine.PathOf(name))))
        {
            await IpAsync([], [$"netns delete {name}"]);
        }
    }

    private static string? Try()
    {
        try
        {
            return TryAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            return $"needs network namespaces, which root has where iproute2 is installed: {exception.Message.Trim()}";
        }
    }

    private static async Task<string?> TryAsync()
    {
        await using var network = await CreateAsync(1);
        network.Machines[0].Listen(0).Dispose();
        return null;
    }

    private static async Task RemoveLeftOversAsync()
    {
        if (!Directory.Exists(VirtualMachine.Folder))
        {
            return;
        }

        foreach (var name in Directory.GetFiles(VirtualMachine.Folder, $"{Prefix}*").Select(file => Path.GetFileName(file)))
        {
            if (!Directory.Exists($"/proc/{name[Prefix.Length..].Split('-')[0]}"))
            {
                await IpAsync([], [$"netns delete {name}"]);
            }
        }
    }

    private async Task BuildAsync()
    {
        await IpAsync([], [$"netns add {_name}-{Switch}", .. Machines.Select(machine => $"netns add {machine.Namespace}")]);
        await OnSwitchAsync(
        [
            .. ((string[])[OneSide, OtherSide]).SelectMany(bridge => (string[])[$"link add {bridge} type bridge", $"link set {bridge} up"]),
            .. Machines.SelectMany(machine => (string[])
            [
                $"link add {machine.Port} type veth peer name eth0 netns {machine.Namespace}", $"link set {machine.Port} master {OneSide}", $"link set {machine.Port} up",
            ]),
        ]);
        foreach (var machine in Machines)
        {
            await IpAsync(["-n", machine.Namespace], ["link set lo up", $"address add {machine.Address}/24 dev eth0", "link set eth0 up"]);
        }
    }

    private Task OnSwitchAsync(IEnumerable<string> commands) => IpAsync(["-n", $"{_name}-{Switch}"], commands);

    private static async Task IpAsync(string[] options, IEnumerable<string> commands)
    {
        var start = new ProcessStartInfo("ip", [.. options, "-batch", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("ip did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(string.Concat(commands.Select(command => command + "\n")));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip: {(await errors).Trim()}");
        }
    }
}
