using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Noaa;

/// <summary>Some data types of some stations: one series for each pair.</summary>
/// <param name="Stations">With their namespace, as the API wants them: <c>GHCND:USW00094728</c>.</param>
public sealed partial record NoaaDataset(
    string Key,
    DateOnly? Start,
    int LookbackObservations,
    string DatasetId,
    string Units,
    IReadOnlyList<string> Stations,
    IReadOnlyList<string> DataTypes) : Dataset(Key, Start, LookbackObservations)
{
    internal static NoaaDataset Read(SettingsNode entry)
    {
        var datasetId = entry.String("dataset", text => NoaaCodes.Datasets.Contains(text) ? null : $"one of {string.Join(", ", NoaaCodes.Datasets)}");
        var stations = Distinct(entry, "stations", StationPattern(), "a station id such as USW00094728 or GHCND:USW00094728", WithNamespace);
        var dataTypes = Distinct(entry, "datatypes", DataTypePattern(), "a data type such as TMAX", text => text);
        var units = entry.OptionalString("units", text => text is "metric" or "standard" ? null : "metric or standard") ?? "metric";
        var start = entry.OptionalDate("start");
        var lookback = entry.Integer("lookback_observations", 30, 0, 100_000);
        entry.NothingElse();

        var key = $"{datasetId} {units} {string.Join(',', stations.Order(StringComparer.Ordinal))} {string.Join(',', dataTypes.Order(StringComparer.Ordinal))}";
        return new NoaaDataset(key, start, lookback, datasetId, units, stations, dataTypes);
    }

    internal IReadOnlyList<SeriesDefinition> Series() =>
    [
        .. from station in Stations
           from dataType in DataTypes
           select new SeriesDefinition(
               new SeriesId(NoaaProvider.Name, $"{DatasetId}:{NoaaSeries.WithoutNamespace(station)}:{dataType}"),
               Key,
               $"{NoaaProvider.Name}:{DatasetId}:{Units}",
               NoaaSeries.Coordinates(DatasetId, station, dataType, Units),
               Start,
               LookbackObservations),
    ];

    /// <summary>The API answers in upper case whatever the case of the question, and so series codes are upper case.</summary>
    private static List<string> Distinct(SettingsNode entry, string key, Regex pattern, string expected, Func<string, string> form)
    {
        var distinct = new List<string>();
        foreach (var text in entry.Strings(key, text => pattern.IsMatch(text) ? null : expected).Select(text => form(text.ToUpperInvariant())))
        {
            if (distinct.Exists(other => NoaaSeries.WithoutNamespace(other) == NoaaSeries.WithoutNamespace(text)))
            {
                entry.Problem(key, $"names {NoaaSeries.WithoutNamespace(text)} twice; each may stand once");
            }
            else
            {
                distinct.Add(text);
            }
        }

        return distinct;
    }

    private static string WithNamespace(string station) => station.Contains(':', StringComparison.Ordinal) ? station : $"GHCND:{station}";

    [GeneratedRegex(@"\A([A-Za-z]+:)?[A-Za-z0-9_-]+\z")]
    private static partial Regex StationPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex DataTypePattern();
}
