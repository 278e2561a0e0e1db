using System.Runtime.InteropServices;
using Aurum.Domain;

namespace Aurum.Storage.Postgres;

/// <summary>What a decision needs of a stored row.</summary>
internal readonly record struct KnownVintage(DateOnly AsOf, double? Value, string? ValueRaw, string? Status, string? QualityFlag, long IngestedAt)
{
    public Observation Observation(DateTime timestamp) => new(timestamp, AsOf, Value, ValueRaw, Status, QualityFlag);
}

/// <summary>The stored vintages of some timestamps of a series, in order of timestamp and as-of day.</summary>
internal sealed class KnownVintages(int timestamps)
{
    public static readonly KnownVintages None = new(0);

    private readonly List<KnownVintage> _rows = new(timestamps);

    /// <summary>Where the vintages of a timestamp end; those of the next begin there.</summary>
    private readonly int[] _ends = new int[timestamps];

    private int _last;

    /// <param name="place">The timestamp's; never before that of the row added last.</param>
    public void Add(int place, in KnownVintage row)
    {
        while (_last < place)
        {
            _ends[_last++] = _rows.Count;
        }

        _rows.Add(row);
    }

    public void Complete()
    {
        while (_last < timestamps)
        {
            _ends[_last++] = _rows.Count;
        }
    }

    public ReadOnlySpan<KnownVintage> Of(int place)
    {
        var start = place == 0 ? 0 : _ends[place - 1];
        return CollectionsMarshal.AsSpan(_rows)[start.._ends[place]];
    }
}
