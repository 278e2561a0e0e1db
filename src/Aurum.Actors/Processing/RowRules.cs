using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;

namespace Aurum.Actors.Processing;

/// <summary>
/// What every row must keep before a store is asked to take it. A row that breaks a rule would be refused each time, so it is set
/// aside and not tried again.
/// </summary>
/// <param name="providers">The names of the providers there is a place for.</param>
public sealed class RowRules(IEnumerable<string> providers)
{
    private const int MostShown = 60;

    private readonly HashSet<string> _providers = new(providers, StringComparer.Ordinal);
    private ObservationHeader? _lastGood;

    /// <summary>The rules that a row breaks, each in words; empty when it is good.</summary>
    public IReadOnlyList<string> BrokenBy(in DecodedObservation row) =>
        IsGood(row.Header) && IsGood(row.Observation) ? [] : Describe(row.Header, row.Observation);

    /// <summary>The rules that a catalog entry breaks.</summary>
    public IReadOnlyList<string> BrokenBy(CatalogEntry entry)
    {
        var broken = new List<string>();
        CheckSeries(entry.Series, broken);
        CheckTexts(
            broken,
            [
                ("title", entry.Title), ("description", entry.Description), ("unit_code", entry.UnitCode), ("frequency_code", entry.FrequencyCode),
                ("dataset_code", entry.DatasetCode), ("geo_id", entry.GeoId), ("category", entry.Category), ("source_url", entry.SourceUrl),
                .. Texts(entry.Metadata),
            ]);
        return broken;
    }

    /// <summary>What a page's rows share is looked at once.</summary>
    private bool IsGood(ObservationHeader header)
    {
        if (ReferenceEquals(header, Volatile.Read(ref _lastGood)))
        {
            return true;
        }

        var (series, attributes, run, page, _) = header;
        var good = _providers.Contains(series.Provider)
            && series.Code.Length > 0
            && IsStorable(series.Code)
            && IsStorable(attributes.UnitCode)
            && IsStorable(attributes.FrequencyCode)
            && IsStorable(attributes.DatasetCode)
            && IsStorable(attributes.GeoId)
            && IsStorable(run)
            && IsStorable(page);
        if (good)
        {
            Volatile.Write(ref _lastGood, header);
        }

        return good;
    }

    private static bool IsGood(in Observation row) =>
        row.Timestamp.Ticks % TimeSpan.TicksPerSecond == 0
        && (row.Value is not { } value || double.IsFinite(value))
        && IsStorable(row.ValueRaw)
        && IsStorable(row.Status)
        && IsStorable(row.QualityFlag)
        && (row.Metadata is null || row.Metadata.All(pair => IsStorable(pair.Key) && IsStorable(pair.Value)));

    /// <summary>PostgreSQL stores every text but one with a NUL in it.</summary>
    private static bool IsStorable(string? text) => text is null || !text.Contains('\0', StringComparison.Ordinal);

    private List<string> Describe(ObservationHeader header, in Observation row)
    {
        var broken = new List<string>();
        CheckSeries(header.Series, broken);
        if (row.Timestamp.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            broken.Add($"ts: {row.Timestamp:O} is finer than a second; expected whole seconds");
        }

        if (row.Value is { } value && !double.IsFinite(value))
        {
            broken.Add($"value: {value} is no finite number; expected one, or null for a missing value");
        }

        CheckTexts(
            broken,
            [
                ("unit_code", header.Attributes.UnitCode), ("frequency_code", header.Attributes.FrequencyCode), ("dataset_code", header.Attributes.DatasetCode),
                ("geo_id", header.Attributes.GeoId), ("ingest_run_id", header.RunId), ("source_event_id", header.EventId),
                ("value_raw", row.ValueRaw), ("status", row.Status), ("quality_flag", row.QualityFlag),
                .. Texts(row.Metadata),
            ]);
        return broken;
    }

    private void CheckSeries(SeriesId series, List<string> broken)
    {
        if (!_providers.Contains(series.Provider))
        {
            broken.Add($"provider: there is no provider \"{Shown(series.Provider)}\"; expected one of {string.Join(", ", _providers.Order(StringComparer.Ordinal))}");
        }

        if (series.Code.Length == 0)
        {
            broken.Add("series_id: is empty; expected the provider's code of a series");
        }

        CheckTexts(broken, [("series_id", series.Code)]);
    }

    private static void CheckTexts(List<string> broken, IEnumerable<(string Name, string? Text)> texts) =>
        broken.AddRange(texts.Where(text => !IsStorable(text.Text)).Select(text => $"{text.Name}: holds a NUL character, which PostgreSQL cannot store"));

    private static IEnumerable<(string Name, string? Text)> Texts(IReadOnlyDictionary<string, string>? metadata) =>
        (metadata ?? new Dictionary<string, string>()).Select(pair => ("metadata", (string?)$"{pair.Key}{pair.Value}"));

    private static string Shown(string text) => text.Length > MostShown ? $"{text[..MostShown]}…" : text.Replace('\0', '?');
}
