using Aurum.Domain;

namespace Aurum.Actors.Collection;

/// <summary>
/// Hears a whole answer and tells which of the remembered observations it does not state any more. What lies before its first row may
/// have fallen out of the provider's own span, and an answer that repeats nothing may be an outage: neither takes anything back.
/// </summary>
/// <param name="asked">The window that the answer is about.</param>
/// <param name="servedFrom">From here on a twin stated what is remembered, and the provider itself may not have got there yet.</param>
public sealed class Restatement(IReadOnlyList<RememberedObservation> remembered, Window asked, DateTime? servedFrom)
{
    private readonly HashSet<DateTime> _unstated = [.. remembered.Select(memory => memory.Timestamp).Where(asked.Contains)];
    private readonly DateTime _newest = remembered.Count > 0 ? remembered[^1].Timestamp : DateTime.MinValue;
    private DateTime _first = DateTime.MaxValue;
    private bool _isNewsOnly;

    /// <summary>The last page that was heard.</summary>
    public string? PageId { get; private set; }

    /// <summary>What the last rows that were heard share; null while there were none.</summary>
    public SeriesAttributes? Attributes { get; private set; }

    /// <summary>The newest as-of day of all rows that were heard: the day of the answer by the provider's own calendar.</summary>
    public DateOnly AsOf { get; private set; }

    public void Hear(FetcherProtocol.PageFetched page)
    {
        PageId = page.PageId;
        _isNewsOnly |= page.IsNewsOnly;
        foreach (var slice in page.Slices.Where(slice => slice.Observations.Count > 0))
        {
            Attributes = slice.Attributes;
            Hear(slice.Observations);
        }
    }

    /// <summary>The remembered timestamps that the answer, now that it is whole, does not state; oldest first.</summary>
    public IReadOnlyList<DateTime> Missing() => _isNewsOnly || _first > _newest ? [] : [.. _unstated.Where(timestamp => timestamp > _first && !(timestamp >= servedFrom)).Order()];

    /// <summary>Those of them that are certain after a page: it was the last, or pages in order of time have come so far.</summary>
    public IReadOnlyList<DateTime> MissingBefore(DateTime? completeBefore, bool isLast) => isLast ? Missing() : [.. Missing().Where(timestamp => timestamp < completeBefore)];

    /// <summary>The oldest timestamp that only the twin has stated so far; null for none.</summary>
    public DateTime? StillServedFrom() => _unstated.Where(timestamp => timestamp >= servedFrom).Select(timestamp => (DateTime?)timestamp).Min();

    private void Hear(IReadOnlyList<Observation> observations)
    {
        foreach (var observation in observations)
        {
            _unstated.Remove(observation.Timestamp);
            _first = observation.Timestamp < _first ? observation.Timestamp : _first;
            AsOf = observation.AsOf > AsOf ? observation.AsOf : AsOf;
        }
    }
}
