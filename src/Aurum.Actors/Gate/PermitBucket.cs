using Aurum.Providers.Settings;

namespace Aurum.Actors.Gate;

/// <summary>
/// The rate half of the gate, counted as a provider counts: what arrives, not what we permit. A token bucket keeps the average of
/// permits; beside it no second, and no longer time either, sees more arrivals than the limit, wherever between its permit and its
/// answer each request has arrived. Time is steady time: a clock that is set makes no permits.
/// </summary>
public sealed class PermitBucket
{
    /// <summary>A second as the provider's clock may measure it.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromMilliseconds(1020);

    private readonly Dictionary<Guid, Slot> _slots = [];
    private double _perSecond;
    private int _burst;
    private int _perWindow;
    private double _tokens;

    /// <summary>Requests that have arrived, less those that the rate has made up for since.</summary>
    private double _owed;
    private DateTimeOffset _filledAt;

    public PermitBucket(RateLimitSettings limit, DateTimeOffset now)
    {
        _filledAt = now;
        Limit(limit);
        _tokens = _burst;
    }

    /// <summary>The bucket of a gate whose last owner died: all that the limit allows may have been sent until that time.</summary>
    public static PermitBucket AfterUnknown(RateLimitSettings limit, DateTimeOffset sentUntil)
    {
        var bucket = new PermitBucket(limit, sentUntil + GateTimes.LongestWay) { _tokens = 0 };
        bucket._owed = bucket._perWindow;
        for (var ghost = 0; ghost < bucket._perWindow; ghost++)
        {
            bucket._slots[Guid.NewGuid()] = new Slot(sentUntil + GateTimes.LongestWay, Arrived: true);
        }

        return bucket;
    }

    /// <summary>The bucket that a predecessor handed over, so long ago at least.</summary>
    public static PermitBucket Continue(RateLimitSettings limit, BucketRemains remains, TimeSpan elapsed, DateTimeOffset now)
    {
        var bucket = new PermitBucket(limit, now - elapsed) { _owed = remains.Owed };
        bucket._tokens = Math.Min(bucket._burst, remains.Tokens);
        foreach (var slot in remains.Slots)
        {
            bucket._slots[slot.RequestId] = new Slot(now - elapsed + slot.ArrivesWithin, slot.Arrived);
        }

        return bucket;
    }

    public BucketRemains Remains(DateTimeOffset now)
    {
        Fill(now);
        var notYetMade = Math.Max(0, (_filledAt - now).TotalSeconds * _perSecond);
        return new BucketRemains(_tokens - notYetMade, _owed + notYetMade, [.. _slots.Select(slot => new RemainingSlot(slot.Key, slot.Value.ArrivesBy - now, slot.Value.Arrived))]);
    }

    /// <summary>Another limit from now on; what was sent under the last one stays sent.</summary>
    public void Change(RateLimitSettings limit, DateTimeOffset now)
    {
        Fill(now);
        Limit(limit);
        _tokens = Math.Min(_burst, _tokens);
    }

    /// <summary>How long until a permit may be taken, or the question is worth asking again; zero when one may be taken now.</summary>
    public TimeSpan WaitFor(DateTimeOffset now)
    {
        Fill(now);
        var forToken = _tokens >= 1 ? TimeSpan.Zero : ToPayOff(1 - _tokens);
        var forWindow = _slots.Count < _perWindow
            ? TimeSpan.Zero
            : _slots.Values.Select(slot => slot.ArrivesBy + Second).Order().ElementAt(_slots.Count - _perWindow) - now;
        return Longest(forToken, forWindow, ForArrivals(now));
    }

    public void Take(Guid requestId, DateTimeOffset now)
    {
        Fill(now);
        _tokens -= 1;
        _slots[requestId] = new Slot(now + GateTimes.GrantToArrival, Arrived: false);
    }

    /// <summary>True while a permit given to this request may still be on its way.</summary>
    public bool IsUnderWay(Guid requestId, DateTimeOffset now) => _slots.TryGetValue(requestId, out var slot) && slot.ArrivesBy + Second > now;

    /// <summary>The request has been answered: it arrived no later than now.</summary>
    public void Settle(Guid requestId, DateTimeOffset now)
    {
        Fill(now);
        if (_slots.TryGetValue(requestId, out var slot) && !slot.Arrived)
        {
            _slots[requestId] = new Slot(now, Arrived: true);
            _owed++;
        }
    }

    /// <summary>Permits that could be taken in this instant.</summary>
    public int Available(DateTimeOffset now)
    {
        Fill(now);
        return (int)Math.Max(0, Math.Min(Math.Min(Math.Floor(_tokens), _perWindow - _slots.Count), Math.Floor(_perWindow - Open - _owed + Rounding)));
    }

    private const double Rounding = 1e-9;

    private int Open => _slots.Values.Count(slot => !slot.Arrived);

    private void Limit(RateLimitSettings limit)
    {
        _perSecond = limit.RequestsPerSecond;
        _burst = limit.Burst;
        _perWindow = Math.Max(limit.Burst, (int)Math.Floor(limit.RequestsPerSecond));
    }

    /// <summary>Were each request on its way to arrive in this instant, there would still be no more than the limit over any time.</summary>
    private TimeSpan ForArrivals(DateTimeOffset now)
    {
        var tooMany = Open + _owed + 1 - _perWindow;
        return tooMany <= Rounding ? TimeSpan.Zero
            : tooMany <= _owed + Rounding ? ToPayOff(tooMany)
            : Longest(_slots.Values.Where(slot => !slot.Arrived).Min(slot => slot.ArrivesBy) - now, TimeSpan.FromMilliseconds(1));
    }

    private TimeSpan ToPayOff(double requests) => TimeSpan.FromSeconds(requests / _perSecond) + TimeSpan.FromMilliseconds(1);

    private void Fill(DateTimeOffset now)
    {
        foreach (var (id, slot) in _slots.Where(slot => slot.Value.ArrivesBy <= now).OrderBy(slot => slot.Value.ArrivesBy).ToArray())
        {
            if (!slot.Arrived)
            {
                PayOffUntil(slot.ArrivesBy);
                _owed++;
                _slots[id] = slot with { Arrived = true };
            }

            if (slot.ArrivesBy + Second <= now)
            {
                _slots.Remove(id);
            }
        }

        PayOffUntil(now);
    }

    private void PayOffUntil(DateTimeOffset time)
    {
        if (time > _filledAt)
        {
            var made = (time - _filledAt).TotalSeconds * _perSecond;
            _tokens = Math.Min(_burst, _tokens + made);
            _owed = Math.Max(0, _owed - made);
            _filledAt = time;
        }
    }

    private static TimeSpan Longest(params ReadOnlySpan<TimeSpan> spans)
    {
        var longest = spans[0];
        foreach (var span in spans)
        {
            longest = span > longest ? span : longest;
        }

        return longest;
    }

    /// <param name="ArrivesBy">No later than this the request has arrived; it counts for a second from there.</param>
    private readonly record struct Slot(DateTimeOffset ArrivesBy, bool Arrived);
}

/// <summary>What a bucket holds, in times counted from when it was handed over.</summary>
public sealed record BucketRemains(double Tokens, double Owed, IReadOnlyList<RemainingSlot> Slots);

/// <param name="ArrivesWithin">Negative where it has arrived.</param>
public sealed record RemainingSlot(Guid RequestId, TimeSpan ArrivesWithin, bool Arrived);
