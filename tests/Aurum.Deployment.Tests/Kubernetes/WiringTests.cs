using Aurum.Host.Tests;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>What one object says of another is so.</summary>
public sealed class WiringTests
{
    public static TheoryData<string> Overlays => Overlay.Names;

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void The_seed_list_names_every_pod_of_the_stateful_set_as_it_names_itself(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        var set = rendered.One<V1StatefulSet>("aurum");
        var names = rendered.One<V1Service>(set.Spec.ServiceName);
        var pods = Enumerable.Range(0, set.Spec.Replicas!.Value).Select(ordinal => $"{set.Metadata.Name}-{ordinal}").ToArray();
        var expected = pods.Select(pod => $"{pod}.{names.Metadata.Name}.{set.Metadata.NamespaceProperty}.svc").ToArray();

        foreach (var workload in rendered.Nodes)
        {
            var environment = workload.EnvironmentOf(workload.Containers.Single());
            Assert.Equal(expected.Select(host => $"{host}:{environment["AURUM_NODE_PORT"]}"), environment["AURUM_SEED_NODES"].Split(','));
        }

        var itself = rendered.Nodes.Single(workload => workload.Owner is V1StatefulSet);
        Assert.Equal(expected, pods.Select(pod => (itself with { PodName = pod }) is var one ? one.EnvironmentOf(one.Containers.Single())["AURUM_NODE_HOST"] : ""));
        Assert.Equal("None", names.Spec.ClusterIP);
        Assert.True(names.Spec.PublishNotReadyAddresses);
        Assert.Equal("Parallel", set.Spec.PodManagementPolicy);
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Selectors_find_the_pods_they_are_for(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        foreach (var set in rendered.All<V1StatefulSet>())
        {
            Assert.Same(set, Assert.Single(rendered.Selected(set.Spec.Selector.MatchLabels)).Owner);
            var named = rendered.One<V1Service>(set.Spec.ServiceName);
            Assert.Same(set, Assert.Single(rendered.Selected(named.Spec.Selector)).Owner);
        }

        foreach (var deployment in rendered.All<V1Deployment>())
        {
            Assert.Same(deployment, Assert.Single(rendered.Selected(deployment.Spec.Selector.MatchLabels)).Owner);
        }

        foreach (var budget in rendered.All<V1PodDisruptionBudget>())
        {
            Assert.Equal(budget.Metadata.Name, Assert.Single(rendered.Selected(budget.Spec.Selector.MatchLabels)).Name);
        }

        foreach (var workload in rendered.Nodes)
        {
            Assert.Single(rendered.All<V1PodDisruptionBudget>(), budget => budget.Metadata.Name == workload.Name);
            Assert.All(workload.Spec.TopologySpreadConstraints, spread => Assert.Same(workload.Owner, Assert.Single(rendered.Selected(spread.LabelSelector.MatchLabels)).Owner));
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Services_lead_to_ports_that_every_pod_behind_them_has(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        foreach (var service in rendered.All<V1Service>())
        {
            var pods = rendered.Selected(service.Spec.Selector);
            Assert.NotEmpty(pods);
            foreach (var port in service.Spec.Ports)
            {
                Assert.All(pods, pod => Assert.Contains(pod.Containers.SelectMany(container => container.Ports ?? []), open => open.Name == port.TargetPort.Value));
            }
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Ports_and_probes_are_those_that_the_program_is_told_of(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Nodes)
        {
            var container = workload.Containers.Single();
            var environment = workload.EnvironmentOf(container);
            Assert.Equal(environment["AURUM_HTTP_PORT"], PortOf(container, "http"));
            Assert.Equal(environment["AURUM_NODE_PORT"], PortOf(container, "remoting"));

            V1Probe[] probes = [container.StartupProbe, container.ReadinessProbe, container.LivenessProbe];
            Assert.All(probes, probe => Assert.Equal("http", probe.HttpGet.Port.Value));
            Assert.Equal(["/startupz", "/readyz", "/livez"], probes.Select(probe => probe.HttpGet.Path));
            var annotations = workload.Template.Metadata.Annotations;
            Assert.Equal(environment["AURUM_HTTP_PORT"], annotations["prometheus.io/port"]);
            Assert.All(probes.Select(probe => probe.HttpGet.Path).Append(annotations["prometheus.io/path"]), path => Assert.True(ProgramSource.IsServed(path), $"nothing answers {path}"));
        }

        static string? PortOf(V1Container container, string name) =>
            container.Ports.Single(port => port.Name == name).ContainerPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void The_autoscaler_scales_something_that_leaves_its_number_open(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        var partitions = new[] { "aurum.ext.timeseries.obs.v1" }.Select(topic => System.Text.Json.JsonDocument.Parse(File.ReadAllText(Repository.PathOf("config", "kafka.json")))
            .RootElement.GetProperty("topics").GetProperty(topic).GetProperty("partitions").GetInt32()).Single();
        var scaler = Assert.Single(rendered.All<V2HorizontalPodAutoscaler>());
        var target = rendered.One<V1Deployment>(scaler.Spec.ScaleTargetRef.Name);

        Assert.Equal((target.Kind, target.ApiVersion), (scaler.Spec.ScaleTargetRef.Kind, scaler.Spec.ScaleTargetRef.ApiVersion));
        Assert.Null(target.Spec.Replicas);
        Assert.InRange(scaler.Spec.MaxReplicas, scaler.Spec.MinReplicas!.Value, partitions);
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void The_network_lets_through_what_a_node_needs(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        foreach (var workload in rendered.Ours)
        {
            var policies = rendered.All<V1NetworkPolicy>().Where(policy => rendered.Selected(policy.Spec.PodSelector.MatchLabels).Any(chosen => chosen.Owner == workload.Owner)).ToList();
            var inward = policies.SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports).Select(port => port.Port.Value).ToHashSet();
            var outward = policies.SelectMany(policy => policy.Spec.Egress ?? []).SelectMany(rule => rule.Ports).Select(port => port.Port.Value).ToHashSet();
            var environments = workload.Containers.Select(workload.EnvironmentOf).ToList();

            Assert.Superset(new HashSet<string> { "53" }, outward);
            Assert.Superset(environments.SelectMany(NeededPorts).ToHashSet(), outward);
            if (workload.Owner is not V1Job)
            {
                Assert.Equal(workload.Containers.Single().Ports.Select(port => port.Name).Order(StringComparer.Ordinal), inward.Order(StringComparer.Ordinal));
                Assert.Contains(environments.Single()["AURUM_NODE_PORT"], outward);
            }

            if (workload.Owner is V1StatefulSet)
            {
                Assert.Contains("443", outward);
            }
        }

        // What only one environment says is only looked for there.
        static IEnumerable<string> NeededPorts(Dictionary<string, string> environment)
        {
            foreach (var name in new[] { "AURUM_APP_DB_DSN", "SCHEMA_REGISTRY_URL" })
            {
                if (environment.TryGetValue(name, out var address))
                {
                    yield return new Uri(address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            foreach (var server in environment.GetValueOrDefault("KAFKA_BOOTSTRAP_SERVERS")?.Split(',') ?? [])
            {
                yield return server.Split(':')[1];
            }
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Outside_systems_that_come_along_are_found_under_their_names(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        foreach (var environment in rendered.Ours.SelectMany(workload => workload.Containers.Select(workload.EnvironmentOf)))
        {
            IEnumerable<string> hosts = environment.GetValueOrDefault("KAFKA_BOOTSTRAP_SERVERS", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            hosts = hosts.Concat(new[] { "AURUM_APP_DB_DSN", "SCHEMA_REGISTRY_URL" }.Where(environment.ContainsKey).Select(name => new Uri(environment[name]).Authority.Split('@')[^1]));
            foreach (var (host, port) in hosts.Select(host => host.Split(':')).Select(parts => (parts[0], parts[1])).Where(one => !one.Item1.Contains('.', StringComparison.Ordinal)))
            {
                Assert.Contains(rendered.One<V1Service>(host).Spec.Ports, open => open.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) == port);
            }
        }
    }

    /// <summary>The one command of the documentation for each Secret has the keys that the pods ask for, no fewer and no more.</summary>
    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Every_secret_is_one_that_the_documentation_tells_how_to_make(string overlay)
    {
        var documented = DocumentedSecrets.Read();
        foreach (var workload in Overlay.Of(overlay).Ours)
        {
            var asked = workload.Containers.SelectMany(container => container.Env ?? [])
                .Where(variable => variable.ValueFrom?.SecretKeyRef is not null)
                .Select(variable => (Variable: variable.Name, Secret: variable.ValueFrom.SecretKeyRef.Name, variable.ValueFrom.SecretKeyRef.Key))
                .ToList();
            Assert.All(asked, one => Assert.Equal(one.Variable, one.Key));
            var files = workload.Spec.Volumes.Where(volume => volume.Secret is not null).SelectMany(volume => volume.Secret.Items.Select(item => (Secret: volume.Secret.SecretName, item.Key)));
            Assert.All(asked.Select(one => (one.Secret, one.Key)).Concat(files), one => Assert.Contains(one.Key, documented[one.Secret]));
        }
    }
}
