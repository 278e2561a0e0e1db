using System.Globalization;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Noaa;

/// <summary>Which of NOAA's two services brings a dataset's observations.</summary>
public enum NoaaTransport
{
    /// <summary>Climate Data Online, version 2: pages of long rows, with a token.</summary>
    Cdo,

    /// <summary>The access data service of NCEI, version 1: one answer of wide rows, without a token.</summary>
    Ncei,
}

/// <summary>Some data types of some stations: one series for each pair that has data.</summary>
/// <param name="Stations">With their namespace, as the API wants them: <c>GHCND:USW00094728</c>; null for those of <paramref name="Area"/>.</param>
/// <param name="DataTypes">Null for all that a station has.</param>
/// <param name="Area">Where to look for stations, as a parameter: <c>locationid=FIPS:37</c>.</param>
/// <param name="MinCoverage">Stations of the area with less of their data are left out.</param>
public sealed partial record NoaaDataset(
    string Key,
    DateOnly? Start,
    int LookbackObservations,
    string DatasetId,
    string Units,
    IReadOnlyList<string>? Stations,
    IReadOnlyList<string>? DataTypes,
    string? Area = null,
    double MinCoverage = 0,
    NoaaTransport Transport = NoaaTransport.Cdo) : Dataset(Key, Start, LookbackObservations)
{
    private const string All = "*";

    public override bool IsDiscovered => Stations is null || DataTypes is null;

    internal static NoaaDataset Read(SettingsNode entry)
    {
        var datasetId = entry.String("dataset", text => NoaaCodes.Datasets.Contains(text) ? null : $"one of {string.Join(", ", NoaaCodes.Datasets)}");
        var area = ReadArea(entry);
        var stations = area is null ? Distinct(entry, "stations", IsStation, "a station id such as USW00094728 or GHCND:USW00094728", WithNamespace) : null;
        var dataTypes = ReadDataTypes(entry);
        var minCoverage = area is null && !entry.Has("min_coverage") ? 0 : entry.Number("min_coverage", 0, 0, 1);
        if (area is null && entry.Has("min_coverage"))
        {
            entry.Problem("min_coverage", "stands beside named stations; it chooses among those of a location or bounding_box");
        }

        var units = entry.OptionalString("units", text => text is "metric" or "standard" ? null : "metric or standard") ?? "metric";
        var transport = entry.OptionalString("transport", text => text is "cdo" or "ncei" ? null : "cdo or ncei") == "ncei" ? NoaaTransport.Ncei : NoaaTransport.Cdo;
        if (transport == NoaaTransport.Ncei && NoaaCodes.NceiName(datasetId) is null && NoaaCodes.Datasets.Contains(datasetId))
        {
            entry.Problem("transport", $"is ncei, which has no {datasetId}; it has {string.Join(", ", NoaaCodes.Datasets.Where(dataset => NoaaCodes.NceiName(dataset) is not null))}");
        }

        var start = ReadStart(entry, datasetId);
        var lookback = entry.Integer("lookback_observations", 30, 0, 100_000);
        entry.NothingElse();

        var places = stations is not null ? Sorted(stations)
            : minCoverage > 0 ? string.Create(CultureInfo.InvariantCulture, $"{area} coverage {minCoverage}")
            : area;
        var key = $"{datasetId} {units} {places} {(dataTypes is null ? All : Sorted(dataTypes))}{(transport == NoaaTransport.Ncei ? " ncei" : "")}";
        return new NoaaDataset(key, start, lookback, datasetId, units, stations, dataTypes, area, minCoverage, transport);
    }

    /// <summary>Every pair of the named stations and types.</summary>
    internal IReadOnlyList<SeriesDefinition> NamedSeries() =>
        [.. from station in Stations! from dataType in DataTypes! select Series(station, dataType, null)];

    /// <param name="span">The station's own span, where it was looked up.</param>
    internal SeriesDefinition Series(string station, string dataType, NoaaSpan? span)
    {
        var start = span?.First is { } first && !NoaaCodes.IsNormals(DatasetId)
            ? DateOnly.FromDateTime(NoaaCodes.PeriodStart(DatasetId, first.ToDateTime(TimeOnly.MinValue)))
            : (DateOnly?)null;
        return new SeriesDefinition(
            new SeriesId(NoaaProvider.Name, NoaaSeries.Code(DatasetId, station, dataType)),
            Key,
            $"{NoaaProvider.Name}:{DatasetId}:{Units}{(Transport == NoaaTransport.Ncei ? ":ncei" : "")}",
            new NoaaSeries(DatasetId, station, dataType, Units, Transport, Area, span?.Last?.Year).Coordinates(),
            Start > start || start is null ? Start : start,
            LookbackObservations);
    }

    internal static bool IsStation(string text) => StationPattern().IsMatch(text);

    internal static bool IsDataType(string text) => DataTypePattern().IsMatch(text);

    private static string Sorted(IEnumerable<string> texts) => string.Join(',', texts.Order(StringComparer.Ordinal));

    private static DateOnly? ReadStart(SettingsNode entry, string datasetId)
    {
        var start = entry.OptionalDate("start");
        if (start is { } day && NoaaCodes.Datasets.Contains(datasetId) && NoaaCodes.Span(datasetId).To is var end && day.ToDateTime(TimeOnly.MinValue) >= end)
        {
            entry.Problem("start", string.Create(CultureInfo.InvariantCulture, $"is {day:yyyy-MM-dd}, but {datasetId} has nothing after {end.AddDays(-1):yyyy-MM-dd}; expected an earlier day or none"));
        }

        return start;
    }

    /// <summary>Null when the stations are named.</summary>
    private static string? ReadArea(SettingsNode entry)
    {
        var hasLocation = entry.Has("location");
        var location = !hasLocation ? null : entry.OptionalString("location", text => LocationPattern().IsMatch(text) ? null : "a location id such as FIPS:37 or CITY:US370001");
        var hasBox = entry.Has("bounding_box");
        var area = hasBox ? ReadBox(entry.Child("bounding_box")) : hasLocation ? $"locationid={location}" : null;
        var named = new[] { "stations", "location", "bounding_box" }.Where(entry.Has).ToList();
        if (named.Count > 1)
        {
            entry.OptionalStrings("stations");
            entry.Problem(named[1], $"stands beside {named[0]}; one of stations, location and bounding_box says which stations are meant");
        }

        return area;
    }

    /// <summary>In the order that the service wants: south, west, north, east.</summary>
    private static string ReadBox(SettingsNode box)
    {
        string[] keys = ["south", "west", "north", "east"];
        foreach (var key in keys.Where(key => !box.Has(key)))
        {
            box.Problem(key, "is missing");
        }

        var (south, north) = (box.Number("south", -90, -90.0001, 90), box.Number("north", 90, -90.0001, 90));
        var (west, east) = (box.Number("west", -180, -180.0001, 180), box.Number("east", 180, -180.0001, 180));
        box.NothingElse();
        if (south >= north)
        {
            box.Problem("north", "lies no further north than south; expected a larger number");
        }

        if (west >= east)
        {
            box.Problem("east", "lies no further east than west; expected a larger number, and a box on one side of the 180th meridian");
        }

        return string.Create(CultureInfo.InvariantCulture, $"extent={south},{west},{north},{east}");
    }

    /// <summary>Null when all types are meant.</summary>
    private static List<string>? ReadDataTypes(SettingsNode entry)
    {
        if (entry.IsText("datatypes"))
        {
            entry.String("datatypes", text => text == All ? null : $"a list of data types, or \"{All}\" for all");
            return null;
        }

        var dataTypes = Distinct(entry, "datatypes", text => text == All || IsDataType(text), "a data type such as TMAX, or * alone for all", text => text);
        if (!dataTypes.Contains(All))
        {
            return dataTypes;
        }

        if (dataTypes.Count > 1)
        {
            entry.Problem("datatypes", "names other types beside *, which means all");
        }

        return null;
    }

    /// <summary>The API answers in upper case whatever the case of the question, and so series codes are upper case.</summary>
    private static List<string> Distinct(SettingsNode entry, string key, Func<string, bool> isValid, string expected, Func<string, string> form)
    {
        var distinct = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in entry.Strings(key, text => isValid(text) ? null : expected).Select(text => form(text.ToUpperInvariant())))
        {
            if (!seen.Add(NoaaSeries.WithoutNamespace(text)))
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

    internal static string WithNamespace(string station) => station.Contains(':', StringComparison.Ordinal) ? station : $"GHCND:{station}";

    [GeneratedRegex(@"\A([A-Za-z]+:)?[A-Za-z0-9_-]+\z")]
    private static partial Regex StationPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex DataTypePattern();

    [GeneratedRegex(@"\A[A-Z_]+:[A-Za-z0-9_-]+\z")]
    private static partial Regex LocationPattern();
}

/// <summary>The first and last day of which a station reported; null where the service does not say.</summary>
internal readonly record struct NoaaSpan(DateOnly? First, DateOnly? Last);
