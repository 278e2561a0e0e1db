using System.Globalization;

namespace Aurum.Testing.Limits;

/// <summary>One request as its provider saw it. All times are of one clock, in full precision.</summary>
/// <param name="Status">The status answered; 0 where none was.</param>
/// <param name="AnsweredAt">When the answer left; null where none did.</param>
/// <param name="NotBefore">The end of the Retry-After that was answered, if one was.</param>
public sealed record LimitedArrival(string Provider, DateTimeOffset At, int Status, DateTimeOffset? AnsweredAt = null, DateTimeOffset? NotBefore = null);

/// <summary>What a provider allows.</summary>
/// <param name="PerSecond">Steady rate.</param>
/// <param name="Burst">Requests at once; no second sees more than the burst, or than the rate where that is larger.</param>
/// <param name="PerDay">Null for no quota.</param>
/// <param name="DayOf">The provider's own day.</param>
public sealed record AllowedLimit(double PerSecond, int Burst, int? PerDay, Func<DateTimeOffset, DateOnly> DayOf)
{
    public static DateOnly UtcDay(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <summary>
/// Whether a provider's limit was kept, judged by its own log of arrivals: in every sliding second and minute and in each of the
/// provider's days no more requests than the limit, burst included, and none inside a Retry-After once that was answered.
/// </summary>
public static class LimitOracle
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="limits">A provider without an entry has no limit but its own Retry-After.</param>
    /// <param name="grace">How long after an answer with a Retry-After a request may have been on its way already.</param>
    /// <returns>The first violation with the arrivals around it, in words; null where there is none.</returns>
    public static string? FirstViolation(IEnumerable<LimitedArrival> arrivals, IReadOnlyDictionary<string, AllowedLimit> limits, TimeSpan grace) => arrivals
        .GroupBy(arrival => arrival.Provider, StringComparer.Ordinal)
        .Select(ofProvider => FirstOf(ofProvider.Key, [.. ofProvider.OrderBy(arrival => arrival.At)], limits.GetValueOrDefault(ofProvider.Key), grace))
        .OfType<Violation>()
        .MinBy(violation => violation.At)
        ?.Text;

    private static Violation? FirstOf(string provider, LimitedArrival[] arrivals, AllowedLimit? limit, TimeSpan grace)
    {
        var perSecond = limit is null ? int.MaxValue : Math.Max(limit.Burst, (int)Math.Floor(limit.PerSecond));
        var perMinute = limit is null ? int.MaxValue : (int)Math.Floor(limit.Burst + (limit.PerSecond * Minute.TotalSeconds));
        var (inSecond, inMinute, today) = (0, 0, 0);
        var day = DateOnly.MinValue;
        var forbidden = new List<(DateTimeOffset From, DateTimeOffset Until)>();
        for (var at = 0; at < arrivals.Length; at++)
        {
            var now = arrivals[at].At;
            inSecond = FirstWithin(arrivals, inSecond, now - Second);
            inMinute = FirstWithin(arrivals, inMinute, now - Minute);
            if (at - inSecond + 1 > perSecond)
            {
                return Violated($"{at - inSecond + 1} requests within a second, {perSecond} are allowed", inSecond);
            }

            if (at - inMinute + 1 > perMinute)
            {
                return Violated($"{at - inMinute + 1} requests within a minute, {perMinute} are allowed", inMinute);
            }

            if (limit is { PerDay: { } perDay })
            {
                var itsDay = limit.DayOf(now);
                today = itsDay == day ? today + 1 : 1;
                day = itsDay;
                if (today > perDay)
                {
                    return Violated(string.Create(CultureInfo.InvariantCulture, $"request {today} of {day:yyyy-MM-dd}, {perDay} are allowed"), at);
                }
            }

            if (forbidden.FirstOrDefault(span => now > span.From && now < span.Until) is { Until: var until } && until != default)
            {
                return Violated(string.Create(CultureInfo.InvariantCulture, $"a request {(until - now).TotalSeconds:0.###} s before the end of an answered Retry-After"), at);
            }

            if (arrivals[at] is { AnsweredAt: { } answered, NotBefore: { } notBefore })
            {
                forbidden.Add((answered + grace, notBefore));
            }

            Violation Violated(string what, int since) => new(now, string.Join('\n', Around(arrivals, since, at).Prepend($"{provider}: {what}")));
        }

        return null;
    }

    /// <summary>The first arrival after that time; what arrived a whole span ago is out of it.</summary>
    private static int FirstWithin(LimitedArrival[] arrivals, int from, DateTimeOffset after)
    {
        while (arrivals[from].At <= after)
        {
            from++;
        }

        return from;
    }

    private static IEnumerable<string> Around(LimitedArrival[] arrivals, int since, int at)
    {
        const int Most = 12;
        var from = Math.Max(0, Math.Max(since - 2, at - Most));
        for (var index = from; index <= Math.Min(arrivals.Length - 1, at + 2); index++)
        {
            var arrival = arrivals[index];
            var retry = arrival.NotBefore is { } notBefore ? $", not before {notBefore:HH:mm:ss.fffffff}" : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{(index == at ? "=> " : "   ")}{index + 1}. {arrival.At:yyyy-MM-dd HH:mm:ss.fffffff} answered {arrival.Status}{retry}");
        }
    }

    private sealed record Violation(DateTimeOffset At, string Text);
}
