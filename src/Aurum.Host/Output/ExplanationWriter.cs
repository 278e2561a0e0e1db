using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.Host.Output;

/// <summary>What a saved response means, as JSON lines: each has its <c>kind</c>, and the names that the store uses.</summary>
internal static class ExplanationWriter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static async Task WriteAsync(FetchResult result, TextWriter output)
    {
        foreach (var line in LinesOf(result))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(line, line.GetType(), Json));
        }
    }

    private static IEnumerable<object> LinesOf(FetchResult result) => result switch
    {
        FetchFailed { Failure: var failure } => [new FailureLine(failure.Kind, failure.Detail, failure.RetryAfter?.TotalSeconds)],
        Page page =>
        [
            .. page.Catalog.Select(SeriesLine.Of),
            .. page.Slices.SelectMany(slice => slice.Observations.Select(observation => ObservationLine.Of(slice, observation))),
            new PageLine(page.Next, page.Count, page.Facts, page.Changed, page.Dropped > 0 ? page.Dropped : null),
        ],
        _ => throw new ArgumentException($"No line says {result.GetType().Name}.", nameof(result)),
    };

    private static string? Moment(DateTime? timestamp) => timestamp?.ToString(Formats.Timestamp, CultureInfo.InvariantCulture);

    private sealed record ObservationLine(
        string Provider,
        string SeriesId,
        string? Timestamp,
        DateOnly AsofDate,
        double? Value,
        string? ValueRaw,
        string? UnitCode,
        string? GeoId,
        string? DatasetCode,
        string? FrequencyCode,
        string? Status,
        string? QualityFlag,
        IReadOnlyDictionary<string, string>? Metadata)
    {
        [JsonPropertyOrder(-1)]
        public string Kind => "observation";

        public static ObservationLine Of(ObservationSlice slice, Observation observation) => new(
            slice.Series.Provider,
            slice.Series.Code,
            Moment(observation.Timestamp),
            observation.AsOf,
            observation.Value is { } value && double.IsFinite(value) ? value : null,
            observation.ValueRaw,
            slice.Attributes.UnitCode,
            slice.Attributes.GeoId,
            slice.Attributes.DatasetCode,
            slice.Attributes.FrequencyCode,
            observation.Status,
            observation.QualityFlag,
            observation.Metadata);
    }

    private sealed record SeriesLine(
        string Provider,
        string SeriesId,
        string Title,
        string? Description,
        string? UnitCode,
        string? FrequencyCode,
        string? DatasetCode,
        string? GeoId,
        string? Category,
        string? SourceUrl,
        string? StartTs,
        string? EndTs,
        DateTimeOffset? UpdatedAt,
        IReadOnlyDictionary<string, string>? Metadata)
    {
        [JsonPropertyOrder(-1)]
        public string Kind => "series";

        public static SeriesLine Of(CatalogEntry entry) => new(
            entry.Series.Provider,
            entry.Series.Code,
            entry.Title,
            entry.Description,
            entry.UnitCode,
            entry.FrequencyCode,
            entry.DatasetCode,
            entry.GeoId,
            entry.Category,
            entry.SourceUrl,
            Moment(entry.Start),
            Moment(entry.End),
            entry.LastUpdated,
            entry.Metadata);
    }

    /// <param name="Next">Cursor of the page after this one; null when this is the last.</param>
    /// <param name="Count">How many items the provider says the whole question has.</param>
    private sealed record PageLine(
        string? Next,
        long? Count,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Facts,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Changed,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Dropped)
    {
        [JsonPropertyOrder(-1)]
        public string Kind => "page";
    }

    /// <param name="RetryAfter">Seconds.</param>
    private sealed record FailureLine(FailureKind Failure, string Detail, double? RetryAfter)
    {
        [JsonPropertyOrder(-1)]
        public string Kind => "failure";
    }
}
