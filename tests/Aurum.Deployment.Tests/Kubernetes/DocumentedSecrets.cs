using System.Text.RegularExpressions;
using Aurum.Host.Tests;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>The Secrets that docs/kubernetes.md says how to make, with their keys.</summary>
internal static partial class DocumentedSecrets
{
    public static Dictionary<string, IReadOnlyList<string>> Read() =>
        Creation().Matches(File.ReadAllText(Repository.PathOf("docs", "kubernetes.md")).Replace("\\\n", " ", StringComparison.Ordinal))
            .GroupBy(command => command.Groups["name"].Value)
            .ToDictionary(name => name.Key, name => (IReadOnlyList<string>)[.. name.SelectMany(command => Key().Matches(command.Groups["rest"].Value)).Select(key => key.Groups[1].Value).Distinct()]);

    [GeneratedRegex("^kubectl .*create secret generic (?<name>[a-z-]+)(?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex Creation();

    [GeneratedRegex("--from-(?:file|literal)=([A-Za-z_.]+)=")]
    private static partial Regex Key();
}
