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

    /// <summary>All rows of the page, those outside the windows included.</summary>
    public int Count { get; private set; }

    /// <summary>The page's first row, whether it is kept or not; it may repeat the last one of the page before.</summary>
    public Observation? First { get; private set; }

    /// <summary>The page's last row, whether it is kept or not.</summary>
    public Observation? Last { get; private set; }

    /// <summary>The oldest and the newest date of all rows; nothing while there are none.</summary>
    public (DateTime Oldest, DateTime Newest)? Span { get; private set; }

    /// <summary>The rows inside a window, in the order of the page.</summary>
    public ArraySegment<Observation> Kept => new(_kept, 0, _keptCount);

    /// <summary>Dates only ascend, so what lies up to the last one is complete.</summary>
    public DateTime? CompleteBefore => !_ascending || Count == 0 ? null : _last.AddTicks(1);

    public void Add(in Observation row)
    {
        First ??= row;
        Last = row;
        Pass(row.Timestamp);
        KeepIfWanted(row);
    }

    /// <summary>One row that tells a value in a column for each vintage.</summary>
    public void Add(DateTime timestamp, IReadOnlyList<(DateOnly AsOf, double? Value, string? Raw)> vintages)
    {
        Pass(timestamp);
        foreach (var (asOf, value, raw) in vintages.OrderBy(vintage => vintage.AsOf))
        {
            KeepIfWanted(new Observation(timestamp, asOf, value, raw));
        }
    }

    public IReadOnlyList<Observation> InOrder() => _ascending ? Kept : Kept.OrderBy(row => row.Timestamp).ToArray();

    /// <summary>By timestamp, and each timestamp's by when they became known.</summary>
    public IEnumerable<Observation> ByVintage() => Kept.OrderBy(row => row.Timestamp).ThenBy(row => row.AsOf);

    private void Pass(DateTime timestamp)
    {
        _ascending &= timestamp >= _last;
        _last = timestamp;
        Span = Span is var (oldest, newest)
            ? (timestamp < oldest ? timestamp : oldest, timestamp > newest ? timestamp : newest)
            : (timestamp, timestamp);
        Count++;
    }

    private void KeepIfWanted(in Observation row)
    {
        foreach (var window in windows)
        {
            if (window.Contains(row.Timestamp))
            {
                Keep(row);
                return;
            }
        }
    }

    private void Keep(in Observation row)
    {
        if (_keptCount == _kept.Length)
        {
            Array.Resize(ref _kept, Math.Max(64, _keptCount * 2));
        }

        _kept[_keptCount++] = row;
    }
}
