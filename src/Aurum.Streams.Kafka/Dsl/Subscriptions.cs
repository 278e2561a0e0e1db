using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Dsl;

/// <summary>What to read.</summary>
public interface ISubscription;

/// <summary>The group shares partitions out among its consumers.</summary>
public interface IAutoSubscription : ISubscription;

/// <summary>The partitions are given, and no group has a say.</summary>
public interface IManualSubscription : ISubscription;

/// <summary>Makes subscriptions.</summary>
public static class Subscriptions
{
    public static IAutoSubscription Topics(params string[] topics) => new TopicSubscription(topics);

    public static IAutoSubscription Topics(IEnumerable<string> topics) => new TopicSubscription([.. topics]);

    /// <param name="pattern">A regular expression; it matches whole names, those of topics to come included.</param>
    public static IAutoSubscription TopicPattern(string pattern) =>
        new TopicSubscription([(pattern.StartsWith('^') ? "" : "^") + pattern + (pattern.EndsWith('$') ? "" : "$")]);

    /// <summary>From the committed offset on, or from where <c>auto.offset.reset</c> says.</summary>
    public static IManualSubscription Assignment(params TopicPartition[] partitions) =>
        new ManualSubscription([.. partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Unset))]);

    public static IManualSubscription AssignmentWithOffset(params TopicPartitionOffset[] offsets) => new ManualSubscription(offsets);
}

internal sealed record TopicSubscription(IReadOnlyList<string> Topics) : IAutoSubscription;

internal sealed record ManualSubscription(IReadOnlyList<TopicPartitionOffset> Offsets) : IManualSubscription;
