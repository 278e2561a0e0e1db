namespace Aurum.Domain;

/// <summary>What is known about a series: title, unit, frequency, span.</summary>
/// <param name="Start">First timestamp the provider says it has, UTC.</param>
/// <param name="End">Last timestamp the provider says it has, UTC.</param>
/// <param name="LastUpdated">When the provider last changed the series or its database, as far as it tells.</param>
public sealed record CatalogEntry(
    SeriesId Series,
    string Title,
    string? Description = null,
    string? UnitCode = null,
    string? FrequencyCode = null,
    string? DatasetCode = null,
    string? GeoId = null,
    string? Category = null,
    string? SourceUrl = null,
    DateTime? Start = null,
    DateTime? End = null,
    DateTimeOffset? LastUpdated = null,
    IReadOnlyDictionary<string, string>? Metadata = null)
{
    /// <summary>In the metadata: what people should know about how the series is collected; it is logged when it is new.</summary>
    public const string RemarkKey = "remark";
}
