using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>Where a page's observations of one wanted series gather, by the attributes that their rows carry.</summary>
internal sealed class EiaSlot(SeriesId series, EiaFrequency frequency, string? column, IReadOnlyList<Want> wants)
{
    private readonly CatalogEntry? _known = wants.Select(want => want.Known).LastOrDefault(known => known is not null);
    private readonly List<Part> _parts = [];

    /// <summary>Known by a legacy id, on whichever road.</summary>
    public bool IsLegacy { get; } = EiaLegacyDataset.IsLegacyId(series.Code);

    /// <summary>Null when the page itself must tell (legacy ids).</summary>
    public string? Column => column;

    public static List<EiaSlot> Of(IEnumerable<Want> wants) =>
    [
        .. wants.GroupBy(want => want.Series.Id)
            .Select(same => new EiaSlot(same.Key, same.First().Series.Frequency(), same.First().Series.IsLegacy() ? null : same.First().Series.Column(), [.. same])),
    ];

    public bool Wants(DateTime timestamp)
    {
        foreach (var want in wants)
        {
            if (want.Window.Contains(timestamp))
            {
                return true;
            }
        }

        return false;
    }

    public void Add(string? unit, string? geography, string? dataset, in Observation observation)
    {
        unit ??= _known?.UnitCode;
        foreach (var part in _parts)
        {
            if (part.Attributes.UnitCode == unit && part.Attributes.GeoId == geography)
            {
                part.Observations.Add(observation);
                return;
            }
        }

        _parts.Add(new Part(new SeriesAttributes(unit, frequency.Code, dataset ?? _known?.DatasetCode, geography), [observation]));
    }

    /// <exception cref="MalformedBodyException">One timestamp has several values: the facets do not name a single series.</exception>
    public IEnumerable<ObservationSlice> Slices()
    {
        if (_parts.Count > 1)
        {
            RefuseOverlaps();
        }

        return _parts.Select(part => new ObservationSlice(series, part.Attributes, InOrder(part.Observations)));
    }

    /// <summary>The attributes of a series may change in time, but not be two at once.</summary>
    private void RefuseOverlaps()
    {
        var first = new Dictionary<DateTime, SeriesAttributes>();
        foreach (var (attributes, observations) in _parts)
        {
            foreach (var observation in observations)
            {
                if (first.TryGetValue(observation.Timestamp, out var other) && other != attributes)
                {
                    throw other.UnitCode == attributes.UnitCode ? Ambiguous(observation.Timestamp) : new MalformedBodyException(
                        "$.response.data",
                        $"one unit of {series.Code}, not both {other.UnitCode ?? "none"} and {attributes.UnitCode ?? "none"} for {Period(observation.Timestamp)}; configure the facet unit with one of them");
                }

                first[observation.Timestamp] = attributes;
            }
        }
    }

    /// <summary>By timestamp, a row that stands twice once.</summary>
    private List<Observation> InOrder(List<Observation> observations)
    {
        var ordered = new List<Observation>(observations.Count);
        foreach (var observation in IsAscending(observations) ? observations : [.. observations.OrderBy(one => one.Timestamp)])
        {
            if (ordered.Count == 0 || ordered[^1].Timestamp != observation.Timestamp)
            {
                ordered.Add(observation);
            }
            else if (!ordered[^1].SaysTheSameAs(observation))
            {
                throw Ambiguous(observation.Timestamp);
            }
        }

        return ordered;
    }

    private MalformedBodyException Ambiguous(DateTime timestamp) =>
        new("$.response.data", $"one value of {series.Code} for {Period(timestamp)}, not several; more facets may be needed to name one series");

    private string Period(DateTime timestamp) => EiaPeriod.Format(timestamp, frequency.Shape);

    private static bool IsAscending(List<Observation> observations)
    {
        for (var index = 1; index < observations.Count; index++)
        {
            if (observations[index].Timestamp < observations[index - 1].Timestamp)
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Part(SeriesAttributes Attributes, List<Observation> Observations);
}
