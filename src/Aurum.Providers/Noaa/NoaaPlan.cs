using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>Observations of some stations and data types of one dataset, asked window after window.</summary>
/// <param name="Units">Null only where a saved answer is explained that was asked without.</param>
/// <param name="Clipped">For each want the days that are asked for it.</param>
/// <param name="Windows">In order of time; no window begins where another does.</param>
internal sealed record NoaaObservationsFetch(
    IReadOnlyList<Want> Wants,
    string Label,
    string Dataset,
    string? Units,
    NoaaTransport Transport,
    IReadOnlyList<Window> Clipped,
    IReadOnlyList<Window> Windows) : Fetch(FetchKind.Observations, Wants, Label)
{
    /// <summary>By station without its namespace and by type, both in upper case; made once, for all pages.</summary>
    public ILookup<(string Station, string DataType), Want> WantsByPlace => field ??=
        Wants.ToLookup(want => NoaaSeries.Of(want.Series) is var series ? (NoaaRows.Bare(series.Station), series.DataType) : default);

    /// <summary>Every series of an answer is taken, wanted or not.</summary>
    public bool TakesAll { get; init; }

    /// <summary>Climate Data Online finds nothing for a station it does not know; of its successor that is not certain.</summary>
    public override bool SplitOnRejection => Transport == NoaaTransport.Ncei;

    /// <summary>The wants that a window touches: only their stations and data types are asked for in it.</summary>
    public IEnumerable<Want> WantsIn(Window window) => Wants.Where((_, index) => NoaaWindows.Touch(Clipped[index], window));
}

/// <summary>The catalog entries of all series of one named station, so that an unknown station spoils no other's.</summary>
internal sealed record NoaaStationFetch(IReadOnlyList<Want> Wants, string Label, string Station) : Fetch(FetchKind.Catalog, Wants, Label);

internal static class NoaaPlan
{
    /// <summary>
    /// Characters of one address for repeated stations and for repeated data types; with the rest of it below 4,000, which every
    /// proxy lets pass.
    /// </summary>
    private const int StationsLength = 2800, DataTypesLength = 900;

    /// <summary>Data types that narrow a listing of stations; more of them narrow little.</summary>
    private const int DataTypesOfListing = 20;

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. from one in series
           let place = NoaaSeries.Of(one)
           group new Want(one, Window.Everything, null) by place.Area is null ? (place.Station, null, null) : ((string?)null, place.Area, place.Dataset) into found
           select found.Key is (var station, _, _) && station is not null
               ? new NoaaStationFetch([.. found], $"stations/{station}", station)
               : (Fetch)Listing([.. found], found.Key.Area!, found.Key.Dataset!),
    ];

    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants, DateOnly today)
    {
        var asked = wants
            .Select(want => (Want: want, Series: NoaaSeries.Of(want.Series)))
            .Select(one => new NoaaAsked(one.Want, one.Series, NoaaWindows.Clip(one.Want, one.Series, today)))
            .Where(one => !one.Clipped.IsEmpty)
            .ToList();
        return [.. NoaaGroups.Of(asked).SelectMany(Chunked)];
    }

    private static IEnumerable<Fetch> Chunked(IReadOnlyList<NoaaAsked> group)
    {
        var first = group[0].Series;
        var atOnce = first.Transport == NoaaTransport.Ncei ? NoaaWindows.NceiRows / NoaaCodes.PeriodsOfYear(first.Dataset) : int.MaxValue;
        var stations = Chunks(group.Select(one => one.Series.Station), "&stationid=", StationsLength, atOnce);
        var dataTypes = Chunks(group.Select(one => one.Series.DataType), "&datatypeid=", DataTypesLength, int.MaxValue);
        return from one in @group
               group one by (Stations: stations[one.Series.Station], DataTypes: dataTypes[one.Series.DataType]) into chunk
               orderby chunk.Key
               select Of([.. chunk]);
    }

    private static NoaaObservationsFetch Of(IReadOnlyList<NoaaAsked> asked)
    {
        var first = asked[0].Series;
        var stations = asked.Select(one => one.Series.Station).Distinct().Count();
        var dataTypes = asked.Select(one => one.Series.DataType).Distinct().Count();
        var label = $"{(first.Transport == NoaaTransport.Ncei ? "data/v1" : "data")} {first.Dataset} {AndMore(first.Station, stations)}, {AndMore(first.DataType, dataTypes)}";
        IReadOnlyList<Window> clipped = [.. asked.Select(one => one.Clipped)];
        return new NoaaObservationsFetch(
            [.. asked.Select(one => one.Want)], label, first.Dataset, first.Units, first.Transport, clipped, NoaaWindows.Cut(clipped, first, stations));
    }

    private static NoaaStationsFetch Listing(IReadOnlyList<Want> wants, string area, string dataset)
    {
        var dataTypes = wants.Select(want => NoaaSeries.Of(want.Series).DataType).Distinct().Order(StringComparer.Ordinal).ToList();
        var narrowed = dataTypes.Count <= DataTypesOfListing ? string.Concat(dataTypes.Select(dataType => $"&datatypeid={dataType}")) : "";
        return new NoaaStationsFetch(wants, $"stations of {dataset} {area}", $"stations?datasetid={dataset}&{area}{narrowed}");
    }

    private static string AndMore(string first, int count) => count == 1 ? first : $"{first} and {count - 1} more";

    /// <summary>Deals distinct texts into numbered chunks whose parameters stay below a length and whose texts below a number.</summary>
    private static Dictionary<string, int> Chunks(IEnumerable<string> texts, string parameter, int lengthAtMost, int countAtMost)
    {
        var chunks = new Dictionary<string, int>(StringComparer.Ordinal);
        var (chunk, length, count) = (0, 0, 0);
        foreach (var text in texts.Distinct().Order(StringComparer.Ordinal))
        {
            (length, count) = (length + parameter.Length + text.Length, count + 1);
            if (length > lengthAtMost || count > countAtMost)
            {
                (chunk, length, count) = (chunk + 1, parameter.Length + text.Length, 1);
            }

            chunks[text] = chunk;
        }

        return chunks;
    }
}
