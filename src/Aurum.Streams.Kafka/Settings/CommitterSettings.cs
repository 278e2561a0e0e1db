using Akka.Actor;
using Akka.Configuration;

namespace Aurum.Streams.Kafka.Settings;

/// <summary>How offsets are gathered before they are committed; immutable.</summary>
public sealed record CommitterSettings
{
    private CommitterSettings(Config section)
    {
        MaxBatch = section.GetLong("max-batch");
        MaxInterval = section.GetTimeSpan("max-interval");
        Parallelism = section.GetInt("parallelism");
    }

    /// <summary>A batch is committed when it holds this many offsets,</summary>
    public long MaxBatch { get; private init; }

    /// <summary>or is this old.</summary>
    public TimeSpan MaxInterval { get; private init; }

    /// <summary>Batches on their way at the same time; beyond that the committer holds back.</summary>
    public int Parallelism { get; private init; }

    /// <summary>From section akka.kafka.committer of a system's configuration.</summary>
    public static CommitterSettings Create(ActorSystem system) => new(KafkaConfig.Section(system, KafkaConfig.Committer));

    /// <param name="section">The section itself; null for the defaults.</param>
    public static CommitterSettings Create(Config? section = null) => new(KafkaConfig.Section(section, KafkaConfig.Committer));

    public CommitterSettings WithMaxBatch(long offsets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(offsets);
        return this with { MaxBatch = offsets };
    }

    public CommitterSettings WithMaxInterval(TimeSpan interval) => this with { MaxInterval = interval };

    public CommitterSettings WithParallelism(int batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batches);
        return this with { Parallelism = batches };
    }
}
