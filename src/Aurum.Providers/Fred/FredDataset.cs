using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Fred;

/// <summary>A list of FRED series.</summary>
public sealed record FredDataset(string Key, DateOnly? Start, int LookbackObservations, IReadOnlyList<string> Series)
    : Dataset(Key, Start, LookbackObservations)
{
    internal static FredDataset Read(SettingsNode entry)
    {
        var series = entry.Strings("series", id => IsSeriesId(id) ? null : "a FRED series id, such as DGS10");
        var start = entry.OptionalDate("start");
        var lookback = entry.Integer("lookback_observations", 30, 0, 100_000);
        entry.NothingElse();

        var name = series.Count switch { 0 => "fred", 1 => series[0], var count => $"{series[0]}+{count - 1}" };
        return new FredDataset(EntryKey.Of(name, start, lookback, series.Order(StringComparer.Ordinal)), start, lookback, series);
    }

    internal IReadOnlyList<SeriesDefinition> Expand() =>
    [
        .. Series.Select(id => new SeriesDefinition(
            new SeriesId(FredProvider.Name, id),
            Key,
            CoalescingKey: id,
            new Dictionary<string, string> { ["series"] = id },
            Start,
            LookbackObservations)),
    ];

    private static bool IsSeriesId(string text) =>
        text.Length <= 60 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
