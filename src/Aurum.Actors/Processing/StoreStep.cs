using Akka.Event;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Storage;
using Confluent.Kafka;
using Polly;
using Polly.Retry;

namespace Aurum.Actors.Processing;

/// <summary>
/// Stores what was taken from Kafka. An outage is waited for, as long as it takes; a record that the store refuses for what is in
/// it is found by halving and set aside, and the others are stored.
/// </summary>
public sealed class StoreStep
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly RecordSorter _sorter;
    private readonly IObservationStore _observations;
    private readonly ICatalogStore _catalog;
    private readonly IDeadLetters _deadLetters;
    private readonly RoadMarkers _markers;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _patience;
    private readonly ILoggingAdapter _log;

    public StoreStep(RecordSorter sorter, IObservationStore observations, ICatalogStore catalog, IDeadLetters deadLetters, RoadMarkers markers, TimeProvider time, ILoggingAdapter log)
    {
        (_sorter, _observations, _catalog, _deadLetters, _markers, _time, _log) = (sorter, observations, catalog, deadLetters, markers, time, log);
        _patience = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<StorageException>(exception => exception is not RefusedDataException)
                    .Handle<KafkaException>(exception => !exception.Error.IsFatal)
                    .Handle<SchemaRegistry.SchemaRegistryException>(),
                MaxRetryAttempts = int.MaxValue,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = retry =>
                {
                    _log.Warning("Attempt {Attempt} to store failed, another follows in {Seconds:0.0} s: {Reason}", retry.AttemptNumber + 1, retry.RetryDelay.TotalSeconds, retry.Outcome.Exception!.Message);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Sorts records; waits out a registry that does not answer.</summary>
    public async Task<Intake> SortAsync(IReadOnlyList<ConsumeResult<byte[], byte[]>> records, CancellationToken stop) =>
        await _patience.ExecuteAsync(async token => await _sorter.SortAsync(records, token), stop);

    /// <summary>Returns when all of it is stored or set aside, and not before.</summary>
    public async Task StoreAsync(Intake intake, CancellationToken stop)
    {
        await _patience.ExecuteAsync(async token => await _deadLetters.SendAsync(intake.SetAside, attempt: 1, token), stop);
        var begun = _time.GetTimestamp();
        try
        {
            await _patience.ExecuteAsync(async token => await WriteAsync(intake, token), stop);
            RoadMeters.Stored(_time.GetElapsedTime(begun), isGood: true);
        }
        catch (RefusedDataException refused)
        {
            RoadMeters.Stored(_time.GetElapsedTime(begun), isGood: false);
            await StoreApartAsync(intake, refused, stop);
        }

        _markers.Pass(RoadPoint.AfterCommit);
    }

    private async Task WriteAsync(Intake intake, CancellationToken cancellationToken)
    {
        if (intake.Entries.Count > 0)
        {
            await _catalog.SaveAsync([.. intake.Entries.Select(entry => entry.Entry)], intake.Entries.Max(entry => entry.IngestedAt), cancellationToken);
        }

        if (intake.Batches.Count > 0)
        {
            await _observations.WriteAsync(intake.Batches, cancellationToken);
        }
    }

    private async Task StoreApartAsync(Intake intake, RefusedDataException refused, CancellationToken stop)
    {
        var records = intake.Records.Except(intake.SetAside.Select(set => set.Record)).ToArray();
        if (records.Length > 1)
        {
            _log.Warning("The store refuses something in {Records} records, they are stored in halves: {Reason}", records.Length, refused.Message);
            foreach (var half in new[] { records[..(records.Length / 2)], records[(records.Length / 2)..] })
            {
                await StoreAsync(await SortAsync(half, stop), stop);
            }

            return;
        }

        var row = intake.Batches.Count > 0 ? Row(intake.Batches[0]) : (DecodedObservation?)null;
        await _patience.ExecuteAsync(
            async token => await _deadLetters.SendAsync([new SetAside(records[0], "store", "Refused", [refused.Message], row)], attempt: 1, token), stop);
    }

    private static DecodedObservation Row(ObservationBatch batch) => new(ObservationHeader.Of(batch), batch.Slice.Observations[0]);
}
