using Aurum.Actors.Serialization.Kafka;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>The dead letters in their topic, as people look at them, and the way back to where each came from.</summary>
public interface IDeadLetterTopic
{
    /// <summary>The newest so many, newest first; a record that was set aside twice is the newer of both.</summary>
    /// <exception cref="DeadLettersAwayException">The brokers do not answer.</exception>
    Task<IReadOnlyList<DeadLetter>> NewestAsync(int most, CancellationToken cancellationToken);

    /// <summary>Publishes the record again as it was: to its topic, with its key, its bytes and its headers. Returns when it is safe there.</summary>
    /// <exception cref="DeadLettersAwayException">The topic does not take it now.</exception>
    Task ReplayAsync(DeadLetter letter, CancellationToken cancellationToken);
}

/// <summary>Reads without a group, from a bounded place before the end: nobody's offsets move, and a long topic costs no more than a short one.</summary>
public sealed class DeadLetterTopic(KafkaOptions options, DeadLetterCodec codec, IProducer<byte[], byte[]> producer) : IDeadLetterTopic
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<DeadLetter>> NewestAsync(int most, CancellationToken cancellationToken)
    {
        var records = await ReadAsync(most, cancellationToken);
        var letters = new List<DeadLetter>();
        foreach (var record in records)
        {
            if (await codec.DecodeAsync(record.Message.Value, cancellationToken) is { Failure: null } decoded)
            {
                letters.Add(decoded.Value);
            }
        }

        return [.. letters.OrderByDescending(letter => letter.FailedAt).DistinctBy(letter => (letter.Topic, letter.Partition, letter.Offset)).Take(most)];
    }

    public async Task ReplayAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var headers = new Headers();
        foreach (var (name, value) in letter.Headers ?? new Dictionary<string, ReadOnlyMemory<byte>>())
        {
            headers.Add(name, value.ToArray());
        }

        try
        {
            // A tombstone stays one: a missing array is no empty one.
            await producer.ProduceAsync(letter.Topic, new Message<byte[], byte[]> { Key = letter.Key?.ToArray()!, Value = letter.Value?.ToArray()!, Headers = headers }, cancellationToken);
        }
        catch (KafkaException failed)
        {
            throw new DeadLettersAwayException($"{letter.Topic} does not take the record: {failed.Error.Reason}");
        }
    }

    private async Task<List<ConsumeResult<byte[], byte[]>>> ReadAsync(int most, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => Read(most, cancellationToken), cancellationToken);
        }
        catch (KafkaException failed)
        {
            throw new DeadLettersAwayException($"{KafkaSchemas.DeadLetters.Topic} cannot be read: {failed.Error.Reason}");
        }
    }

    /// <summary>Of every partition the last so many.</summary>
    private List<ConsumeResult<byte[], byte[]>> Read(int most, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(options.OfConsumer) { ["enable.partition.eof"] = "true" };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topic = KafkaSchemas.DeadLetters.Topic;
        var partitions = admin.GetMetadata(topic, Patience).Topics.SelectMany(found => found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)));
        var open = new Dictionary<TopicPartition, long>();
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in partitions)
        {
            var marks = consumer.QueryWatermarkOffsets(partition, Patience);
            if (marks.High > marks.Low)
            {
                open[partition] = marks.High.Value;
                starts.Add(new TopicPartitionOffset(partition, Math.Max(marks.Low.Value, marks.High.Value - most)));
            }
        }

        var records = new List<ConsumeResult<byte[], byte[]>>();
        if (starts.Count == 0)
        {
            return records;
        }

        consumer.Assign(starts);
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (consumer.Consume(Patience) is not { } record)
            {
                throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{topic} was not read to its end within {Patience.TotalSeconds} s"));
            }

            if (!record.IsPartitionEOF)
            {
                records.Add(record);
            }

            if (open.TryGetValue(record.TopicPartition, out var end) && (record.IsPartitionEOF || record.Offset.Value >= end - 1))
            {
                open.Remove(record.TopicPartition);
            }
        }

        return records;
    }
}

/// <summary>Kafka does not answer, or does not take what it should; the message says why.</summary>
public sealed class DeadLettersAwayException(string message) : Exception(message);
