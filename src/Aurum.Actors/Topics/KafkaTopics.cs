using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Aurum.Actors.Topics;

/// <summary>How a topic is after it was looked after.</summary>
public enum TopicState
{
    Missing,
    Created,
    Fine,
    Drifted,
}

/// <param name="Differences">For a drifted topic: what its owner may want to change.</param>
/// <param name="Note">What could not be found out, for people; null when all was.</param>
public sealed record TopicReport(TopicSettings Topic, TopicState State, IReadOnlyList<TopicDifference> Differences, string? Note = null);

/// <summary>
/// Looks after topics on a cluster: makes those that are missing, reports those that differ, and never changes or deletes any.
/// </summary>
/// <param name="timeout">For each question to the cluster.</param>
public sealed class KafkaTopics(IAdminClient admin, TimeSpan timeout)
{
    /// <summary>How the topics are; changes nothing.</summary>
    /// <exception cref="TopicsException">The cluster did not tell.</exception>
    public async Task<IReadOnlyList<TopicReport>> CheckAsync(IReadOnlyList<TopicSettings> wanted, CancellationToken cancellationToken) =>
        [.. (await PlanAsync(wanted, cancellationToken)).Select(step => Report(step, TopicState.Missing))];

    /// <summary>Makes the topics that are missing, with as many copies as there are brokers for, and tells how all of them are.</summary>
    /// <exception cref="TopicsException">The cluster did not tell or refused a topic; others may have been made.</exception>
    public async Task<IReadOnlyList<TopicReport>> EnsureAsync(IReadOnlyList<TopicSettings> wanted, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(wanted, cancellationToken);
        await CreateAsync([.. plan.OfType<TopicStep.Create>()], cancellationToken);
        return [.. plan.Select(step => Report(step, TopicState.Created))];
    }

    private static TopicReport Report(TopicStep step, TopicState ofNew) => step switch
    {
        TopicStep.Create => new TopicReport(step.Topic, ofNew, []),
        TopicStep.Drift drift => new TopicReport(step.Topic, TopicState.Drifted, drift.Differences),
        TopicStep.Fine { ConfigIsKnown: false } => new TopicReport(step.Topic, TopicState.Fine, [], "its settings may not be read by this user"),
        _ => new TopicReport(step.Topic, TopicState.Fine, []),
    };

    private async Task<IReadOnlyList<TopicStep>> PlanAsync(IReadOnlyList<TopicSettings> wanted, CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(cancellationToken);
        TopicMetadata[] found = [.. metadata.Topics.Where(topic => wanted.Any(settings => settings.Name == topic.Topic))];
        if (found.FirstOrDefault(topic => topic.Error.IsError) is { } broken)
        {
            throw TopicsException.Of($"The topic {broken.Topic} cannot be read", broken.Error, new KafkaException(broken.Error));
        }

        var configs = found.Length == 0 ? [] : await ConfigsAsync([.. found.Select(topic => topic.Topic)], cancellationToken);
        ExistingTopic[] existing = [.. found.Select(topic => new ExistingTopic(
            topic.Topic,
            topic.Partitions.Count,
            topic.Partitions.Select(partition => partition.Replicas.Length).DefaultIfEmpty(0).Min(),
            configs.GetValueOrDefault(topic.Topic)))];
        return TopicPlan.Of(wanted, existing, metadata.Brokers.Count);
    }

    /// <summary>Of all topics: a question about one that is missing could make the cluster create it with its own settings.</summary>
    private async Task<Metadata> MetadataAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => admin.GetMetadata(timeout), cancellationToken);
        }
        catch (KafkaException exception)
        {
            throw TopicsException.Of($"The cluster's topics cannot be listed within {timeout.TotalSeconds:0.###} s", exception.Error, exception);
        }
    }

    private async Task<Dictionary<string, IReadOnlyDictionary<string, string>>> ConfigsAsync(IReadOnlyList<string> topics, CancellationToken cancellationToken)
    {
        try
        {
            var results = await admin
                .DescribeConfigsAsync(topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }), new DescribeConfigsOptions { RequestTimeout = timeout })
                .WaitAsync(cancellationToken);
            return results.ToDictionary(result => result.ConfigResource.Name, Values);
        }
        catch (DescribeConfigsException exception)
        {
            if (exception.Results.FirstOrDefault(result => result.Error.IsError && !TopicsException.IsUnauthorized(result.Error.Code)) is { } failed)
            {
                throw TopicsException.Of($"The settings of {failed.ConfigResource.Name} cannot be read", failed.Error, exception);
            }

            // A user who may write but not read settings is a sound arrangement: the comparison does without.
            return exception.Results.Where(result => !result.Error.IsError).ToDictionary(result => result.ConfigResource.Name, result => Values(result));
        }
        catch (KafkaException exception)
        {
            throw TopicsException.Of("The settings of the topics cannot be read", exception.Error, exception);
        }
    }

    private async Task CreateAsync(IReadOnlyList<TopicStep.Create> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
        {
            return;
        }

        try
        {
            // the brokers give up first, so that what they say still arrives in time
            await admin
                .CreateTopicsAsync(steps.Select(Specification), new CreateTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout / 2 })
                .WaitAsync(cancellationToken);
        }
        catch (CreateTopicsException exception)
        {
            // Another node of ours that started at the same time may have been first.
            if (exception.Results.FirstOrDefault(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists) is { } failed)
            {
                throw TopicsException.Of($"The topic {failed.Topic} cannot be made", failed.Error, exception);
            }
        }
        catch (KafkaException exception)
        {
            throw TopicsException.Of($"The topics {string.Join(", ", steps.Select(step => step.Topic.Name))} cannot be made", exception.Error, exception);
        }
    }

    private static TopicSpecification Specification(TopicStep.Create step) => new()
    {
        Name = step.Topic.Name,
        NumPartitions = step.Topic.Partitions,
        ReplicationFactor = (short)step.Replication,
        Configs = step.Config.ToDictionary(),
    };

    private static IReadOnlyDictionary<string, string> Values(DescribeConfigsResult result) => Values(result.Entries);

    private static IReadOnlyDictionary<string, string> Values(DescribeConfigsReport report) => Values(report.Entries);

    private static Dictionary<string, string> Values(Dictionary<string, ConfigEntryResult> entries) =>
        entries.Where(entry => entry.Value.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Value);
}
