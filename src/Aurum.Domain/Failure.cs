using System.Text.Json.Serialization;

namespace Aurum.Domain;

/// <summary>The four kinds of failure of an outside party; each asks for its own reaction.</summary>
public enum FailureKind
{
    /// <summary>Told to slow down (429, quota page, Retry-After): hold the gate; not held against the breaker.</summary>
    Throttled,

    /// <summary>May work later (time-out, 5xx, connection lost): retry with back-off; counts against the breaker.</summary>
    Transient,

    /// <summary>Our request or key is wrong (400, 401, 404): stop this series, do not retry.</summary>
    Rejected,

    /// <summary>The body breaks the contract: nothing of the page is stored, the checkpoint stays.</summary>
    Malformed,
}

/// <summary>Why a request or a series failed.</summary>
/// <param name="Detail">For people, free of secrets: what was received, what would have been valid.</param>
/// <param name="RetryAfter">How long the provider asked to be left alone, where it said so.</param>
/// <param name="BeginAnew">The pages of a call do not fit together, as when rows moved between them: only the first page again can help.</param>
/// <param name="ConcernsProvider">It is not about the question but would meet every other one too, as a refused key does.</param>
public sealed record Failure(
    FailureKind Kind,
    string Detail,
    TimeSpan? RetryAfter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool BeginAnew = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ConcernsProvider = false)
{
    public override string ToString() => $"{Kind}: {Detail}";
}
