using Akka.Actor;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;

namespace Aurum.Actors.Tests.Gate;

public sealed class CollectionRunTests
{
    private readonly CollectionRun _run = new("run-1", CollectionScope.Everything);

    [Fact]
    public void Series_of_one_coalescing_key_wake_together_and_know_how_many_they_are()
    {
        _run.Add([Sample.Series("A", "one"), Sample.Series("B", "two"), Sample.Series("C", "one")]);
        var woken = _run.WakeNext(Sample.Now);
        var groups = woken.GroupBy(command => command.GroupId).Select(group => string.Join('+', group.Select(command => command.Series.Id.Code))).Order();
        Assert.Equal(["A+C", "B"], groups);
        Assert.All(woken, command => Assert.Equal(woken.Count(other => other.GroupId == command.GroupId), command.GroupSize));
    }

    [Fact]
    public void No_more_than_a_group_is_awake_and_every_one_has_its_turn()
    {
        _run.Add(Enumerable.Range(0, 1000).Select(number => Sample.Series($"S{number}", $"key{number / 100}")));
        _run.Add(Enumerable.Range(1000, 600).Select(number => Sample.Series($"S{number}", "large")));
        var awake = new HashSet<SeriesId>();
        var seen = new HashSet<SeriesId>();
        var groups = new HashSet<string>();
        while (!_run.Finished)
        {
            var woken = _run.WakeNext(Sample.Now);
            Assert.All(woken.GroupBy(command => command.GroupId), group => Assert.True(groups.Add(group.Key), $"{group.Key} is used twice"));
            awake.UnionWith(woken.Select(command => command.Series.Id));
            Assert.All(woken, command => Assert.True(seen.Add(command.Series.Id)));
            Assert.InRange(awake.Count, 1, 512);
            foreach (var series in awake.Take(37).ToArray())
            {
                awake.Remove(series);
                Assert.True(_run.Ended(series, CollectionOutcome.Collected, null));
            }
        }

        Assert.Equal(1600, seen.Count);
        Assert.Equal((1600, 1600), (_run.Total, _run.Done));
    }

    [Fact]
    public void Series_lost_together_wake_together_and_one_that_ended_meanwhile_does_not()
    {
        _run.Add([Sample.Series("A", "one"), Sample.Series("B", "two"), Sample.Series("C", "one"), Sample.Series("D", "one")]);
        var first = _run.WakeNext(Sample.Now).Select(command => command.GroupId).ToHashSet();
        Assert.All(["A", "B", "C", "D"], code => Assert.True(_run.Orphan(Sample.Series(code).Id)));
        Assert.False(_run.Finished);
        Assert.True(_run.Ended(Sample.Series("D").Id, CollectionOutcome.Collected, null));
        var again = _run.WakeNext(Sample.Now);
        Assert.Equal(["A+C", "B"], again.GroupBy(command => command.GroupId).Select(group => string.Join('+', group.Select(command => command.Series.Id.Code))).Order());
        Assert.All(again, command => Assert.Equal(again.Count(other => other.GroupId == command.GroupId), command.GroupSize));
        Assert.All(again, command => Assert.DoesNotContain(command.GroupId, first));
        Assert.Equal((4, 1), (_run.Total, _run.Done));
    }

    [Fact]
    public void A_series_that_gets_on_between_its_losses_is_never_given_up()
    {
        _run.Add([Sample.Series("A")]);
        for (var loss = 0; loss < 100; loss++)
        {
            Assert.Single(_run.WakeNext(Sample.Now));
            _run.Progress(Sample.Series("A").Id, inserted: 1, revised: 0, Sample.Day(loss));
            Assert.True(_run.Orphan(Sample.Series("A").Id));
        }
    }

    [Fact]
    public void A_series_that_two_datasets_name_is_asked_and_counted_once()
    {
        _run.Add([Sample.Series("A"), Sample.Series("B")]);
        _run.Add([Sample.Series("B"), Sample.Series("C")]);
        Assert.Equal(["A", "B", "C"], _run.WakeNext(Sample.Now).Select(command => command.Series.Id.Code).Order());
        Assert.Equal(3, _run.Total);
    }

    [Fact]
    public void Each_dataset_counts_its_own_and_one_that_names_a_known_series_does_not_count_it()
    {
        SeriesDefinition Of(string dataset, string code) => Sample.Series(code) with { DatasetKey = dataset };
        _run.Add([Of("rates", "A"), Of("rates", "B")]);
        _run.Add([Of("prices", "B"), Of("prices", "C"), Of("prices", "D")]);
        _run.WakeNext(Sample.Now);
        _run.Progress(Sample.Series("A").Id, inserted: 5, revised: 1, Sample.Day(1));
        _run.Progress(Sample.Series("C").Id, inserted: 2, revised: 0, Sample.Day(1));
        _run.Ended(Sample.Series("A").Id, CollectionOutcome.Collected, null);
        _run.Ended(Sample.Series("C").Id, CollectionOutcome.Failed, new Failure(FailureKind.Rejected, "HTTP 404"));
        _run.Ended(Sample.Series("B").Id, CollectionOutcome.Stopped, null);
        Assert.Equal([new DatasetCounts("rates", 2, 1, 0, 5, 1), new DatasetCounts("prices", 2, 1, 1, 2, 0)], _run.Datasets);

        _run.Refuse(new Failure(FailureKind.Rejected, "HTTP 401"));
        _run.Add([Of("wages", "E")]);
        Assert.Equal(new DatasetCounts("wages", 1, 1, 1, 0, 0), _run.Datasets[^1]);
    }

    [Fact]
    public void Commands_that_nobody_took_up_are_given_out_again_and_those_taken_up_are_not()
    {
        _run.Add([Sample.Series("A"), Sample.Series("B")]);
        _run.WakeNext(Sample.Now);
        Assert.True(_run.Started(Sample.Series("A").Id, ActorRefs.Nobody));
        Assert.False(_run.Started(Sample.Series("A").Id, ActorRefs.Nobody));
        var patience = TimeSpan.FromSeconds(10);
        Assert.Empty(_run.Unanswered(Sample.Now.AddSeconds(10), patience));
        Assert.Equal("B", Assert.Single(_run.Unanswered(Sample.Now.AddSeconds(11), patience)).Series.Id.Code);
        Assert.Empty(_run.Unanswered(Sample.Now.AddSeconds(12), patience));
        Assert.Single(_run.Unanswered(Sample.Now.AddSeconds(22), patience));
    }

    [Fact]
    public void Stopped_series_are_not_done_and_the_sleeping_stay_asleep()
    {
        _run.Add(Enumerable.Range(0, 300).Select(number => Sample.Series($"S{number}", $"key{number}")));
        var woken = _run.WakeNext(Sample.Now);
        _run.StopWaking();
        Assert.All(woken, command => Assert.True(_run.Ended(command.Series.Id, CollectionOutcome.Stopped, null)));
        Assert.Empty(_run.WakeNext(Sample.Now));
        Assert.True(_run.Finished);
        Assert.Equal((300, 0), (_run.Total, _run.Done));
        Assert.Empty(_run.Failures);
    }

    [Fact]
    public void An_end_counts_once_and_only_of_those_awake()
    {
        _run.Add([Sample.Series("A")]);
        _run.WakeNext(Sample.Now);
        var failure = new Failure(FailureKind.Rejected, "HTTP 404");
        Assert.False(_run.Ended(Sample.Series("X").Id, CollectionOutcome.Failed, failure));
        Assert.True(_run.Ended(Sample.Series("A").Id, CollectionOutcome.Failed, failure));
        Assert.False(_run.Ended(Sample.Series("A").Id, CollectionOutcome.Failed, failure));
        Assert.Equal("A", Assert.Single(_run.Failures).Code);
        Assert.Equal(1, _run.Done);
        _run.Progress(Sample.Series("A").Id, 5, 5, null);
        Assert.Equal(0, _run.Inserted);
    }

    [Fact]
    public void After_a_refusal_those_asleep_and_those_who_come_later_fail_unasked_and_those_stopped_by_it_fail_too()
    {
        _run.Add(Enumerable.Range(0, 300).Select(number => Sample.Series($"S{number}", $"key{number}")));
        var woken = _run.WakeNext(Sample.Now);
        _run.Ended(woken[0].Series.Id, CollectionOutcome.Failed, new Failure(FailureKind.Rejected, "the key is refused"));
        _run.Refuse(new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true));
        _run.Add([Sample.Series("later")]);
        Assert.Empty(_run.WakeNext(Sample.Now));
        foreach (var command in woken.Skip(1))
        {
            _run.Ended(command.Series.Id, CollectionOutcome.Stopped, null);
        }

        Assert.True(_run.Finished);
        Assert.Equal((301, 301, 301), (_run.Total, _run.Done, _run.Failures.Count));
        Assert.Equal(300, _run.Failures.Count(failure => failure is { Kind: FailureKind.Rejected, Detail: "not asked, as the first one was refused: the key is refused" }));
    }
}
