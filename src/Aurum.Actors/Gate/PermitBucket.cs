using Aurum.Providers.Settings;

namespace Aurum.Actors.Gate;

/// <summary>
/// The rate half of the gate: a token bucket, and beside it a cap on any one second, because providers count what arrives in a
/// second and not our average. A request keeps its place in that second until a second after its answer, since it may have
/// arrived at any time before the answer.
/// </summary>
public sealed class PermitBucket
{
    /// <summary>How late a request may arrive after its permit before we stop counting it as under way.</summary>
    private static readonly TimeSpan LongestWay = TimeSpan.FromMilliseconds(1500);

    /// <summary>A second as the provider's clock may measure it.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromMilliseconds(1020);

    private readonly double _perSecond;
    private readonly int _burst;
    private readonly int _perWindow;
    private readonly Dictionary<Guid, DateTimeOffset> _occupiedUntil = [];
    private double _tokens;
    private DateTimeOffset _filledAt;

    /// <param name="empty">True after a restart: what the predecessor granted last is unknown.</param>
    public PermitBucket(RateLimitSettings limit, DateTimeOffset now, bool empty)
    {
        _perSecond = limit.RequestsPerSecond;
        _burst = limit.Burst;
        _perWindow = Math.Max(limit.Burst, (int)Math.Floor(limit.RequestsPerSecond));
        _filledAt = now;
        _tokens = empty ? 0 : _burst;
        for (var ghost = 0; empty && ghost < _perWindow; ghost++)
        {
            _occupiedUntil[Guid.NewGuid()] = now + Second;
        }
    }

    /// <summary>How long until a permit may be taken; zero when one may be taken now.</summary>
    public TimeSpan WaitFor(DateTimeOffset now)
    {
        Fill(now);
        var forToken = _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / _perSecond) + TimeSpan.FromMilliseconds(1);
        var forWindow = TimeSpan.Zero;
        if (_occupiedUntil.Count >= _perWindow)
        {
            foreach (var id in _occupiedUntil.Where(slot => slot.Value <= now).Select(slot => slot.Key).ToArray())
            {
                _occupiedUntil.Remove(id);
            }

            if (_occupiedUntil.Count >= _perWindow)
            {
                forWindow = _occupiedUntil.Values.Order().ElementAt(_occupiedUntil.Count - _perWindow) - now;
            }
        }

        return forToken > forWindow ? forToken : forWindow;
    }

    public void Take(Guid requestId, DateTimeOffset now)
    {
        _tokens -= 1;
        _occupiedUntil[requestId] = now + LongestWay + Second;
    }

    /// <summary>True while a permit given to this request may still be on its way.</summary>
    public bool IsUnderWay(Guid requestId, DateTimeOffset now) => _occupiedUntil.TryGetValue(requestId, out var until) && until > now;

    /// <summary>The request has been answered: it arrived no later than now.</summary>
    public void Settle(Guid requestId, DateTimeOffset now)
    {
        if (_occupiedUntil.TryGetValue(requestId, out var until) && now + Second < until)
        {
            _occupiedUntil[requestId] = now + Second;
        }
    }

    /// <summary>Permits that could be taken in this instant.</summary>
    public int Available(DateTimeOffset now)
    {
        Fill(now);
        return (int)Math.Max(0, Math.Min(Math.Floor(_tokens), _perWindow - _occupiedUntil.Values.Count(until => until > now)));
    }

    private void Fill(DateTimeOffset now)
    {
        if (now > _filledAt)
        {
            _tokens = Math.Min(_burst, _tokens + ((now - _filledAt).TotalSeconds * _perSecond));
            _filledAt = now;
        }
    }
}
