using System.Text.RegularExpressions;
using Aurum.Actors;
using Aurum.Host.Tests;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>
/// What the manifests say and the program does not know yet. A test fails for each of them that the program has learnt, so that the list
/// gets shorter and goes.
/// </summary>
public sealed partial class Awaited
{
    public static readonly IReadOnlyList<string> Variables =
    [
        "AURUM_ADMIN_TOKEN", "AURUM_CLUSTER_NAME", "AURUM_NODE_CA", "AURUM_NODE_CERT", "AURUM_NODE_HOST",
        "AURUM_NODE_KEY", "AURUM_NODE_PORT", "AURUM_SEED_NODES",
    ];

    public static readonly IReadOnlyList<string> Paths = ["/livez", "/metrics", "/readyz", "/startupz"];

    public static readonly IReadOnlyList<string> Roles = ["api"];

    private static readonly Lazy<IReadOnlySet<string>> s_literals = new(() => Found(Literal()));

    private static readonly Lazy<IReadOnlySet<string>> s_routes = new(() => Found(Route()));

    /// <summary>Whether a text stands in the program's source, as a literal of its own.</summary>
    public static bool IsInTheProgram(string text) => s_literals.Value.Contains(text);

    /// <summary>Whether a route of the program's server has this path.</summary>
    public static bool IsServed(string path) => s_routes.Value.Contains(path);

    public static bool IsRole(string name) => Enum.TryParse<NodeRoles>(name, ignoreCase: true, out _);

    [Fact]
    public void What_the_program_has_learnt_is_awaited_no_more()
    {
        string[] learnt = [.. Variables.Where(IsInTheProgram), .. Paths.Where(IsServed), .. Roles.Where(IsRole)];

        Assert.True(learnt.Length == 0, $"take out of the lists of this class: {string.Join(", ", learnt)}");
    }

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
