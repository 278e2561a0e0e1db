using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>The pods of the local overlay as processes: the arguments and the environment of the manifests make one cluster, whatever becomes of a pod.</summary>
public sealed class PodTests
{
    private static readonly string[] Names = ["aurum-0", "aurum-1", "aurum-2", "aurum-processor-0"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [FactWithPods]
    public async Task Pods_that_start_at_once_are_restarted_in_turn_and_killed_stay_one_cluster()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var pods = new Pods(world);
        try
        {
            await pods.DoAsync("start");
            var first = await pods.AreReadyAsync();
            await pods.AreMembersAsync(Names.Length);

            await pods.DoAsync("rollout");
            var second = await pods.AreReadyAsync();
            await pods.AreMembersAsync(Names.Length);
            Assert.Empty(first.Intersect(second)); // each has another address, under the same name

            await pods.DoAsync("kill-pod aurum-0");
            await pods.AreReadyAsync();
            await pods.AreMembersAsync(Names.Length);
            await pods.HaveStoredAsync();
            Assert.Equal(1, pods.Foundings);
        }
        finally
        {
            await pods.DoAsync("stop");
        }

        await pods.AreMembersAsync(0);
    }

    private sealed class Pods(ProductionWorld world)
    {
        private readonly string _home = Path.Combine(world.World.Folder, "k8s-local");

        /// <summary>How many pods said that they found a cluster.</summary>
        public int Foundings => Names.Sum(name => File.ReadAllText(Path.Combine(_home, "pods", name, "log")).Split("this node founds it").Length - 1);

        public Task<AurumProcess> DoAsync(string command) => world.World
            .Shell($"env -u FRED_API_KEY -u EIA_API_KEY -u NOAA_GHCND_TOKEN AURUM_K8S_LOCAL_DIR='{_home}' AURUM_K8S_LOCAL_PROGRAM='{AurumProcess.Program}' bash '{Repository.PathOf("scripts", "k8s-local")}' {command}")
            .EndsWithAsync(0, Patience);

        /// <returns>Their addresses.</returns>
        public async Task<IReadOnlyList<string>> AreReadyAsync()
        {
            string[][] pods = [];
            await AwaitAsync(
                async () =>
                {
                    var status = await DoAsync("status");
                    pods = [.. status.Output.Lines.Select(line => line.Split(' '))];
                    return pods.Length == Names.Length && pods.All(words => words is [_, _, "ready"]);
                },
                () => $"the pods are not ready: {string.Join("; ", pods.Select(words => string.Join(' ', words)))}");
            Assert.Equal(Names, pods.Select(words => words[0]));
            return [.. pods.Select(words => words[1])];
        }

        public async Task AreMembersAsync(long count)
        {
            object? members = null;
            await AwaitAsync(
                async () => (members = await world.ScalarAsync("SELECT count(*) FROM aurum.cluster_member")) is long found && found == count,
                () => $"{members} members are written down, not {count}");
        }

        public Task HaveStoredAsync() => AwaitAsync(
            async () => await world.ScalarAsync("SELECT count(*) FROM external.timeseries_observation") is > 0L,
            () => "no observation was stored");

        private static async Task AwaitAsync(Func<Task<bool>> condition, Func<string> otherwise)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!await condition())
            {
                Assert.False(patience.IsCancellationRequested, otherwise());
                await Task.Delay(500, CancellationToken.None);
            }
        }
    }

    /// <summary>Skipped where the simulation cannot run; it needs root and kubectl.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FactWithPodsAttribute : FactAttribute
    {
        public FactWithPodsAttribute() => Skip = VirtualNetwork.Missing ?? (Processes.IsInstalled("kubectl") ? null : "not installed: kubectl");
    }
}
