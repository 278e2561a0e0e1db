using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;
using static Aurum.Actors.Pipelines.ProviderSchedule;

namespace Aurum.Actors.Tests.Pipelines;

public sealed class ProviderScheduleTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private ProviderSchedule _schedule = new(Sample.Provider, Hour);
    private int _named;

    [Fact]
    public void A_provider_that_was_never_collected_from_is_due_at_once()
    {
        Assert.Equal((Step.Begin, "new-1"), Hear(Idle(), 0));
        Assert.Equal((Step.Begin, "new-1"), Hear(Idle(), 1));
        Assert.Equal((Step.None, "new-1"), Hear(Running("new-1", 1), 2));
    }

    [Fact]
    public void A_run_that_has_ended_is_reported_once_and_the_next_begins_an_interval_after_it_began()
    {
        Hear(Idle(), 0);
        Hear(Running("new-1", 0), 1);
        Assert.Equal((Step.Report, null), Hear(Done("new-1", began: 0), 10));
        Assert.Equal((Step.None, null), Hear(Done("new-1", began: 0), 59));
        Assert.Equal((Step.Begin, "new-2"), Hear(Done("new-1", began: 0), 60));
    }

    [Fact]
    public void A_run_that_took_longer_than_the_interval_is_followed_by_the_next()
    {
        Hear(Idle(), 0);
        Hear(Running("new-1", 0), 1);
        Assert.Equal((Step.Report, null), Hear(Done("new-1", began: 0), 90));
        Assert.Equal((Step.Begin, "new-2"), Hear(Done("new-1", began: 0), 91));
    }

    [Fact]
    public void A_run_that_its_supervisor_has_lost_begins_again_under_its_name()
    {
        Hear(Idle(), 0);
        Hear(Running("new-1", 0), 1);
        Assert.Equal((Step.Begin, "new-1"), Hear(Idle(unfinished: ("new-1", 0)), 2));
    }

    [Fact]
    public void A_successor_goes_on_with_the_unfinished_run_of_this_interval() =>
        Assert.Equal((Step.Begin, "old"), Hear(Idle(completed: -70, unfinished: ("old", -10)), 0));

    [Fact]
    public void An_unfinished_run_of_an_earlier_interval_is_not_taken_up_again() =>
        Assert.Equal((Step.Begin, "new-1"), Hear(Idle(unfinished: ("old", -61)), 0));

    [Fact]
    public void A_successor_does_not_begin_what_was_completed_in_this_interval()
    {
        Assert.Equal((Step.None, null), Hear(Idle(completed: -20), 0));
        Assert.Equal((Step.None, null), Hear(Idle(completed: -20), 39));
        Assert.Equal((Step.Begin, "new-1"), Hear(Idle(completed: -20), 40));
    }

    [Fact]
    public void A_run_that_somebody_else_began_is_seen_to_its_end()
    {
        Assert.Equal((Step.None, "theirs"), Hear(Running("theirs", -5), 0));
        Assert.Equal((Step.Begin, "theirs"), Hear(Idle(unfinished: ("theirs", -5)), 1));
        Assert.Equal((Step.Report, null), Hear(Done("theirs", began: -5), 2));
        Assert.Equal((Step.None, null), Hear(Done("theirs", began: -5), 54));
        Assert.Equal((Step.Begin, "new-1"), Hear(Done("theirs", began: -5), 55));
    }

    [Fact]
    public void A_run_of_some_series_takes_no_turn()
    {
        Hear(Idle(completed: -20), 0);
        Assert.Equal((Step.None, null), Hear(Running("some", 30) with { IsOfSome = true, Unfinished = null }, 31));
        Assert.Equal((Step.None, null), Hear(Running("some", 30) with { IsOfSome = true, Unfinished = null }, 41));
        Assert.Equal((Step.Begin, "new-1"), Hear(Done("some", began: 30) with { IsOfSome = true, CompletedRunStartedAt = At(-20) }, 42));
    }

    private (Step Step, string? RunId) Hear(ProviderProgress progress, int minute)
    {
        (var step, _schedule) = _schedule.Hear(progress, At(minute), () => $"new-{++_named}");
        return (step, _schedule.RunId);
    }

    private static ProviderProgress Idle(int? completed = null, (string RunId, int Minute)? unfinished = null) => Progress(null, RunStates.Idle, null, completed, unfinished);

    private static ProviderProgress Running(string runId, int began) => Progress(runId, RunStates.Collecting, began, null, (runId, began));

    private static ProviderProgress Done(string runId, int began) => Progress(runId, RunStates.Done, began, began, null);

    private static ProviderProgress Progress(string? runId, string state, int? began, int? completed, (string RunId, int Minute)? unfinished) => new(
        Sample.Provider, runId, state, 0, 0, 0, 0, null, null, 0, null, 0, null, null, null, "closed", null, [],
        began is { } beginning ? At(beginning) : null,
        completed is { } completion ? At(completion) : null,
        unfinished is { } run ? new UnfinishedRun(run.RunId, At(run.Minute)) : null);

    private static DateTimeOffset At(int minute) => Sample.Now.AddMinutes(minute);
}
