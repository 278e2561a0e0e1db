using Aurum.Actors.Collection;
using Aurum.Domain;
using static Aurum.Actors.Collection.FetcherProtocol;

namespace Aurum.Actors.Tests.Collection;

public sealed class RestatementTests
{
    private static readonly SeriesDefinition Series = Sample.Series();

    [Fact]
    public void What_a_whole_answer_does_not_repeat_is_missing() => Assert.Equal([2, 4], MissingAfter(Window.Everything, [1], [3, 5]));

    [Fact]
    public void Newest_observations_can_be_missing_too() => Assert.Equal([4, 5], MissingAfter(Window.Everything, [1, 2, 3]));

    [Fact]
    public void What_lies_before_the_first_row_has_fallen_out_of_the_providers_span() => Assert.Equal([4], MissingAfter(Window.Everything, [3, 5]));

    [Fact]
    public void An_answer_without_rows_takes_nothing_back() => Assert.Empty(MissingAfter(Window.Everything, []));

    [Fact]
    public void An_answer_with_later_rows_only_takes_nothing_back() => Assert.Empty(MissingAfter(Window.Everything, [6, 7]));

    [Fact]
    public void What_was_not_asked_for_is_not_missing() => Assert.Equal([4], MissingAfter(new Window(Sample.Day(3), DateTime.MaxValue), [3, 5]));

    [Fact]
    public void What_brings_only_news_takes_nothing_back()
    {
        var restatement = new Restatement([.. Enumerable.Range(1, 5).Select(day => RememberedObservation.Of(Sample.Observation(day, day)))], Window.Everything, servedFrom: null);
        restatement.Hear(Page(2) with { IsNewsOnly = true });
        restatement.Hear(Page(5));
        Assert.Empty(restatement.Missing());
    }

    [Fact]
    public void What_only_a_twin_has_stated_is_not_taken_back_and_remains_the_twins()
    {
        var restatement = new Restatement([.. Enumerable.Range(1, 5).Select(day => RememberedObservation.Of(Sample.Observation(day, day)))], Window.Everything, Sample.Day(3));
        restatement.Hear(Page(1, 3));
        Assert.Equal([Sample.Day(2)], restatement.Missing());
        Assert.Equal(Sample.Day(4), restatement.StillServedFrom());
        restatement.Hear(Page(4, 5));
        Assert.Null(restatement.StillServedFrom());
    }

    [Fact]
    public void Nothing_remembered_nothing_missing()
    {
        var restatement = new Restatement([], Window.Everything, servedFrom: null);
        restatement.Hear(Page(1, 2));
        Assert.Empty(restatement.Missing());
        Assert.Equal(("page", Sample.Attributes), (restatement.PageId, restatement.Attributes));
    }

    /// <summary>The days 1 to 5 are remembered.</summary>
    private static IEnumerable<int> MissingAfter(Window asked, params int[][] pages)
    {
        var restatement = new Restatement([.. Enumerable.Range(1, 5).Select(day => RememberedObservation.Of(Sample.Observation(day, day)))], asked, servedFrom: null);
        foreach (var page in pages)
        {
            restatement.Hear(Page(page));
        }

        return restatement.Missing().Select(day => (day - Sample.Day(0)).Days);
    }

    private static PageFetched Page(params int[] days) =>
        new(1, 1, "page", [Sample.Slice(Series, [.. days.Select(day => (day, (double)day))])], null, IsLast: false);
}
