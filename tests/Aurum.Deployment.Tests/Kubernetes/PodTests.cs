using Aurum.Actors;
using Aurum.Host.Tests;
using Aurum.Providers;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>What a pod's container would run, run: its arguments, its environment and its files, on the real command line.</summary>
public sealed class PodTests : IDisposable
{
    private readonly CommandLine _line = new() { Providers = ProviderCatalog.All };

    public static TheoryData<string> Overlays => Overlay.Names;

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public async Task Every_container_starts_with_its_arguments_environment_and_files(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Ours)
        {
            foreach (var container in workload.Containers)
            {
                var answer = await RunAsync(workload, container);

                Assert.Equal((workload.Name, container.Name, 0, ""), (workload.Name, container.Name, answer.Code, WithoutSkippedProviders(overlay, answer.Error)));
            }
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public async Task Collectors_collect_and_processors_process_until_they_are_stopped(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Nodes)
        {
            await RunAsync(workload, Assert.Single(workload.Containers));

            var request = _line.Engine.Ran!;
            Assert.True(request.Loop);
            Assert.Equal(workload.Owner is V1StatefulSet, request.Roles.HasFlag(NodeRoles.Collector));
            Assert.Equal(workload.Owner is V1Deployment, request.Roles.HasFlag(NodeRoles.Processor));
            Assert.NotNull(request.Road.Database);
            Assert.NotNull(request.Road.Kafka);
            if (workload.Owner is V1StatefulSet && overlay == "production")
            {
                Assert.Equal(ProviderCatalog.All.Select(provider => provider.Descriptor.Name), request.Configuration.Providers.Select(provider => provider.Settings.Name));
            }
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public async Task Every_variable_is_one_that_the_program_reads(string overlay)
    {
        string[] ofProviders =
        [
            .. ProviderCatalog.All.Select(provider => provider.Descriptor.AddressVariable), .. ProviderCatalog.All.Select(provider => provider.Descriptor.KeyVariable ?? ""),
        ];
        foreach (var workload in Overlay.Of(overlay).Ours)
        {
            foreach (var container in workload.Containers)
            {
                var environment = workload.EnvironmentOf(container);
                await RunAsync(workload, container);
                var kafka = _line.Engine.Ran?.Road.Kafka?.Options.Properties ?? _line.Deployment.Kafka?.Properties;
                Assert.All(environment.Keys, name => Assert.True(
                    name is "POD_NAME" or "POD_NAMESPACE"
                        || ofProviders.Contains(name)
                        || ProgramSource.IsInTheProgram(name)
                        || (name.StartsWith("KAFKA_", StringComparison.Ordinal) && kafka!.ContainsKey(name["KAFKA_".Length..].ToLowerInvariant().Replace('_', '.'))),
                    $"{workload.Name}/{container.Name}: the program does not read {name}"));
            }
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Every_node_has_what_makes_it_one_of_the_cluster(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Nodes)
        {
            var names = workload.EnvironmentOf(workload.Containers.Single()).Keys;

            Assert.Superset(
                new HashSet<string>
                {
                    "AURUM_CLUSTER_NAME", "AURUM_NODE_HOST", "AURUM_NODE_PORT", "AURUM_SEED_NODES", "AURUM_ROLES", "AURUM_HTTP_HOST", "AURUM_HTTP_PORT", "AURUM_DATA_DIR",
                    "AURUM_APP_DB_DSN", "KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL",
                },
                names.ToHashSet());
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void A_collector_finds_the_files_of_config_and_no_others(string overlay)
    {
        var collector = Assert.Single(Overlay.Of(overlay).Nodes, workload => workload.Owner is V1StatefulSet);
        var config = Repository.PathOf("config");
        var expected = Directory.EnumerateFiles(config, "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(config, file).Replace('\\', '/'), File.ReadAllText)
            .Where(file => !file.Key.StartsWith("schemas/", StringComparison.Ordinal));

        Assert.Equal(expected.OrderBy(file => file.Key, StringComparer.Ordinal), collector.FilesOf(collector.Spec.Volumes.Single(volume => volume.Name == "config")).OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    public void Dispose() => _line.Dispose();

    /// <summary>Absolute paths lead below a directory of the test's, where the files of the pod's volumes lie.</summary>
    private async Task<Answer> RunAsync(Workload workload, V1Container container)
    {
        Assert.Null(container.Command);
        var mounts = workload.WriteFiles(container, _line.Home);
        _line.Environment.Clear();
        foreach (var (name, value) in workload.EnvironmentOf(container))
        {
            _line.Environment[name] = Moved(value);
        }

        return await _line.RunAsync([.. container.Args.Select(Moved)]);

        string Moved(string text) => mounts.Any(mount => text == mount || text.StartsWith($"{mount}/", StringComparison.Ordinal)) ? _line.Home + text : text;
    }

    /// <summary>Where no key must be there, a warning says whose is not.</summary>
    private static string WithoutSkippedProviders(string overlay, string error) =>
        overlay == "local" ? string.Concat(error.Split('\n').Where(line => !line.EndsWith(" is not set", StringComparison.Ordinal))) : error;
}
