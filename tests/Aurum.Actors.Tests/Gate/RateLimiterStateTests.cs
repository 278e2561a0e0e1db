using Aurum.Actors.Gate;

namespace Aurum.Actors.Tests.Gate;

public sealed class RateLimiterStateTests
{
    private static readonly DateOnly Today = new(2040, 6, 4);

    [Fact]
    public void What_was_reserved_counts_as_spent_after_a_restart_and_grants_nothing()
    {
        var state = RateLimiterState.Initial.On(Today).Apply(Reserved(20)) with { Spent = 3 };
        Assert.True(state.HasReservation(Lane.Incremental, Sample.Now));
        var after = state.AfterRestart();
        Assert.Equal(20, after.Spent);
        Assert.Equal(80, after.Left(100));
        Assert.False(after.HasReservation(Lane.Incremental, Sample.Now));
    }

    [Fact]
    public void A_reservation_grants_until_it_expires_and_not_after()
    {
        var state = RateLimiterState.Initial.On(Today).Apply(Reserved(20));
        Assert.True(state.HasReservation(Lane.Incremental, Sample.Now.AddSeconds(10).AddTicks(-1)));
        Assert.False(state.HasReservation(Lane.Incremental, Sample.Now.AddSeconds(10)));
    }

    [Fact]
    public void A_new_day_begins_with_nothing_spent_and_the_hold_goes_on()
    {
        var state = RateLimiterState.Initial.On(Today).Apply(Reserved(100)).Apply(new RateLimiterEvents.GateHeld(Sample.Now.AddDays(1), Sample.Now)).AfterRestart();
        Assert.Equal(0, state.Left(100));
        var tomorrow = state.On(Today.AddDays(1));
        Assert.Equal(100, tomorrow.Left(100));
        Assert.Equal(Sample.Now.AddDays(1), tomorrow.HoldUntil);
        Assert.Same(tomorrow, tomorrow.On(Today));
    }

    [Fact]
    public void A_shorter_hold_never_cuts_a_longer_one() =>
        Assert.Equal(
            Sample.Now.AddMinutes(5),
            RateLimiterState.Initial
                .Apply(new RateLimiterEvents.GateHeld(Sample.Now.AddMinutes(5), Sample.Now))
                .Apply(new RateLimiterEvents.GateHeld(Sample.Now.AddMinutes(1), Sample.Now)).HoldUntil);

    [Fact]
    public void An_event_it_does_not_know_stops_it() => Assert.Throws<ArgumentException>(() => RateLimiterState.Initial.Apply("what?"));

    [Theory]
    [InlineData("America/New_York", "2026-03-08T04:59:59Z", "2026-03-07", "2026-03-08T05:00:00Z")] // the night before the clocks go forward
    [InlineData("America/New_York", "2026-03-08T05:00:00Z", "2026-03-08", "2026-03-09T04:00:00Z")] // a day of 23 hours
    [InlineData("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01", "2026-11-02T05:00:00Z")] // a day of 25 hours
    [InlineData("America/Chicago", "2026-07-01T04:59:59Z", "2026-06-30", "2026-07-01T05:00:00Z")]
    [InlineData("UTC", "2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01T00:00:00Z")]
    [InlineData("America/Santiago", "2026-09-05T12:00:00Z", "2026-09-05", "2026-09-06T04:00:00Z")] // a day that begins at one o'clock
    [InlineData("Asia/Kolkata", "2026-01-01T18:29:59Z", "2026-01-01", "2026-01-01T18:30:00Z")]
    public void The_providers_day_ends_at_its_own_midnight(string zone, string instant, string day, string next)
    {
        var calendar = new QuotaCalendar(Sample.Limit(zone: zone));
        var at = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), calendar.DayOf(at));
        var end = calendar.NextDayAfter(at);
        Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), end);
        Assert.Equal(calendar.DayOf(at), calendar.DayOf(end.AddTicks(-1)));
        Assert.Equal(calendar.DayOf(at).AddDays(1), calendar.DayOf(end));
    }

    private static RateLimiterEvents.PermitsReserved Reserved(int upTo) => new(Today, upTo, Sample.Now, Sample.Now.AddSeconds(10));
}
