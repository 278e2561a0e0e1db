using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;
using Aurum.Storage;
using Polly;
using Polly.Retry;

namespace Aurum.Actors.Processing;

/// <summary>
/// The processing step: takes items as they come and stores them, all that gathered during one commit in the next one, so that
/// many small batches cost few commits. An outcome leaves only after the commit. In embedded mode the publisher leads straight here.
/// </summary>
public sealed class StoreFlow(IObservationStore observations, ICatalogStore catalog, RoadMarkers markers, TimeProvider time) : IPublishingRoad
{
    private const int MostRowsPerCommit = 20_000;

    /// <summary>A lock or a full disk may pass; what fails still after this is the sender's to repeat.</summary>
    private readonly ResiliencePipeline _retry = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StorageException>(),
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    public Flow<PublishItem, PublishOutcome, NotUsed> Create() =>
        Flow.Create<PublishItem>()
            .BatchWeighted(MostRowsPerCommit, item => item.Rows, Group.Of, Group.Add)
            .SelectAsync(1, group => CommitAsync(group.Items))
            .SelectMany(outcomes => outcomes);

    private async Task<IReadOnlyList<PublishOutcome>> CommitAsync(IReadOnlyList<PublishItem> items)
    {
        var begun = time.GetTimestamp();
        try
        {
            var outcomes = await _retry.ExecuteAsync(async cancellationToken => await StoreAsync(items, cancellationToken));
            RoadMeters.Stored(time.GetElapsedTime(begun), isGood: true);
            markers.Pass(RoadPoint.AfterCommit);
            return outcomes;
        }
        catch (StorageException exception)
        {
            RoadMeters.Stored(time.GetElapsedTime(begun), isGood: false);
            return [.. items.Select(item => new PublishOutcome(item, default, exception.Message))];
        }
    }

    private async Task<IReadOnlyList<PublishOutcome>> StoreAsync(IReadOnlyList<PublishItem> items, CancellationToken cancellationToken)
    {
        var entries = items.Where(item => item.Entry is not null).Select(item => item.Entry!).ToArray();
        if (entries.Length > 0)
        {
            await catalog.SaveAsync(entries, time.GetUtcNow(), cancellationToken);
        }

        var withRows = items.Where(item => item.Batch is not null).ToArray();
        var results = withRows.Length > 0
            ? await observations.WriteAsync([.. withRows.Select(item => item.Batch!)], cancellationToken)
            : [];
        return
        [
            .. items.Where(item => item.Entry is not null).Select(item => new PublishOutcome(item, default, null)),
            .. withRows.Zip(results, (item, result) => new PublishOutcome(item, result, null)),
        ];
    }

    private sealed class Group
    {
        public List<PublishItem> Items { get; } = [];

        public static Group Of(PublishItem first) => Add(new Group(), first);

        public static Group Add(Group group, PublishItem item)
        {
            group.Items.Add(item);
            return group;
        }
    }
}
