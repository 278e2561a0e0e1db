using Aurum.Actors.Collection;
using Aurum.Actors.Pipelines;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;
using FsCheck.Xunit;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Pipelines;

public sealed class BackfillPlanTests
{
    private static readonly DateOnly Today = new(2040, 6, 4);
    private static readonly Window TwentyYears = new(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>One call for each series and year, as of an API that gives a year at a time.</summary>
    private readonly FakeProvider _yearly = new()
    {
        Plan = wants => [.. wants.SelectMany(want => Enumerable.Range(want.Window.From.Year, want.Window.To.AddTicks(-1).Year - want.Window.From.Year + 1).Select(year => new FakeFetch(FetchKind.Observations, [want], $"{year}")))],
    };

    [Property(MaxTest = 200)]
    public void The_parts_cover_every_series_and_day_once(byte series, byte years, byte startDay)
    {
        var codes = Enumerable.Range(0, 1 + (series % 30)).Select(number => $"S{number}").ToArray();
        var from = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(startDay);
        var window = new Window(from, from.AddYears(1 + (years % 38)));
        var work = Plan(_yearly, window, codes).Work;
        foreach (var code in codes)
        {
            var windows = Enumerable.Range(0, work.Units.Length).Where(unit => work.SeriesOf(unit).Contains(code)).Select(unit => work.Units[unit].Past).OrderBy(one => one.From).ToArray();
            Assert.Equal(window.From, windows[0].From);
            Assert.Equal(window.To, windows[^1].To);
            Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.Equal(pair.Item1.To, pair.Item2.From));
        }

        Assert.All(work.Units, unit => Assert.InRange(unit.Requests, 1, 20));
    }

    [Fact]
    public void A_window_that_somebody_named_counts_more_than_the_start_of_a_dataset_and_one_that_nobody_did_does_not()
    {
        var series = Sample.Series("A", start: new DateOnly(2030, 1, 1));
        var named = PastWindow.Of(TwentyYears).WantOf(series, null)!;
        Assert.Equal((TwentyYears, new DateOnly(2020, 1, 1)), (named.Window, named.Series.Start!.Value));
        var open = PastWindow.Of(Window.Everything with { To = TwentyYears.To });
        Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), open.WantOf(series, null)!.Window.From);
        Assert.Null((open with { To = TwentyYears.From }).WantOf(series, null));
    }

    [Fact]
    public void What_one_call_brings_is_not_cut()
    {
        var work = Plan(new FakeProvider { Plan = wants => [new FakeFetch(FetchKind.Observations, wants, "all")] }, TwentyYears, ["A", "B"]).Work;
        Assert.Equal((0, 2, 2L), (work.Units.Single().First, work.Units.Single().Count, work.Units.Single().Requests));
    }

    [Fact]
    public void Its_cost_is_told_at_the_share_that_history_may_take()
    {
        var plan = Plan(_yearly, TwentyYears, ["A"], new RateLimitSettings(2, 1, 100, "UTC", 0.5));
        Assert.Equal((20L, 1L, 21L), (plan.Work.RequestsPlanned, plan.CatalogRequests, plan.Requests));
        Assert.Equal((TimeSpan.FromSeconds(21), 0.42), (plan.TimeAtRate, Math.Round(plan.DaysAtQuota!.Value, 2)));
    }

    [Fact]
    public void Names_that_are_none_are_told_with_those_there_are()
    {
        var settings = Settings(["A", "B"]);
        var selection = new SeriesSelection(_yearly, settings, EarlierCollections.None);
        Assert.Null(selection.ProblemOf(["A", "dataset"]));
        Assert.Equal("acme has no series or dataset \"C\"; expected some of A, B", selection.ProblemOf(["A", "C"]));
        Assert.Equal(["B"], selection.Series(["B"]).Select(series => series.Id.Code));
    }

    [Fact]
    public void Datasets_that_nobody_can_list_yet_are_left_out_and_named()
    {
        var settings = Settings(["A"]) with { Datasets = [.. Settings(["A"]).Datasets, new FakeDataset("found", [Sample.Series("F")], FactsNeeded: 1)] };
        var plan = BackfillPlan.Of(_yearly, settings, TwentyYears, null, Today, EarlierCollections.None);
        Assert.Equal(["found"], plan.Unlisted);
        Assert.Equal("A", Assert.Single(plan.Work.Series));
    }

    [Theory]
    [InlineData(0, 0, null, 10, 10)]
    [InlineData(0, 0, 100, 10, 10)]
    [InlineData(95, 0, 100, 20, 43_215)]
    [InlineData(50, 45, 100, 10, 43_205)]
    [InlineData(100, 50, 100, 60, 129_610)]
    public void The_eta_counts_rate_quota_and_what_the_day_has_left(int spent, int backfillSpent, int? quota, long requests, int seconds)
    {
        var eta = PipelinePicture.Eta(requests, new RateLimitSettings(2, 1, quota, "UTC", 0.5), spent, backfillSpent, null, Sample.Now);
        Assert.Equal(TimeSpan.FromSeconds(seconds), eta - Sample.Now);
    }

    [Fact]
    public void A_backfill_under_way_is_done_when_the_limit_in_force_lets_it_be()
    {
        var picture = new PipelinePicture(new ProviderRuntimes([Sample.Runtime(limit: new RateLimitSettings(2, 1, null, "UTC", 0.5))]), new Dictionary<string, ProviderSchedule>());
        var work = BackfillWork.Of(new PastWindow(DateTime.MinValue, DateTime.MaxValue), ["A"], [new BackfillUnit(0, 1, new PastWindow(DateTime.MinValue, DateTime.MaxValue), Requests: 100, Rows: 1)]);
        var run = new PipelineRun("run", PipelineNames.Backfill, Sample.Now, "ann", null, [RunStep.Of(Sample.Provider, backfill: work) with { State = PipelineRunState.Running }]);
        var told = new ProviderProgress(Sample.Provider, null, RunStates.Idle, 0, 0, 0, 0, null, null, 0, null, 0, DailyQuota: null, null, null, "closed", null, []);

        TimeSpan EtaWhen(ProviderProgress progress) => picture.Of(run, new Dictionary<string, ProviderProgress> { [Sample.Provider] = progress }, Sample.Now).Steps[0].Eta!.Value - Sample.Now;

        Assert.Equal(TimeSpan.FromSeconds(100), EtaWhen(told));
        Assert.Equal(TimeSpan.FromSeconds(400), EtaWhen(told with { RequestsPerSecond = 0.5, BackfillSpent = 0 }));
        Assert.Equal(TimeSpan.FromSeconds(43_200 + 20), EtaWhen(told with { RequestsPerSecond = 2, DailyQuota = 160, PermitsSpent = 60, BackfillSpent = 0 }));
    }

    private static BackfillPlan Plan(IProvider provider, Window window, string[] codes, RateLimitSettings? limit = null) =>
        BackfillPlan.Of(provider, Settings(codes, limit), window, null, Today, EarlierCollections.None);

    private static ProviderSettings Settings(string[] codes, RateLimitSettings? limit = null) =>
        Sample.Runtime(datasets: [new FakeDataset("dataset", [.. codes.Select(code => Sample.Series(code, code))])], limit: limit).Settings;
}
