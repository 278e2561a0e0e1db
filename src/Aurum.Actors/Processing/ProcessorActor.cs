using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Aurum.Streams.Kafka.Dsl;

namespace Aurum.Actors.Processing;

/// <summary>A node's share of the processing: keeps the stream from Kafka to the store running, and ends it in order.</summary>
public sealed class ProcessorActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A stream that ran this long is healthy: what ends it then is a new trouble.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    private readonly ProcessingStream _stream;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly IMaterializer _materializer = Context.Materializer();
    private DrainingControl<Done>? _running;
    private long _startedAt;
    private TimeSpan _pause = FirstPause;

    public ProcessorActor(ProcessingStream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        Receive<Begin>(_ => Start());
        Receive<StreamEnded>(Restart);
        Receive<Drain>(_ => DrainFor(Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Start();

    protected override void PostStop() => _stop.Cancel();

    private void Start()
    {
        _startedAt = _time.GetTimestamp();
        _running = _stream.Run(_materializer, _log, _stop.Token);
        _running.StreamCompletion.PipeTo(Self, success: _ => new StreamEnded("completed"), failure: exception => new StreamEnded(exception.GetBaseException().Message));
    }

    /// <summary>What was read and not committed is read again.</summary>
    private void Restart(StreamEnded ended)
    {
        _pause = _time.GetElapsedTime(_startedAt) > Healthy ? FirstPause : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _log.Error("Processing ended and begins anew in {Seconds:0} s: {Reason}", _pause.TotalSeconds, ended.Reason);
        _running = null;
        Timers.StartSingleTimer(Begin.Instance, Begin.Instance, _pause);
    }

    private void DrainFor(IActorRef asker)
    {
        Timers.CancelAll();
        Become(() => Receive<ILocalMessage>(_ => { }));
        (_running?.DrainAndShutdown() ?? Task.FromResult(Done.Instance)).PipeTo(asker, success: _ => Drained.Instance, failure: _ => Drained.Instance);
    }

    /// <summary>Take no more, store and commit what was taken; answered with <see cref="Drained"/>.</summary>
    public sealed record Drain : ILocalMessage
    {
        public static readonly Drain Instance = new();
    }

    public sealed record Drained : ILocalMessage
    {
        public static readonly Drained Instance = new();
    }

    private sealed record Begin : ILocalMessage
    {
        public static readonly Begin Instance = new();
    }

    private sealed record StreamEnded(string Reason) : ILocalMessage;
}
