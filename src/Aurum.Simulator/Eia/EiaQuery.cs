using System.Globalization;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Eia;

/// <summary>A checked request for data.</summary>
/// <param name="Facets">Facet id to the values asked for.</param>
internal sealed record EiaQuery(
    EiaFrequency Frequency,
    IReadOnlyList<EiaColumn> Columns,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Facets,
    string? Start,
    string? End,
    IReadOnlyList<(string Column, bool Descending)> Sort,
    int Offset,
    int Length)
{
    /// <summary>Reads a request; the error is the text of the API's 400.</summary>
    public static (EiaQuery? Query, string? Error) Read(ApiRequest request, EiaLeaf leaf, int pageCap)
    {
        var frequency = leaf.Default;
        if (request["frequency"] is { } asked)
        {
            if (leaf.Frequencies.FirstOrDefault(candidate => candidate.Id == asked) is not { } found)
            {
                return Wrong("frequency", asked, leaf.Frequencies.Select(candidate => candidate.Id), leaf.Frequencies.Length == 1 ? "frequency is" : "frequencies are");
            }

            frequency = found;
        }

        var columns = new List<EiaColumn>();
        foreach (var name in Indexed(request, "data"))
        {
            if (leaf.Columns.FirstOrDefault(candidate => candidate.Id == name) is not { } column)
            {
                return Wrong("data", name, leaf.Columns.Select(candidate => candidate.Id), leaf.Columns.Length == 1 ? "data is" : "data are");
            }

            columns.Add(column);
        }

        var facets = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var name in request.Query.Keys.Where(key => key.StartsWith("facets[", StringComparison.Ordinal) && key.Contains(']', StringComparison.Ordinal)).Select(key => key[7..key.IndexOf(']', 7)]).Distinct())
        {
            if (leaf.Facets.All(facet => facet.Id != name))
            {
                return Wrong("facet", name, leaf.Facets.Select(facet => facet.Id), leaf.Facets.Length == 1 ? "facet is" : "facets are");
            }

            facets[name] = [.. Indexed(request, $"facets[{name}]")];
        }

        var sort = new List<(string, bool)>();
        var sortable = leaf.Facets.Select(facet => facet.Id).Append("period").Concat(leaf.Columns.Select(column => column.Id)).ToList();
        for (var i = 0; request[$"sort[{i}][column]"] is { } column; i++)
        {
            var direction = request[$"sort[{i}][direction]"] ?? "asc";
            if (!sortable.Contains(column))
            {
                return Wrong("sort", column, sortable, "sort parameters are");
            }

            if (direction is not ("asc" or "desc"))
            {
                return (null, $"Invalid sort direction '{direction}' provided for column '{column}'. The only valid sort directions are 'asc', and 'desc'.");
            }

            sort.Add((column, direction == "desc"));
        }

        return request.Number("offset", 0) is { } offset && request.Number("length", pageCap) is { } length
            ? (new EiaQuery(frequency, columns, facets, request["start"], request["end"], sort, offset, Math.Min(length, pageCap)), null)
            : (null, "Invalid offset or length provided. Both are whole numbers.");
    }

    /// <summary>The lines asked for, those of open facets made on demand.</summary>
    public IReadOnlyList<EiaLine> LinesOf(EiaLeaf leaf)
    {
        IEnumerable<EiaLine> candidates = leaf.Lines;
        if (leaf.Open is { } open && Facets.TryGetValue(leaf.Facets[open].Id, out var asked))
        {
            var known = leaf.Lines.Select(line => line.Values[open]).ToHashSet();
            candidates = candidates.Concat(asked.Distinct().Where(value => !known.Contains(value)).Select(leaf.OnDemand).OfType<EiaLine>());
        }

        return [.. candidates.Where(line => leaf.Facets.Select((facet, at) => !Facets.TryGetValue(facet.Id, out var values) || values.Contains(line.Values[at])).All(fits => fits))];
    }

    /// <summary>The first and last period of a series inside the bounds, which the API compares as text.</summary>
    public (long First, long Last) Bounds(SimulatedSeries series, EiaLine line)
    {
        var first = series.First;
        if (Start is not null)
        {
            first = Search(series, period => string.CompareOrdinal(Frequency.Period(series.TimestampOf(period), line.Zone), Start) >= 0);
        }

        var last = series.Last;
        if (End is not null)
        {
            last = Search(series, period => Frequency.Period(series.TimestampOf(period), line.Zone) is var text && string.CompareOrdinal(text, End) > 0 && !text.StartsWith(End, StringComparison.Ordinal)) - 1;
        }

        return (first, last);
    }

    /// <summary>The first period from which on a condition holds; one beyond the last where it never does.</summary>
    private static long Search(SimulatedSeries series, Func<long, bool> holds)
    {
        var (low, high) = (series.First, series.Last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Values of <c>name[]</c>, <c>name[0]</c>, <c>name[1]</c> …</summary>
    private static IEnumerable<string> Indexed(ApiRequest request, string name) => request.Query.Keys
        .Where(key => key.StartsWith(name + "[", StringComparison.Ordinal) && key.EndsWith(']') && key[(name.Length + 1)..^1].All(char.IsAsciiDigit))
        .OrderBy(key => int.TryParse(key[(name.Length + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1)
        .SelectMany(request.All);

    private static (EiaQuery?, string) Wrong(string what, string given, IEnumerable<string> valid, string are)
    {
        var quoted = valid.Select(name => $"'{name}'").ToList();
        var list = quoted.Count == 1 ? quoted[0] : $"{string.Join(", ", quoted.SkipLast(1))}, and {quoted[^1]}";
        return (null, $"Invalid {what} '{given}' provided. The only valid {are} {list}.");
    }
}
