using k8s;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>Each overlay renders, and each object of it is one that Kubernetes takes.</summary>
public sealed class RenderingTests
{
    public static TheoryData<string> Overlays => Overlay.Names;

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Every_object_has_only_fields_that_Kubernetes_knows(string overlay)
    {
        var objects = Overlay.Of(overlay).Objects;

        Assert.Equal(Overlay.Of(overlay).Text.Split("\n---\n").Length, objects.Count);
        Assert.NotEmpty(Overlay.Of(overlay).Ours);
    }

    /// <summary>Shows that the reader is as strict as the test above takes it to be.</summary>
    [OverlayTheory]
    [InlineData("readinessProbe:", "readynessProbe:")]
    [InlineData("publishNotReadyAddresses:", "publishNotReadyAdresses:")]
    [InlineData("whenUnsatisfiable:", "whenUnsatisfied:")]
    [InlineData("averageValue:", "averageValues:")]
    [InlineData("secretKeyRef:", "secretRef:")]
    public void A_misspelt_field_is_refused_at_any_depth(string right, string wrong)
    {
        var text = Overlay.Of("production").Text;
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(text.Replace(right, wrong, StringComparison.Ordinal), strict: true));
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Everything_lies_in_the_namespace_that_comes_with_it(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        var space = Assert.Single(rendered.All<V1Namespace>()).Metadata.Name;

        Assert.All(rendered.Objects.Where(one => one is not V1Namespace), one => Assert.Equal((one.Metadata.Name, space), (one.Metadata.Name, one.Metadata.NamespaceProperty)));
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void No_secret_lies_in_the_repository(string overlay)
    {
        var rendered = Overlay.Of(overlay);

        Assert.Empty(rendered.All<V1Secret>());
        foreach (var variable in rendered.Workloads.SelectMany(workload => workload.Containers).SelectMany(container => container.Env ?? []))
        {
            var isSecret = new[] { "PASSWORD", "TOKEN", "KEY", "SECRET", "AUTH_USER" }.Any(word => variable.Name.Contains(word, StringComparison.Ordinal));
            // A path to a file that a Secret brings is none.
            Assert.True(!isSecret || variable.Value is null || variable.Value.StartsWith("/etc/aurum-tls/", StringComparison.Ordinal), $"{variable.Name} is written out");
        }

        Assert.DoesNotMatch("://[^/@\n]*:[^/@\n]*@", rendered.Text);
    }
}
