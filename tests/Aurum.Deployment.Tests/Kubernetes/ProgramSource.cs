using System.Text.RegularExpressions;
using Aurum.Host.Tests;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>What stands in the program's source, for those who hold manifests against it.</summary>
public static partial class ProgramSource
{
    private static readonly Lazy<IReadOnlySet<string>> s_literals = new(() => Found(Literal()));

    private static readonly Lazy<IReadOnlySet<string>> s_routes = new(() => Found(Route()));

    /// <summary>Whether a text stands in the program's source, as a literal of its own.</summary>
    public static bool IsInTheProgram(string text) => s_literals.Value.Contains(text);

    /// <summary>Whether a route of the program's server has this path.</summary>
    public static bool IsServed(string path) => s_routes.Value.Contains(path);

    private static HashSet<string> Found(Regex pattern) => Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(file => pattern.Matches(File.ReadAllText(file)))
        .Select(found => found.Groups[1].Value)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>As in <c>routes.MapGet("/livez", …)</c>.</summary>
    [GeneratedRegex("\\bMap[A-Za-z]*\\(\"(/[^\"]*)\"")]
    private static partial Regex Route();

    [GeneratedRegex("\"([^\"\\\\\n]*)\"")]
    private static partial Regex Literal();
}
