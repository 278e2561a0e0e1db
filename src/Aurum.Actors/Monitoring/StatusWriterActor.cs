using Akka.Actor;
using Akka.Event;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Monitoring;

/// <summary>
/// Keeps the status tables and the gauges current: what arrives within a moment is written together, the newest word of each provider,
/// series and dataset counts. A write that fails is tried again with the next moment; nothing waits for it.
/// </summary>
public sealed class StatusWriterActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly IStatusStore _store;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IActorRef> _awaitingFlush = [];
    private Dictionary<string, ProviderStatus> _providers = [];
    private Dictionary<SeriesId, SeriesStatus> _series = [];
    private Dictionary<(string Provider, string Key), DatasetListing> _datasets = [];
    private bool _writing;

    public StatusWriterActor(IStatusStore store, NodeGauges gauges)
    {
        _store = store;
        Receive<ProviderSeen>(seen => { gauges.Seen(seen.Status); _providers[seen.Status.Provider] = seen.Status; Soon(); });
        Receive<ProviderGone>(gone => gauges.Gone(gone.Provider));
        Receive<SeriesSeen>(seen => { _series[seen.Status.Series] = seen.Status; Soon(); });
        Receive<DatasetListed>(listed => { _datasets[(listed.Listing.Provider, listed.Listing.DatasetKey)] = listed.Listing; Soon(); });
        Receive<Flush>(_ => { _awaitingFlush.Add(Sender); Write(); });
        Receive<WriteNow>(_ => Write());
        Receive<Written>(OnWritten);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Soon()
    {
        if (!_writing && !Timers.IsTimerActive(WriteNow.Instance))
        {
            Timers.StartSingleTimer(WriteNow.Instance, WriteNow.Instance, Moment);
        }
    }

    private void Write()
    {
        if (_writing)
        {
            return;
        }

        if (_providers.Count + _series.Count + _datasets.Count == 0)
        {
            AnswerFlushes();
            return;
        }

        _writing = true;
        var (providers, series, datasets) = (_providers, _series, _datasets);
        (_providers, _series, _datasets) = ([], [], []);
        _store.SaveAsync([.. providers.Values], [.. series.Values], [.. datasets.Values], CancellationToken.None).PipeTo(
            Self,
            success: () => new Written(null, providers, series, datasets),
            failure: exception => new Written(exception.GetBaseException().Message, providers, series, datasets));
    }

    private void OnWritten(Written written)
    {
        _writing = false;
        if (written.Problem is { } problem)
        {
            _log.Warning("The status tables were not written: {Problem}", problem);
            foreach (var (provider, status) in written.Providers)
            {
                _providers.TryAdd(provider, status);
            }

            foreach (var (series, status) in written.Series)
            {
                _series.TryAdd(series, status);
            }

            foreach (var (dataset, listing) in written.Datasets)
            {
                _datasets.TryAdd(dataset, listing);
            }

            AnswerFlushes();
            Soon();
            return;
        }

        if (_awaitingFlush.Count > 0)
        {
            Write();
        }
        else if (_providers.Count + _series.Count + _datasets.Count > 0)
        {
            Soon();
        }
    }

    private void AnswerFlushes()
    {
        foreach (var waiting in _awaitingFlush)
        {
            waiting.Tell(Flushed.Instance);
        }

        _awaitingFlush.Clear();
    }

    public sealed record ProviderSeen(ProviderStatus Status) : ILocalMessage;

    /// <summary>Its supervisor ends here, and may go on elsewhere.</summary>
    public sealed record ProviderGone(string Provider) : ILocalMessage;

    public sealed record SeriesSeen(SeriesStatus Status) : ILocalMessage;

    public sealed record DatasetListed(DatasetListing Listing) : ILocalMessage;

    /// <summary>Answered with <see cref="Flushed"/> once all that was said before has been written, or could not be.</summary>
    public sealed record Flush : ILocalMessage
    {
        public static readonly Flush Instance = new();
    }

    public sealed record Flushed : ILocalMessage
    {
        public static readonly Flushed Instance = new();
    }

    private sealed record WriteNow : ILocalMessage
    {
        public static readonly WriteNow Instance = new();
    }

    private sealed record Written(
        string? Problem,
        IReadOnlyDictionary<string, ProviderStatus> Providers,
        IReadOnlyDictionary<SeriesId, SeriesStatus> Series,
        IReadOnlyDictionary<(string Provider, string Key), DatasetListing> Datasets) : ILocalMessage;
}
