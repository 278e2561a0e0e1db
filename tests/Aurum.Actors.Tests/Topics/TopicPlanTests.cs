using Aurum.Actors.Topics;

namespace Aurum.Actors.Tests.Topics;

public sealed class TopicPlanTests
{
    private static readonly TopicSettings Wanted = new("t", "delete", TimeSpan.FromDays(1), Partitions: 6);

    [Fact]
    public void A_missing_topic_is_to_be_created_with_all_its_settings()
    {
        var create = Assert.IsType<TopicStep.Create>(Assert.Single(TopicPlan.Of([Wanted with { Other = new Dictionary<string, string> { ["segment.ms"] = "1" } }], [], brokers: 3)));
        Assert.Equal(3, create.Replication);
        Assert.Equal(
            ["cleanup.policy=delete", "compression.type=producer", "min.insync.replicas=2", "retention.ms=86400000", "segment.ms=1"],
            create.Config.Select(setting => $"{setting.Key}={setting.Value}"));
    }

    [Theory]
    [InlineData(0, 1, "1")]
    [InlineData(1, 1, "1")]
    [InlineData(2, 2, "1")]
    [InlineData(3, 3, "2")]
    [InlineData(9, 3, "2")]
    public void A_small_cluster_gets_fewer_copies_and_can_lose_one_of_them_where_it_has_any_to_lose(int brokers, int replication, string confirmations)
    {
        Assert.Equal(replication, Wanted.ReplicationOn(brokers));
        Assert.Equal(confirmations, Wanted.ConfigOn(brokers)["min.insync.replicas"]);
    }

    [Fact]
    public void A_topic_as_wanted_is_fine_whatever_else_is_set_and_in_whatever_order()
    {
        var wanted = Wanted with { CleanupPolicy = "compact,delete" };
        var config = new Dictionary<string, string>(wanted.ConfigOn(3)) { ["flush.ms"] = "7", ["cleanup.policy"] = "delete, compact" };
        Assert.Equal(new TopicStep.Fine(wanted, true), Assert.Single(TopicPlan.Of([wanted], [new ExistingTopic("t", 6, 5, config)], 3)));
    }

    [Fact]
    public void Every_difference_is_named_with_what_was_wanted_and_what_was_found()
    {
        var found = new ExistingTopic("t", 1, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact", ["retention.ms"] = "1", ["compression.type"] = "producer" });
        var drift = Assert.IsType<TopicStep.Drift>(Assert.Single(TopicPlan.Of([Wanted], [found], 3)));
        Assert.Equal(
            [
                "partitions is 1, wanted 6",
                "replication is 1, wanted 3",
                "cleanup.policy is compact, wanted delete",
                "min.insync.replicas is not set, wanted 2",
                "retention.ms is 1, wanted 86400000",
            ],
            drift.Differences.Select(difference => difference.ToString()));
    }

    [Fact]
    public void Settings_that_may_not_be_read_are_no_difference() =>
        Assert.Equal(new TopicStep.Fine(Wanted, false), Assert.Single(TopicPlan.Of([Wanted], [new ExistingTopic("t", 6, 3, null)], 3)));

    [Fact]
    public void The_defaults_are_those_of_the_runbook()
    {
        Assert.Equal(
            ["aurum.ext.timeseries.obs.v1 12 3 delete 30", "aurum.ext.series_catalog.upsert.v1 12 3 compact ", "aurum.ingestion.dlq.v1 12 3 delete 180"],
            TopicSettings.Defaults.Select(topic => $"{topic.Name} {topic.Partitions} {topic.Replication} {topic.CleanupPolicy} {topic.Retention?.TotalDays}"));
        Assert.Equal("-1", (Wanted with { Retention = Timeout.InfiniteTimeSpan }).ConfigOn(1)["retention.ms"]);
    }
}
