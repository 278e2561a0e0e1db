using Aurum.Actors.Collection;
using Aurum.Actors.Pipelines;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Tests.Pipelines;

public sealed class ProviderScheduleTests
{
    private static readonly ScheduleSettings Cron = new("0 */4 * * *", "0 6 * * *");

    [Fact]
    public void A_cron_expression_of_its_own_is_followed()
    {
        var schedule = Schedule(Cron, null);
        Assert.Equal(Sample.Now.Date.AddHours(16), schedule.NextIncremental(Sample.Now)!.Value.UtcDateTime);
        Assert.True(schedule.IncrementalIsDue(Sample.Now.AddMinutes(-1), Sample.Now));
        Assert.False(schedule.IncrementalIsDue(Sample.Now, Sample.Now.AddHours(3)));
    }

    [Fact]
    public void An_interval_that_was_typed_counts_more_than_a_file()
    {
        var schedule = Schedule(Cron, TimeSpan.FromMinutes(10));
        Assert.True(schedule.IncrementalIsDue(Sample.Now, Sample.Now.AddMinutes(10)));
    }

    [Fact]
    public void A_provider_that_was_never_collected_from_is_due_at_once() => Assert.True(Schedule(Cron, null).IncrementalIsDue(null, Sample.Now));

    [Fact]
    public void A_catalog_sync_that_never_was_is_due_at_its_next_time()
    {
        var schedule = Schedule(Cron, null);
        Assert.False(schedule.CatalogIsDue(null, Sample.Now.AddHours(17)));
        Assert.True(schedule.CatalogIsDue(null, Sample.Now.AddHours(18)));
        Assert.True(schedule.CatalogIsDue(Sample.Now.AddDays(-3), Sample.Now));
    }

    [Theory]
    [InlineData(CollectionScope.CatalogOnly)]
    [InlineData(CollectionScope.ObservationsOnly)]
    public void A_node_of_one_scope_syncs_no_catalog_beside_it(CollectionScope scope) =>
        Assert.False(ProviderSchedule.Of(Sample.Provider, Cron, new RunSchedule(null, scope), Sample.Now).CatalogIsDue(null, Sample.Now.AddDays(9)));

    [Fact]
    public void A_day_that_never_comes_is_never_due() => Assert.False(Schedule(new ScheduleSettings("0 0 30 2 *", "0 0 30 2 *"), null).IncrementalIsDue(Sample.Now, Sample.Now.AddDays(4000)));

    private static ProviderSchedule Schedule(ScheduleSettings settings, TimeSpan? interval) =>
        ProviderSchedule.Of(Sample.Provider, settings, new RunSchedule(interval, CollectionScope.Everything), Sample.Now);
}
