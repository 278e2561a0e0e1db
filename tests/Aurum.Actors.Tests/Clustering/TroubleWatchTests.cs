using Aurum.Actors.Clustering;

namespace Aurum.Actors.Tests.Clustering;

public sealed class TroubleWatchTests
{
    private readonly TroubleWatch _watch = new();
    private DateTimeOffset _now = Sample.Now;

    [Fact]
    public void Who_can_do_no_work_while_others_can_leaves_after_twenty_seconds() =>
        Assert.Equal(21, Enumerable.Range(1, 60).First(_ => Second(inTrouble: true, othersCan: true)));

    [Fact]
    public void What_is_away_for_all_comes_back_to_each_at_another_moment_and_nobody_leaves()
    {
        Assert.DoesNotContain(true, Enumerable.Range(1, 3).Select(_ => Second(inTrouble: true, othersCan: true))); // they have not noticed yet
        Assert.DoesNotContain(true, Enumerable.Range(1, 40).Select(_ => Second(inTrouble: true, othersCan: false)));
        Assert.DoesNotContain(true, Enumerable.Range(1, 14).Select(_ => Second(inTrouble: true, othersCan: true)));
        Assert.False(Second(inTrouble: false, othersCan: true));
        Assert.Null(_watch.Since);
    }

    [Fact]
    public void Whom_it_does_not_come_back_to_leaves_after_the_others_have_had_it_for_a_while()
    {
        Assert.DoesNotContain(true, Enumerable.Range(1, 40).Select(_ => Second(inTrouble: true, othersCan: false)));
        Assert.Equal(16, Enumerable.Range(1, 60).First(_ => Second(inTrouble: true, othersCan: true)));
    }

    [Fact]
    public void Every_trouble_counts_from_its_own_beginning()
    {
        Assert.DoesNotContain(true, Enumerable.Range(1, 19).Select(_ => Second(inTrouble: true, othersCan: true)));
        Assert.False(Second(inTrouble: false, othersCan: true));
        Assert.Equal(21, Enumerable.Range(1, 60).First(_ => Second(inTrouble: true, othersCan: true)));
    }

    [Fact]
    public void An_answer_that_is_lost_now_and_then_changes_nothing() =>
        Assert.Equal(21, Enumerable.Range(1, 60).First(second => Second(inTrouble: true, othersCan: second % 3 == 0)));

    /// <returns>True when the node should leave.</returns>
    private bool Second(bool inTrouble, bool othersCan)
    {
        _now += TimeSpan.FromSeconds(1);
        _watch.Look(inTrouble, _now);
        return othersCan && _watch.OthersCan(_now);
    }
}
