using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Monitoring;

public sealed class StatusWriterActorTests : ActorTest
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private readonly FakeStatusStore _store = new();
    private readonly TestProbe _asker;
    private readonly IActorRef _writer;

    public StatusWriterActorTests()
        : base(serializeMessages: true)
    {
        _asker = CreateTestProbe();
        _writer = Sys.ActorOf(Props.Create(() => new StatusWriterActor(_store, new NodeGauges(new ProviderRuntimes(Array.Empty<ProviderRuntime>()), Clock))));
    }

    [Fact]
    public async Task What_arrives_within_a_moment_is_written_together_and_the_newest_word_counts()
    {
        for (var count = 1; count <= 100; count++)
        {
            See("A", count);
            See("B", -count);
        }

        await HeardAsync();
        Assert.Empty(_store.Writes);
        Advance(Moment);
        await AwaitAssertAsync(() => Assert.Single(_store.Writes));
        Assert.Equal([("A", 100L), ("B", -100L)], _store.Writes.Single().Order());
    }

    [Fact]
    public async Task A_flush_is_answered_once_all_that_was_said_before_is_written()
    {
        _store.Hold();
        See("A", 1);
        await HeardAsync();
        Advance(Moment);
        await AwaitAssertAsync(() => Assert.Equal(1, _store.Attempts));
        See("A", 2);
        _writer.Tell(StatusWriterActor.Flush.Instance, _asker);
        await _asker.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        _store.Release();
        await _asker.ExpectMsgAsync<StatusWriterActor.Flushed>();
        Assert.Equal([1L, 2L], _store.Writes.SelectMany(write => write).Select(series => series.Observations));
    }

    [Fact]
    public async Task A_flush_with_nothing_to_write_is_answered_at_once()
    {
        _writer.Tell(StatusWriterActor.Flush.Instance, _asker);
        await _asker.ExpectMsgAsync<StatusWriterActor.Flushed>();
        Assert.Equal(0, _store.Attempts);
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again_but_does_not_overwrite_a_newer_word()
    {
        _store.Failing = true;
        See("A", 1);
        See("B", 1);
        _writer.Tell(StatusWriterActor.Flush.Instance, _asker);
        await _asker.ExpectMsgAsync<StatusWriterActor.Flushed>();
        Assert.Empty(_store.Writes);
        See("A", 2);
        await HeardAsync();
        _store.Failing = false;
        Advance(Moment);
        await AwaitAssertAsync(() => Assert.Single(_store.Writes));
        Assert.Equal([("A", 2L), ("B", 1L)], _store.Writes.Single().Order());
    }

    [Fact]
    public async Task What_a_provider_lists_is_written_with_the_rest_and_the_last_word_counts()
    {
        _writer.Tell(new StatusWriterActor.DatasetListed(new DatasetListing("noaa", "D", ["1", "2"], Sample.Now)));
        _writer.Tell(new StatusWriterActor.DatasetListed(new DatasetListing("noaa", "D", ["1", "2", "3"], Sample.Now)));
        See("A", 1);
        await HeardAsync();
        Advance(Moment);
        await AwaitAssertAsync(() => Assert.Equal([("A", 1L), ("D", 3L)], Assert.Single(_store.Writes)));
    }

    private void See(string code, long observations) => _writer.Tell(new StatusWriterActor.SeriesSeen(new SeriesStatus(
        Sample.Series(code).Id, Sample.Now, "run", "ok", null, observations, 0, null, Sample.Now)));

    private async Task HeardAsync() => await _writer.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(5));

    private sealed class FakeStatusStore : IStatusStore
    {
        private volatile TaskCompletionSource? _held;

        public ConcurrentQueue<IReadOnlyList<(string Code, long Observations)>> Writes { get; } = new();

        public volatile bool Failing;

        public int Attempts { get; private set; }

        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held?.SetResult();

        public async Task SaveAsync(IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken)
        {
            Attempts++;
            await (_held?.Task ?? Task.CompletedTask);
            if (Failing)
            {
                throw new StorageException("the database is locked");
            }

            Writes.Enqueue([.. series.Select(one => (one.Series.Code, one.Observations)), .. datasets.Select(one => (one.DatasetKey, (long)one.Answers.Count))]);
        }

        public Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
