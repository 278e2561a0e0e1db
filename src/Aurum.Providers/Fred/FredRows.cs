using Aurum.Domain;

namespace Aurum.Providers.Fred;

/// <summary>The rows of a page: those inside a wanted window, and the order of all of them.</summary>
/// <param name="expected">About how many rows will be kept: a page of 100,000 should not be copied to grow.</param>
internal sealed class FredRows(IReadOnlyList<Window> windows, int expected)
{
    private Observation[] _kept = new Observation[expected];
    private int _keptCount;

    private DateTime _last = DateTime.MinValue;
    private bool _ascending = true;
    private bool _repeated;

    /// <summary>All rows of the page, those outside the windows included.</summary>
    public int Count { get; private set; }

    /// <summary>The rows inside a window, in the order of the page.</summary>
    public ArraySegment<Observation> Kept => new(_kept, 0, _keptCount);

    /// <summary>
    /// Dates only ascend, so what lies up to the last one is complete. Only a wide real-time period repeats dates, and then the
    /// last one may go on in the next page.
    /// </summary>
    public DateTime? CompleteBefore => !_ascending || Count == 0 ? null : _repeated ? _last : _last.AddTicks(1);

    public void Add(in Observation row)
    {
        _ascending &= row.Timestamp >= _last;
        _repeated |= row.Timestamp == _last && Count > 0;
        _last = row.Timestamp;
        Count++;
        foreach (var window in windows)
        {
            if (window.Contains(row.Timestamp))
            {
                Keep(row);
                return;
            }
        }
    }

    public IReadOnlyList<Observation> InOrder() => _ascending ? Kept : Kept.OrderBy(row => row.Timestamp).ToArray();

    private void Keep(in Observation row)
    {
        if (_keptCount == _kept.Length)
        {
            Array.Resize(ref _kept, Math.Max(64, _keptCount * 2));
        }

        _kept[_keptCount++] = row;
    }
}
