using System.Diagnostics;
using Aurum.Host.Tests;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary><c>scripts/k8s-local</c> reads the manifests as these tests, and so a kubelet, read them.</summary>
public sealed class SimulationTests : IDisposable
{
    /// <summary>Where all pods share one network and one file system, these differ.</summary>
    private static readonly string[] s_ofTheMachine = ["AURUM_DATA_DIR", "AURUM_HTTP_HOST", "AURUM_NODE_BIND"];

    private readonly CommandLine _line = new();

    [OverlayTheory]
    [InlineData("aurum-0")]
    [InlineData("aurum-2")]
    [InlineData("aurum-processor-0")]
    public async Task A_simulated_pod_has_the_environment_of_the_manifests(string pod)
    {
        var workload = Assert.Single(Overlay.Of("local").Nodes, node => node.Owner is V1Deployment == pod.Contains("processor", StringComparison.Ordinal)) with { PodName = pod };
        var expected = workload.EnvironmentOf(workload.Containers.Single())
            .Where(variable => !s_ofTheMachine.Contains(variable.Key) && variable.Key is not ("AURUM_APP_DB_DSN" or "AURUM_ADMIN_TOKEN"))
            .Select(variable => $"{variable.Key}={(variable.Key == "AURUM_NODE_HOST" && workload.Owner is V1Deployment ? "127.1.0.1" : variable.Value)}");

        var simulated = (await EnvironmentOfAsync(pod)).Where(line => !s_ofTheMachine.Contains(line.Split('=')[0]));

        Assert.Equal(expected.Order(StringComparer.Ordinal), simulated.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _line.Dispose();

    private async Task<string[]> EnvironmentOfAsync(string pod)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("scripts", "k8s-local"), "env", pod]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Only what the script needs: what this process has of databases and keys would go before the manifests.
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = _line.Home;
        start.Environment["AURUM_K8S_LOCAL_DIR"] = Path.Combine(_line.Home, "k8s-local");
        using var script = Process.Start(start)!;
        var says = script.StandardError.ReadToEndAsync();
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.Equal((0, ""), (script.ExitCode, await says));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
