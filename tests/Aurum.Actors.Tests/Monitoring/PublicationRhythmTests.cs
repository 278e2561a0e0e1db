using Aurum.Actors.Monitoring;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Monitoring;

public sealed class PublicationRhythmTests
{
    [Fact]
    public void A_quarter_is_due_as_long_after_its_date_as_those_before_it() =>
        Assert.Equal(At("2026-01-30"), PublicationRhythm.NextDue([Known("2025-01-01", "2025-04-30"), Known("2025-04-01", "2025-07-30"), Known("2025-07-01", "2025-10-30")]));

    [Theory]
    [InlineData("2026-03-05", "2026-03-10")] // Thursday's was known on Friday; Friday's is due on Monday
    [InlineData("2026-03-06", "2026-03-11")] // Friday's was known on Monday; Monday's is due on Tuesday
    [InlineData("2026-03-09", "2026-03-12")] // Monday's was known on Tuesday; Tuesday's is due on Wednesday
    public void A_series_of_working_days_rests_at_weekends(string last, string due)
    {
        var end = DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
        KnownTimestamp[] known =
        [
            .. Enumerable.Range(0, 30).Select(back => end.AddDays(-back)).Reverse()
                .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                .Select(day => Known(day, day.AddDays(day.DayOfWeek == DayOfWeek.Friday ? 3 : 1))),
        ];

        // A day is over at the next one's midnight.
        Assert.Equal(At(due), PublicationRhythm.NextDue(known));
    }

    [Fact]
    public void History_that_was_loaded_at_once_tells_how_long_its_newest_value_took_and_no_more() =>
        Assert.Equal(At("2026-04-16"), PublicationRhythm.NextDue([.. Enumerable.Range(1, 12).Select(month => Known(new DateOnly(2025, 3, 1).AddMonths(month - 1), new DateOnly(2026, 3, 15)))]));

    [Fact]
    public void A_series_that_was_given_up_before_it_was_collected_is_never_due() =>
        Assert.Null(PublicationRhythm.NextDue([Known("1989-11-01", "2026-03-01"), Known("1989-12-01", "2026-03-01")]));

    [Fact]
    public void An_outage_of_ours_makes_nothing_later() =>
        Assert.Equal(
            At("2026-03-08"),
            PublicationRhythm.NextDue([Known("2026-03-01", "2026-03-02"), Known("2026-03-02", "2026-03-06"), Known("2026-03-03", "2026-03-06"), Known("2026-03-04", "2026-03-06"), Known("2026-03-05", "2026-03-06")]));

    [Fact]
    public void Hours_are_judged_by_the_day() =>
        Assert.Equal(At("2026-03-03"), PublicationRhythm.NextDue([.. Enumerable.Range(0, 20).Select(hour => new KnownTimestamp(new DateTime(2026, 3, 1, hour, 0, 0, DateTimeKind.Utc), new DateOnly(2026, 3, 2), default))]));

    [Fact]
    public void One_value_tells_no_rhythm()
    {
        Assert.Null(PublicationRhythm.NextDue([]));
        Assert.Null(PublicationRhythm.NextDue([Known("2026-03-01", "2026-03-02")]));
    }

    private static KnownTimestamp Known(string timestamp, string knownOn) => Known(
        DateOnly.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(knownOn, System.Globalization.CultureInfo.InvariantCulture));

    private static KnownTimestamp Known(DateOnly timestamp, DateOnly knownOn) => new(timestamp.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), knownOn, default);

    private static DateTimeOffset At(string day) => new(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
