using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>Pods of one kind, and what the kubelet would put around their containers.</summary>
/// <param name="PodName">The name that one of the pods could have.</param>
internal sealed partial record Workload(Overlay Overlay, IKubernetesObject<V1ObjectMeta> Owner, V1PodTemplateSpec Template, string PodName)
{
    public string Name => Owner.Metadata.Name;

    public V1PodSpec Spec => Template.Spec;

    public IEnumerable<V1Container> Containers => [.. Spec.InitContainers ?? [], .. Spec.Containers];

    /// <summary>The environment of a container as the program sees it; a Secret's value is a sample, an optional one is not there.</summary>
    public Dictionary<string, string> EnvironmentOf(V1Container container)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (name, value) in Overlay.One<V1ConfigMap>(source.ConfigMapRef.Name).Data)
            {
                environment[name] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            if (ValueOf(variable, environment) is { } value)
            {
                environment[variable.Name] = value;
            }
        }

        return environment;
    }

    /// <summary>Writes what a container finds below its mount points into a directory instead.</summary>
    /// <returns>The mount points that hold files.</returns>
    public IReadOnlyList<string> WriteFiles(V1Container container, string root)
    {
        var mounts = new List<string>();
        foreach (var mount in container.VolumeMounts ?? [])
        {
            var volume = Assert.Single(Spec.Volumes, volume => volume.Name == mount.Name);
            var files = FilesOf(volume);
            if (files.Count > 0)
            {
                mounts.Add(mount.MountPath);
            }

            foreach (var (path, text) in files)
            {
                var file = Path.Combine(root, mount.MountPath.TrimStart('/'), path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        return mounts;
    }

    public Dictionary<string, string> FilesOf(V1Volume volume)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in volume.Projected?.Sources ?? [])
        {
            var data = Overlay.One<V1ConfigMap>(source.ConfigMap.Name).Data;
            foreach (var item in source.ConfigMap.Items)
            {
                files.Add(item.Path, data[item.Key]);
            }
        }

        foreach (var item in volume.Secret?.Items ?? [])
        {
            files.Add(item.Path, item.Key == "tls.key" ? s_sample.Value.Key : s_sample.Value.Certificate);
        }

        return files;
    }

    private static readonly Lazy<(string Certificate, string Key)> s_sample = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=aurum", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    });

    private string? ValueOf(V1EnvVar variable, Dictionary<string, string> before) => variable switch
    {
        { ValueFrom.FieldRef.FieldPath: "metadata.name" } => PodName,
        { ValueFrom.FieldRef.FieldPath: "metadata.namespace" } => Owner.Metadata.NamespaceProperty,
        { ValueFrom.FieldRef.FieldPath: "status.podIP" } => "10.1.2.3",
        { ValueFrom.FieldRef.FieldPath: var path } => throw new InvalidOperationException($"{Name}: {variable.Name} comes from {path}, which these tests do not know."),
        { ValueFrom.SecretKeyRef: { } secret } => secret.Optional == true ? null : SampleOf(secret),
        // As the kubelet does it: from what stands before, and what is not known stays as it is.
        _ => Reference().Replace(variable.Value ?? "", reference => before.GetValueOrDefault(reference.Groups[1].Value, reference.Value)),
    };

    private static string SampleOf(V1SecretKeySelector secret) => secret.Key switch
    {
        "AURUM_APP_DB_DSN" => "postgresql://aurum:sample@db.example.com:5432/aurum?sslmode=verify-full",
        "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO" => "user:sample",
        _ => "sample-0123456789abcdef0123456789abcdef",
    };

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Reference();
}
