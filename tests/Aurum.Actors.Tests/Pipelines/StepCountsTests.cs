using Aurum.Actors.Pipelines;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Pipelines;

public sealed class StepCountsTests
{
    private static readonly StepCounts First = new(3, 2, 100, 5, 7, [new("rates", 2, 1, 1, 90, 5), new("prices", 1, 1, 0, 10, 0)]);

    [Fact]
    public void Another_attempt_tells_anew_which_series_are_over_and_adds_what_it_has_brought()
    {
        var both = First.After(new StepCounts(3, 3, 20, 1, 2, [new("rates", 2, 2, 0, 20, 1), new("wages", 4, 4, 0, 0, 0)]));
        Assert.Equal((3, 3, 120, 6, 9), (both.SeriesTotal, both.SeriesDone, both.Inserted, both.Revised, both.Requests));
        Assert.Equal([new("rates", 2, 2, 0, 110, 6), new("prices", 1, 1, 0, 10, 0), new("wages", 4, 4, 0, 0, 0)], both.Datasets!);
    }

    [Fact]
    public void Of_the_parts_of_a_backfill_the_series_add_up_too()
    {
        var part = new WindowProgress("run", 1, 1, RunStates.Done, 2, 2, 20, 1, IsRefused: false, [], [new DatasetCounts("rates", 2, 2, 1, 20, 1)]);
        var both = First.After(First.OfPart(part, seriesTotal: 3, requests: 2));
        Assert.Equal((3, 4, 120, 6, 9), (both.SeriesTotal, both.SeriesDone, both.Inserted, both.Revised, both.Requests));
        Assert.Equal([new("rates", 4, 3, 2, 110, 6), new("prices", 1, 1, 0, 10, 0)], both.Datasets!);
    }

    [Fact]
    public void What_was_written_before_datasets_were_told_apart_has_none()
    {
        var both = (First with { Datasets = null }).After(StepCounts.None);
        Assert.Empty(both.Datasets!);
        Assert.Equal(100, both.Inserted);
    }
}
