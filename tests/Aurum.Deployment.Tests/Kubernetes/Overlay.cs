using System.Collections.Concurrent;
using System.Diagnostics;
using Aurum.Host.Tests;
using k8s;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>What <c>kubectl kustomize</c> makes of one directory below <c>k8s/overlays</c>, read strictly: no field that Kubernetes does not know.</summary>
internal sealed class Overlay
{
    private static readonly ConcurrentDictionary<string, Lazy<Overlay>> s_rendered = new(StringComparer.Ordinal);

    private Overlay(string name)
    {
        Name = name;
        Text = Render(Repository.PathOf("k8s", "overlays", name));
        Objects = [.. KubernetesYaml.LoadAllFromString(Text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];
    }

    public static TheoryData<string> Names => [.. Directory.EnumerateDirectories(Repository.PathOf("k8s", "overlays")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>All that makes pods.</summary>
    public IEnumerable<Workload> Workloads =>
    [
        .. All<V1StatefulSet>().Select(set => new Workload(this, set, set.Spec.Template, $"{set.Metadata.Name}-0")),
        .. All<V1Deployment>().Select(deployment => new Workload(this, deployment, deployment.Spec.Template, $"{deployment.Metadata.Name}-5d8f7c-x2x9z")),
        .. All<V1Job>().Select(job => new Workload(this, job, job.Spec.Template, $"{job.Metadata.Name}-7wq4m")),
    ];

    /// <summary>Those that run our own program.</summary>
    public IEnumerable<Workload> Ours => Workloads.Where(workload => workload.Template.Metadata.Labels["app.kubernetes.io/name"] == "aurum");

    /// <summary>Those of them that are nodes of the cluster.</summary>
    public IEnumerable<Workload> Nodes => Ours.Where(workload => workload.Owner is not V1Job);

    public static Overlay Of(string name) => s_rendered.GetOrAdd(name, static name => new Lazy<Overlay>(() => new Overlay(name))).Value;

    public IEnumerable<T> All<T>() => Objects.OfType<T>();

    public T One<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Assert.Single(All<T>(), candidate => candidate.Metadata.Name == name);

    /// <summary>The pods' templates that a selector means.</summary>
    public IReadOnlyList<Workload> Selected(IDictionary<string, string>? labels) =>
        [.. Workloads.Where(workload => (labels ?? new Dictionary<string, string>()).All(label =>
            workload.Template.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value))];

    private static string Render(string directory)
    {
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", directory]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = kubectl.StandardError.ReadToEndAsync();
        var output = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, $"kubectl kustomize {directory} ended with {kubectl.ExitCode}: {error.Result}");
        Assert.Equal("", error.Result);
        return output;
    }
}

/// <summary>A theory that needs kubectl; skipped where a developer has none, never where tests run unattended.</summary>
internal sealed class OverlayTheoryAttribute : TheoryAttribute
{
    public OverlayTheoryAttribute()
    {
        if (!Processes.IsInstalled("kubectl") && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "not installed: kubectl";
        }
    }
}
