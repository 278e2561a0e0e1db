using System.Text.RegularExpressions;

namespace Aurum.EndToEnd.Tests.Runbook;

/// <summary><c>docs/operations.md</c>, as far as one can type it.</summary>
internal static partial class OperationsManual
{
    /// <summary>Every command in the order of the document: lines for a shell, and statements for psql.</summary>
    public static IReadOnlyList<string> Commands { get; } =
    [
        .. CodeBlock().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Runbook", "operations.md")))
            .SelectMany(block => block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => Remark().Replace(line, "")),
    ];

    [GeneratedRegex("^```(sh|sql)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(" +# .*$")]
    private static partial Regex Remark();
}
