namespace Aurum.Domain;

/// <summary>A half-open range of timestamps, UTC: <see cref="From"/> belongs to it, <see cref="To"/> does not.</summary>
public readonly record struct Window(DateTime From, DateTime To)
{
    public static readonly Window Everything = new(DateTime.MinValue, DateTime.MaxValue);

    public bool IsEmpty => From >= To;

    public bool Contains(DateTime timestamp) => timestamp >= From && timestamp < To;

    /// <summary>The smallest window that covers both.</summary>
    public Window Cover(Window other) => new(From < other.From ? From : other.From, To > other.To ? To : other.To);
}
