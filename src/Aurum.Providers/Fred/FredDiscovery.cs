using System.Globalization;

namespace Aurum.Providers.Fred;

/// <summary>What one page of a list told: kept in a journal as one line of text.</summary>
/// <param name="Address">The list's, see <see cref="FredListing"/>.</param>
/// <param name="Codes">Of the series or categories of the page.</param>
internal sealed record FredFact(string Address, long Offset, long Count, IReadOnlyList<string> Codes)
{
    /// <summary>Null for a text that is none of ours.</summary>
    public static FredFact? Parse(string text) =>
        text.Split(' ') is [var address, var offset, var count, var codes]
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
            ? new FredFact(address, first, all, codes.Split(',', StringSplitOptions.RemoveEmptyEntries))
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address} {Offset} {Count} {string.Join(',', Codes)}");
}

/// <summary>The lists that a dataset's series are read from, as far as they are known.</summary>
internal sealed class FredDiscovery
{
    /// <summary>A list that changes while it is paged through is read anew; after so many readings all that was seen counts.</summary>
    private const int MostReadings = 3;

    private readonly ILookup<string, FredFact> _facts;
    private readonly int? _most;

    /// <param name="most">How much of a list is wanted; null for all of it.</param>
    public FredDiscovery(IReadOnlyList<string> facts, int? most)
    {
        _facts = facts.Select(FredFact.Parse).OfType<FredFact>().ToLookup(fact => fact.Address, StringComparer.Ordinal);
        _most = most;
    }

    /// <summary>The codes of a list, each once; null while it is not known to its end.</summary>
    public IReadOnlyList<string>? CodesOf(FredListing listing)
    {
        var complete = Readings(_facts[listing.Address]).Where(IsComplete).ToArray();
        if (complete.Length == 0 || (complete.Length < MostReadings && !StoodStill(complete[^1])))
        {
            return null;
        }

        var codes = (StoodStill(complete[^1]) ? complete[^1] : complete.SelectMany(pages => pages))
            .SelectMany(fact => fact.Codes)
            .Distinct(StringComparer.Ordinal);
        return [.. _most is { } most ? codes.Take(most) : codes];
    }

    /// <summary>How many series the list was last said to have, as far as they are wanted.</summary>
    public long CountOf(FredListing listing) => Math.Min(_facts[listing.Address].Last().Count, _most ?? long.MaxValue);

    /// <summary>A category and those below it, from top to bottom, as far as they are known.</summary>
    public (IReadOnlyList<FredListing> Listings, FredListing? Unknown) Walk(int category, bool recursive)
    {
        var listings = new List<FredListing>();
        var waiting = new Queue<string>([category.ToString(CultureInfo.InvariantCulture)]);
        var seen = waiting.ToHashSet(StringComparer.Ordinal);
        while (waiting.TryDequeue(out var id))
        {
            listings.Add(FredListing.OfCategory(id));
            if (!recursive)
            {
                continue;
            }

            if (CodesOf(FredListing.OfChildren(id)) is not { } children)
            {
                return (listings, FredListing.OfChildren(id));
            }

            foreach (var child in children.Where(seen.Add))
            {
                waiting.Enqueue(child);
            }
        }

        return (listings, null);
    }

    /// <summary>The pages of a list, for each time that it was begun.</summary>
    private static List<List<FredFact>> Readings(IEnumerable<FredFact> facts)
    {
        var readings = new List<List<FredFact>>();
        foreach (var fact in facts)
        {
            if (fact.Offset == 0)
            {
                readings.Add([]);
            }

            readings.LastOrDefault()?.Add(fact);
        }

        return readings;
    }

    private bool IsComplete(List<FredFact> pages)
    {
        var read = 0L;
        foreach (var page in pages)
        {
            if (page.Offset != read)
            {
                return false;
            }

            read += page.Codes.Count;
        }

        return read >= Math.Min(pages[^1].Count, _most ?? long.MaxValue);
    }

    private static bool StoodStill(List<FredFact> pages) =>
        pages.All(page => page.Count == pages[0].Count)
        && pages.SelectMany(page => page.Codes).Distinct(StringComparer.Ordinal).Count() == pages.Sum(page => page.Codes.Count);
}
