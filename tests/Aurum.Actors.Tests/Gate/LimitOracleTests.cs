using Aurum.Testing.Limits;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Gate;

public sealed class LimitOracleTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);
    private static readonly DateTimeOffset Evening = new(2040, 6, 4, 23, 59, 0, TimeSpan.Zero);

    [Property(MaxTest = 500, EndSize = 120)]
    public void It_finds_a_violation_exactly_where_a_count_of_every_window_does(byte rate, byte burst, byte quota, byte[] gaps)
    {
        var limit = new AllowedLimit(0.5 + (rate % 4), 1 + (burst % 4), 5 + (quota % 100), AllowedLimit.UtcDay);
        var arrivals = Arrivals(gaps);
        Assert.Equal(Naive(arrivals, limit), LimitOracle.FirstViolation(arrivals, One(limit), Grace) is not null);
    }

    [Fact]
    public void A_whole_second_later_is_another_second()
    {
        var limit = One(new AllowedLimit(1, 2, null, AllowedLimit.UtcDay));
        LimitedArrival[] kept = [At(0), At(0.5), At(1)];
        Assert.Null(LimitOracle.FirstViolation(kept, limit, Grace));
        var violation = LimitOracle.FirstViolation([At(0), At(0.5), At(0.9999999)], limit, Grace);
        Assert.StartsWith("acme: 3 requests within a second, 2 are allowed\n", violation, StringComparison.Ordinal);
        Assert.Contains("=> 3. 2040-06-04 23:59:00.9999999 answered 200", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_minute_holds_the_burst_and_what_the_rate_brings()
    {
        var limit = One(new AllowedLimit(0.5, 2, null, AllowedLimit.UtcDay));
        LimitedArrival[] kept = [.. Enumerable.Range(0, 32).Select(number => At(number * 1.8))];
        Assert.Null(LimitOracle.FirstViolation(kept, limit, Grace));
        Assert.StartsWith("acme: 33 requests within a minute, 32 are allowed", LimitOracle.FirstViolation([.. kept, At(59.9)], limit, Grace), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quota_ends_with_the_providers_day()
    {
        var limit = One(new AllowedLimit(1, 2, 2, AllowedLimit.UtcDay));
        Assert.Null(LimitOracle.FirstViolation([At(0), At(2), At(60), At(62)], limit, Grace));
        Assert.StartsWith("acme: request 3 of 2040-06-05, 2 are allowed", LimitOracle.FirstViolation([At(0), At(60), At(62), At(64)], limit, Grace), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_on_its_way_when_a_Retry_After_was_answered_is_excused_and_nothing_later()
    {
        var throttled = new LimitedArrival(Sample.Provider, Evening, 429, Evening.AddSeconds(1), Evening.AddSeconds(5));
        var none = new Dictionary<string, AllowedLimit>();
        Assert.Null(LimitOracle.FirstViolation([throttled, At(0.9), At(1.1), At(5)], none, Grace));
        Assert.StartsWith(
            "acme: a request 3.8 s before the end of an answered Retry-After", LimitOracle.FirstViolation([throttled, At(1.2)], none, Grace), StringComparison.Ordinal);
        Assert.NotNull(LimitOracle.FirstViolation([throttled, At(4.9999999)], none, Grace));
        Assert.Null(LimitOracle.FirstViolation([throttled, At(2) with { Provider = "other" }], none, Grace));
    }

    [Fact]
    public void The_first_of_several_violations_is_named()
    {
        var limit = One(new AllowedLimit(1, 1, null, AllowedLimit.UtcDay));
        Assert.Contains("=> 2.", LimitOracle.FirstViolation([At(0), At(0.1), At(0.2)], limit, Grace), StringComparison.Ordinal);
    }

    private static bool Naive(LimitedArrival[] arrivals, AllowedLimit limit) =>
        arrivals.Any(first => arrivals.Count(other => other.At >= first.At && other.At < first.At.AddSeconds(1)) > Math.Max(limit.Burst, Math.Floor(limit.PerSecond)))
        || arrivals.Any(first => arrivals.Count(other => other.At >= first.At && other.At < first.At.AddMinutes(1)) > limit.Burst + (limit.PerSecond * 60))
        || arrivals.GroupBy(arrival => limit.DayOf(arrival.At)).Any(day => day.Count() > limit.PerDay)
        || arrivals.Any(throttled => throttled.NotBefore is { } until && arrivals.Any(other => other.At > throttled.AnsweredAt + Grace && other.At < until));

    private static LimitedArrival[] Arrivals(byte[] gaps)
    {
        var now = Evening;
        var arrivals = new List<LimitedArrival>();
        foreach (var gap in gaps)
        {
            now = now.AddMilliseconds(gap * gap / 20.0);
            arrivals.Add(gap % 29 == 7
                ? new LimitedArrival(Sample.Provider, now, 429, now.AddMilliseconds(gap), now.AddMilliseconds(gap * 3))
                : new LimitedArrival(Sample.Provider, now, 200, now));
        }

        return [.. arrivals];
    }

    private static LimitedArrival At(double seconds) => new(Sample.Provider, Evening.AddSeconds(seconds), 200, Evening.AddSeconds(seconds));

    private static Dictionary<string, AllowedLimit> One(AllowedLimit limit) => new() { [Sample.Provider] = limit };
}
