using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>Observations of some stations and data types of one dataset, asked window after window.</summary>
/// <param name="Clipped">For each want the days that are asked for it.</param>
/// <param name="Windows">In order of time; no window begins where another does.</param>
internal sealed record NoaaObservationsFetch(
    IReadOnlyList<Want> Wants,
    string Label,
    string Dataset,
    string Units,
    IReadOnlyList<Window> Clipped,
    IReadOnlyList<Window> Windows) : Fetch(FetchKind.Observations, Wants, Label)
{
    /// <summary>The wants that a window touches: only their stations and data types are asked for in it.</summary>
    public IEnumerable<Want> WantsIn(Window window) => Wants.Where((_, index) => NoaaWindows.Touch(Clipped[index], window));
}

/// <summary>The catalog entries of all series of one station, so that an unknown station spoils no other's.</summary>
internal sealed record NoaaStationFetch(IReadOnlyList<Want> Wants, string Label, string Station) : Fetch(FetchKind.Catalog, Wants, Label);

internal static class NoaaPlan
{
    /// <summary>
    /// Characters of one address for repeated stations and for repeated data types; with the rest of it about 1,800, which every
    /// proxy lets pass.
    /// </summary>
    private const int StationsLength = 1000, DataTypesLength = 500;

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. from one in series
           group new Want(one, Window.Everything, null) by NoaaSeries.Of(one).Station into station
           select new NoaaStationFetch([.. station], $"stations/{station.Key}", station.Key),
    ];

    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants, DateOnly today)
    {
        var asked = wants
            .Select(want => (Want: want, Series: NoaaSeries.Of(want.Series), Clipped: NoaaWindows.Clip(want, NoaaSeries.Of(want.Series).Dataset, today)))
            .Where(one => !one.Clipped.IsEmpty)
            .ToList();

        var stations = Chunks(asked.Select(one => one.Series.Station), "&stationid=", StationsLength);
        var dataTypes = Chunks(asked.Select(one => one.Series.DataType), "&datatypeid=", DataTypesLength);
        return
        [
            .. from one in asked
               group one by (Stations: stations[one.Series.Station], DataTypes: dataTypes[one.Series.DataType]) into chunk
               orderby chunk.Key
               select Of([.. chunk.Select(one => one.Want)], chunk.First().Series, [.. chunk.Select(one => one.Clipped)]),
        ];
    }

    private static NoaaObservationsFetch Of(IReadOnlyList<Want> wants, NoaaSeries first, IReadOnlyList<Window> clipped)
    {
        var stations = wants.Select(want => NoaaSeries.Of(want.Series).Station).Distinct().Count();
        var dataTypes = wants.Select(want => NoaaSeries.Of(want.Series).DataType).Distinct().Count();
        var label = $"data {first.Dataset} {AndMore(first.Station, stations)}, {AndMore(first.DataType, dataTypes)}";
        return new NoaaObservationsFetch(wants, label, first.Dataset, first.Units, clipped, NoaaWindows.Cut(clipped, first.Dataset));
    }

    private static string AndMore(string first, int count) => count == 1 ? first : $"{first} and {count - 1} more";

    /// <summary>Deals distinct texts into numbered chunks whose parameters stay below a length.</summary>
    private static Dictionary<string, int> Chunks(IEnumerable<string> texts, string parameter, int atMost)
    {
        var chunks = new Dictionary<string, int>(StringComparer.Ordinal);
        var (chunk, length) = (0, 0);
        foreach (var text in texts.Distinct().Order(StringComparer.Ordinal))
        {
            length += parameter.Length + text.Length;
            if (length > atMost)
            {
                (chunk, length) = (chunk + 1, parameter.Length + text.Length);
            }

            chunks[text] = chunk;
        }

        return chunks;
    }
}
