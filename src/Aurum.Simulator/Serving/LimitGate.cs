using System.Globalization;

namespace Aurum.Simulator.Serving;

internal enum Admission
{
    Admitted,
    BeyondTheSecond,
    BeyondTheDay,
}

/// <summary>
/// One provider's limits. Every arrival counts, also a refused one, so that a client that hammers on stays refused. Thread-safe.
/// </summary>
internal sealed class LimitGate(string provider, SimulatedLimit? limit, TimeSpan retryAfterGrace, TimeProvider time, Action<string> violation)
{
    private readonly object _lock = new();
    private readonly Queue<long> _lastSecond = new();
    private DateOnly _day;
    private int _today;
    private DateTimeOffset _leaveAloneFrom = DateTimeOffset.MaxValue;
    private DateTimeOffset _leaveAloneUntil = DateTimeOffset.MinValue;

    public Admission Admit(long timestamp, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now >= _leaveAloneFrom && now < _leaveAloneUntil)
            {
                Record(now, $"a request {Seconds(_leaveAloneUntil - now)} s before the end of an answered Retry-After");
            }

            while (_lastSecond.TryPeek(out var oldest) && time.GetElapsedTime(oldest, timestamp) >= TimeSpan.FromSeconds(1))
            {
                _lastSecond.Dequeue();
            }

            _lastSecond.Enqueue(timestamp);
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            _today = day == _day ? _today + 1 : 1;
            _day = day;
            if (_today > limit?.DailyQuota)
            {
                Record(now, $"request {_today} of a day, {limit.DailyQuota} are allowed");
                return Admission.BeyondTheDay;
            }

            if (_lastSecond.Count > limit?.RequestsPerSecond)
            {
                Record(now, $"{_lastSecond.Count} requests within a second, {limit.RequestsPerSecond} are allowed");
                return Admission.BeyondTheSecond;
            }

            return Admission.Admitted;
        }
    }

    /// <summary>An answer has told the client to stay away until then.</summary>
    public void LeaveAlone(DateTimeOffset now, DateTimeOffset until)
    {
        lock (_lock)
        {
            if (now >= _leaveAloneUntil)
            {
                _leaveAloneFrom = now + retryAfterGrace;
            }

            _leaveAloneUntil = until > _leaveAloneUntil ? until : _leaveAloneUntil;
        }
    }

    private void Record(DateTimeOffset now, string text) => violation(string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff} {provider}: {text}"));

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
