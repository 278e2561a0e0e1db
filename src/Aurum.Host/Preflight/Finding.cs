using System.Text.Json.Serialization;

namespace Aurum.Host.Preflight;

internal enum FindingState
{
    Good,

    /// <summary>A node would run; somebody should look at it all the same.</summary>
    Warning,

    /// <summary>A node would not run, or not as it is meant to.</summary>
    Failed,
}

/// <summary>What was found about one thing that a node needs.</summary>
/// <param name="Check">What was looked at, in a word or two.</param>
/// <param name="Found">How it is, for people; never a secret.</param>
/// <param name="Remedy">What to do about it; null where there is nothing to do.</param>
/// <param name="ExitCode">What <c>aurum run</c> would end with for this reason, where it has failed.</param>
internal sealed record Finding(string Check, FindingState State, string Found, string? Remedy = null, [property: JsonIgnore] int ExitCode = ExitCodes.SomeFailed)
{
    public static Finding Good(string check, string found) => new(check, FindingState.Good, found);

    public static Finding Warning(string check, string found, string remedy) => new(check, FindingState.Warning, found, remedy);

    public static Finding Failed(string check, string found, string remedy, int exitCode) => new(check, FindingState.Failed, found, remedy, exitCode);
}
