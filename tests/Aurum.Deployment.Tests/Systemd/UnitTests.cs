using System.Diagnostics;
using Aurum.Actors;
using Aurum.Host;
using Aurum.Host.Tests;
using Aurum.Providers;

namespace Aurum.Deployment.Tests.Systemd;

/// <summary>The unit is one that systemd takes, and starts the program as the documentation installs it.</summary>
public sealed class UnitTests : IDisposable
{
    private static readonly string s_file = Repository.PathOf("scripts", "systemd", "aurum-external-collector.service");

    private readonly CommandLine _line = new() { Providers = ProviderCatalog.All };

    [SystemdFact]
    public async Task Systemd_finds_nothing_wrong_with_it()
    {
        // The program is not installed where tests run, so another one stands in for it.
        var unit = Path.Combine(_line.Home, Path.GetFileName(s_file));
        await File.WriteAllTextAsync(unit, (await File.ReadAllTextAsync(s_file)).Replace("/opt/aurum/aurum ", "/bin/true ", StringComparison.Ordinal));

        Assert.Equal((0, ""), await VerifyAsync(unit));

        await File.AppendAllTextAsync(unit, "\n[Service]\nRestrat=always\n");
        Assert.Contains("Restrat", (await VerifyAsync(unit)).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_runs_a_node_that_goes_on_with_the_configuration_of_the_machine()
    {
        var words = Setting("ExecStart").Split(' ');
        Assert.Equal("/opt/aurum/aurum", words[0]);
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("config", "providers")))
        {
            _line.Write($"etc/aurum/providers/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file));
        }

        var answer = await _line.RunAsync([.. words[1..].Select(word => word == "/etc/aurum" ? _line.Home + word : word)]);

        Assert.Equal(0, answer.Code);
        Assert.True(_line.Engine.Ran!.Loop);
        Assert.True(_line.Engine.Ran.Roles.HasFlag(NodeRoles.Collector));
    }

    [Fact]
    public void It_is_restarted_whatever_ended_it_but_for_a_configuration_that_cannot_be_used()
    {
        Assert.Equal("always", Setting("Restart"));
        Assert.Equal($"{ExitCodes.BadRequest}", Setting("RestartPreventExitStatus"));
        Assert.Equal("0", Setting("StartLimitIntervalSec"));
        Assert.InRange(int.Parse(Setting("TimeoutStopSec"), System.Globalization.CultureInfo.InvariantCulture), 60, 300);
    }

    [Fact]
    public void What_it_may_write_is_the_data_directory_alone()
    {
        Assert.Equal("strict", Setting("ProtectSystem"));
        Assert.Equal("aurum", Setting("StateDirectory"));
        Assert.Equal("AURUM_DATA_DIR=/var/lib/aurum", Setting("Environment"));
        Assert.Equal("yes", Setting("NoNewPrivileges"));
        Assert.Equal("", Setting("CapabilityBoundingSet"));
    }

    public void Dispose() => _line.Dispose();

    private static string Setting(string name) =>
        Assert.Single(File.ReadLines(s_file), line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static async Task<(int Code, string Says)> VerifyAsync(string unit)
    {
        using var systemd = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = systemd.StandardOutput.ReadToEndAsync();
        var says = await systemd.StandardError.ReadToEndAsync();
        await systemd.WaitForExitAsync();
        return (systemd.ExitCode, says + await output);
    }

    private sealed class SystemdFactAttribute : FactAttribute
    {
        public SystemdFactAttribute()
        {
            if (!File.Exists("/usr/bin/systemd-analyze"))
            {
                Skip = "not installed: systemd-analyze";
            }
        }
    }
}
