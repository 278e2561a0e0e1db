using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>
/// Lines that share a call. A call brings every combination of their facets' values for all periods from the first wanted to the
/// last, so lines whose combinations or windows lie far apart are better asked for apart.
/// </summary>
internal sealed class EiaBox
{
    /// <summary>Rows that may be sent for one that is wanted.</summary>
    private const double Slack = 1.2;

    /// <summary>How many calls a line is offered to before it gets one of its own; bounds the work, not the result.</summary>
    private const int MostOffers = 64;

    private readonly List<EiaLine> _lines;
    private readonly HashSet<string>[] _values;
    private Window _window;
    private long _wanted;

    private EiaBox(IReadOnlyList<EiaLine> lines)
    {
        _lines = [.. lines];
        _values = [.. lines[0].Values.Select((_, facet) => lines.Select(line => line.Values[facet]).ToHashSet(StringComparer.Ordinal))];
        _window = lines.Select(line => line.Window).Aggregate((a, b) => a.Cover(b));
        _wanted = lines.Sum(line => line.Periods);
    }

    public IReadOnlyList<Want> Wants => [.. _lines.SelectMany(line => line.Wants)];

    /// <summary>The calls that cost the fewest requests, and of those the ones that send few rows beyond those wanted.</summary>
    public static IReadOnlyList<EiaBox> Pack(IReadOnlyList<EiaLine> lines, DateOnly today) => Pack(new EiaBox(lines), today);

    /// <summary>True when so many of a discovered dataset's combinations are wanted that all may as well be sent.</summary>
    /// <param name="members">How many the dataset has.</param>
    public static bool IsNearlyAll(int combinations, int members) => combinations * Slack >= members;

    /// <param name="counts">How many values of each facet are asked for.</param>
    /// <returns>How many combinations of them have rows, as far as that is known: in a discovered dataset no more than were found.</returns>
    public static long Existing(IEnumerable<int> counts, SeriesDefinition series) =>
        (long)Math.Min(counts.Aggregate(1.0, (product, count) => product * count), series.Members() ?? int.MaxValue);

    private static IReadOnlyList<EiaBox> Pack(EiaBox box, DateOnly today)
    {
        if (box.IsNear(today) || box.Parts(today) is not { Count: > 1 } parts)
        {
            return [box];
        }

        var apart = Merge(parts.SelectMany(part => Pack(new EiaBox(part), today)), today);
        return apart.Sum(one => one.Pages(today)) <= box.Pages(today) ? apart : [box];
    }

    private static List<EiaBox> Merge(IEnumerable<EiaBox> boxes, DateOnly today)
    {
        var merged = new List<EiaBox>();
        foreach (var box in boxes.OrderByDescending(box => box._lines.Count))
        {
            if (merged.TakeLast(MostOffers).FirstOrDefault(other => other.Takes(box, today)) is { } taker)
            {
                taker.Add(box);
            }
            else
            {
                merged.Add(box);
            }
        }

        return merged;
    }

    private List<List<EiaLine>> Parts(DateOnly today) =>
        _lines.Count > 1 && Periods(_window, today) * _lines.Count > Slack * _wanted && ByWindow() is { Count: > 1 } windows ? windows : ByFacet();

    private bool IsNear(DateOnly today) => IsNear(Sent(_values.Select(values => values.Count), _window, today), _wanted);

    private static bool IsNear(long sent, long wanted) => EiaSpan.Pages(sent) == 1 || sent <= Slack * wanted;

    private bool Takes(EiaBox other, DateOnly today)
    {
        var sent = Sent(_values.Zip(other._values, (mine, theirs) => mine.Count + theirs.Count(value => !mine.Contains(value))), _window.Cover(other._window), today);
        return IsNear(sent, _wanted + other._wanted) && EiaSpan.Pages(sent) <= Pages(today) + other.Pages(today);
    }

    private void Add(EiaBox other)
    {
        _lines.AddRange(other._lines);
        for (var facet = 0; facet < _values.Length; facet++)
        {
            _values[facet].UnionWith(other._values[facet]);
        }

        _window = _window.Cover(other._window);
        _wanted += other._wanted;
    }

    private long Pages(DateOnly today) => EiaSpan.Pages(Sent(_values.Select(values => values.Count), _window, today));

    private long Sent(IEnumerable<int> counts, Window window, DateOnly today) => Existing(counts, _lines[0].Wants[0].Series) * Periods(window, today);

    private long Periods(Window window, DateOnly today) => EiaSpan.Sent(_lines[0].Wants[0].Series, window, _lines[0].Wants[0].Known, today);

    /// <summary>Two parts: the short windows and the long ones, or the early and the late.</summary>
    private List<List<EiaLine>> ByWindow()
    {
        var byLength = _lines.OrderBy(line => line.Periods).ToList();
        var at = Enumerable.Range(1, _lines.Count - 1).MaxBy(index => (double)byLength[index].Periods / Math.Max(1, byLength[index - 1].Periods));
        if (byLength[at].Periods > Slack * byLength[at - 1].Periods)
        {
            return [byLength[..at], byLength[at..]];
        }

        var byBeginning = _lines.OrderBy(line => line.Window.From).ToList();
        at = _lines.Count / 2;
        return byBeginning[^1].Window.From > byBeginning[0].Window.From ? [byBeginning[..at], byBeginning[at..]] : [];
    }

    /// <summary>Along the facet that gives the fewest parts: its values apart that go with different values of the others.</summary>
    private List<List<EiaLine>> ByFacet() =>
        Enumerable.Range(0, _values.Length)
            .Select(facet => _lines
                .GroupBy(line => line.Values[facet], StringComparer.Ordinal)
                .GroupBy(ofValue => string.Join('\r', ofValue.Select(line => string.Join('\n', line.Values.Where((_, other) => other != facet))).Order(StringComparer.Ordinal)))
                .Select(alike => alike.SelectMany(ofValue => ofValue).ToList())
                .ToList())
            .Where(parts => parts.Count > 1)
            .MinBy(parts => parts.Count)
        ?? [];
}
