using Aurum.Actors.Clustering;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Clustering;

public sealed class SeedWatchTests
{
    private const string Self = "akka.tcp://aurum@a:4053";

    private readonly SeedWatch _watch = new(Self);

    [Fact]
    public void Where_nobody_ever_was_nobody_is_waited_for()
    {
        _watch.Look([], At(0));
        Assert.Empty(_watch.AllDead(At(0))!);
    }

    [Fact]
    public void An_earlier_life_under_the_same_address_is_nobody_else()
    {
        _watch.Look([Member(Self, beat: 7)], At(0));
        Assert.Empty(_watch.AllDead(At(0))!);
    }

    [Fact]
    public void Who_is_silent_for_all_of_the_patience_is_dead_and_not_before()
    {
        _watch.Look([Member("b", beat: 7)], At(0));
        _watch.Look([Member("b", beat: 7)], At(9.9));
        Assert.Null(_watch.AllDead(At(9.9)));
        Assert.Equal([Member("b", beat: 7)], _watch.AllDead(At(10)));
        Assert.Empty(_watch.Living(At(10)));
    }

    [Fact]
    public void Who_beats_while_watched_lives_whatever_any_clock_says()
    {
        for (var second = 0; second < 60; second++)
        {
            _watch.Look([Member("b", beat: second), Member("c", beat: 1)], At(second));
            Assert.Null(_watch.AllDead(At(second)));
        }

        Assert.Equal(["b"], _watch.Living(At(60)));
    }

    [Fact]
    public void A_new_process_under_an_address_is_a_sign_of_life()
    {
        _watch.Look([Member("b", beat: 7)], At(0));
        _watch.Look([Member("b", beat: 1, incarnation: 2)], At(9));
        Assert.Null(_watch.AllDead(At(12)));
        Assert.Equal(["b"], _watch.Living(At(12)));
    }

    [Fact]
    public void Who_has_left_is_not_waited_for()
    {
        _watch.Look([Member("b", beat: 7)], At(0));
        _watch.Look([], At(1));
        Assert.Empty(_watch.AllDead(At(1))!);
    }

    private static ClusterMember Member(string address, long beat, long incarnation = 1) => new("aurum", address, incarnation, Roles, beat);

    private static readonly IReadOnlyList<string> Roles = ["collector"];

    private static DateTimeOffset At(double seconds) => Sample.Now.AddSeconds(seconds);
}
