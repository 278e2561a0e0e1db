using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurum.Providers.Eia;

/// <summary>One answer of a discovery after the first, as it is kept: values of a facet, or combinations of values.</summary>
/// <param name="Next">Where the survey of combinations goes on; null at its end.</param>
internal sealed record EiaFinding(string? Facet = null, IReadOnlyList<string>? Values = null, IReadOnlyList<string[]>? Combinations = null, string? Next = null);

/// <summary>
/// What is known of a dataset: the first text holds the route's facets in the route's order, a JSON list; each further one a finding.
/// </summary>
internal sealed class EiaFacts
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly List<EiaFinding> _findings;

    public EiaFacts(IReadOnlyList<string> texts)
    {
        Order = texts.Count == 0 ? null : JsonSerializer.Deserialize<List<string>>(texts[0]);
        _findings = [.. texts.Skip(1).Select(text => JsonSerializer.Deserialize<EiaFinding>(text, Compact)!)];
    }

    /// <summary>All facets of the route; null when it was not asked yet.</summary>
    public IReadOnlyList<string>? Order { get; }

    /// <summary>The last page of the survey read so far; null before the first.</summary>
    public EiaFinding? Survey => _findings.LastOrDefault(finding => finding.Combinations is not null);

    public static string OfOrder(IReadOnlyList<string> facets) => JsonSerializer.Serialize(facets);

    public static string Of(EiaFinding finding) => JsonSerializer.Serialize(finding, Compact);

    public IReadOnlyList<string>? ValuesOf(string facet) => _findings.LastOrDefault(finding => finding.Facet == facet)?.Values;

    /// <summary>Every combination once, in an order that does not depend on that of the rows.</summary>
    public IReadOnlyList<string[]> Combinations() =>
    [
        .. _findings.SelectMany(finding => finding.Combinations ?? [])
            .DistinctBy(values => string.Join('\n', values))
            .OrderBy(values => string.Join('\n', values), StringComparer.Ordinal),
    ];
}
