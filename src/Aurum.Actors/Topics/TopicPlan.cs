using System.Globalization;

namespace Aurum.Actors.Topics;

/// <summary>A topic as the cluster has it.</summary>
/// <param name="Config">Its settings by Kafka's names; null where they may not be read.</param>
public sealed record ExistingTopic(string Name, int Partitions, int Replication, IReadOnlyDictionary<string, string>? Config);

/// <summary>A setting that is not as it should be.</summary>
public sealed record TopicDifference(string Setting, string Wanted, string Found)
{
    public override string ToString() => $"{Setting} is {Found}, wanted {Wanted}";
}

/// <summary>What is to be done about one topic.</summary>
public abstract record TopicStep(TopicSettings Topic)
{
    /// <summary>It is missing and can be made so.</summary>
    public sealed record Create(TopicSettings Topic, int Replication, IReadOnlyDictionary<string, string> Config) : TopicStep(Topic);

    /// <summary>It is there as wanted.</summary>
    /// <param name="ConfigIsKnown">False where only its partitions and copies could be compared.</param>
    public sealed record Fine(TopicSettings Topic, bool ConfigIsKnown) : TopicStep(Topic);

    /// <summary>It is there and differs: a matter for its owner.</summary>
    public sealed record Drift(TopicSettings Topic, IReadOnlyList<TopicDifference> Differences) : TopicStep(Topic);
}

/// <summary>Compares the topics that are wanted with those that are there. Nothing that is there is ever changed or deleted.</summary>
public static class TopicPlan
{
    private const string NotSet = "not set";

    /// <param name="brokers">How many the cluster has.</param>
    public static IReadOnlyList<TopicStep> Of(IReadOnlyList<TopicSettings> wanted, IReadOnlyList<ExistingTopic> existing, int brokers) =>
    [
        .. wanted.Select(topic => existing.FirstOrDefault(found => found.Name == topic.Name) is { } found
            ? Compare(topic, found, brokers)
            : new TopicStep.Create(topic, topic.ReplicationOn(brokers), topic.ConfigOn(brokers))),
    ];

    private static TopicStep Compare(TopicSettings topic, ExistingTopic found, int brokers)
    {
        var differences = new List<TopicDifference>();
        if (found.Partitions != topic.Partitions)
        {
            differences.Add(new TopicDifference("partitions", Text(topic.Partitions), Text(found.Partitions)));
        }

        if (found.Replication < topic.ReplicationOn(brokers))
        {
            differences.Add(new TopicDifference("replication", Text(topic.ReplicationOn(brokers)), Text(found.Replication)));
        }

        if (found.Config is { } config)
        {
            differences.AddRange(topic.ConfigOn(brokers)
                .Where(setting => !Same(setting.Value, config.GetValueOrDefault(setting.Key)))
                .Select(setting => new TopicDifference(setting.Key, setting.Value, config.GetValueOrDefault(setting.Key) ?? NotSet)));
        }

        return differences.Count == 0 ? new TopicStep.Fine(topic, found.Config is not null) : new TopicStep.Drift(topic, differences);
    }

    /// <summary>Some settings are lists, whose order means nothing.</summary>
    private static bool Same(string wanted, string? found) =>
        found is not null && (wanted == found || Parts(wanted).SequenceEqual(Parts(found)));

    private static IEnumerable<string> Parts(string list) => list.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
