using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>Follows the periods of a page's rows.</summary>
internal sealed class EiaOrder(PeriodShape shape)
{
    /// <summary>Local hours are in the order of their clocks, which are not those of one zone.</summary>
    private readonly TimeSpan _disorder = shape == PeriodShape.ZonedHour ? EiaPeriod.ZoneMargin : TimeSpan.Zero;

    private bool _ascending = true;
    private bool _descending = true;
    private DateTime? _last;
    private DateTime? _latest;

    public void Add(DateTime timestamp)
    {
        _ascending &= _latest is null || _latest - timestamp <= _disorder;
        _descending &= _last is null || timestamp <= _last;
        _last = timestamp;
        _latest = _latest > timestamp ? _latest : timestamp;
    }

    /// <summary>Rows of the last period may go on in the next page, those before it may not.</summary>
    public DateTime? CompleteBefore => _ascending && _latest is { } latest ? EiaPeriod.Moved(latest, -_disorder) : null;

    /// <summary>True when rows come newest first and the next ones all lie before the window.</summary>
    public bool HasPassed(Window window) => _descending && !_ascending && _last < window.From;
}
