using Akka.Event;
using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Storage;
using Confluent.Kafka;

namespace Aurum.Actors.Tests.Processing;

/// <summary>What becomes of records that were taken from Kafka, with stores and dead letters in memory.</summary>
public sealed class StoreStepTests
{
    private const int SchemaId = 7;
    private const double Poison = 666;

    private static readonly SeriesId Series = new(Sample.Provider, "A");

    private readonly ObservationCodec _codec = new(SchemaId, new Schemas());
    private readonly Stores _stores = new();
    private readonly Letters _letters = new();
    private readonly StoreStep _step;
    private long _offset;

    public StoreStepTests()
    {
        var sorter = new RecordSorter(_codec, new CatalogCodec(SchemaId + 1, new Schemas()), new RowRules([Sample.Provider]));
        _step = new StoreStep(sorter, _stores, _stores, _letters, RoadMarkers.None, new ImpatientClock(), NoLogger.Instance);
    }

    [Fact]
    public async Task Good_rows_are_stored_in_batches_and_nothing_is_set_aside()
    {
        await StoreAsync(Row(1), Row(2), Row(3));
        Assert.Equal([1d, 2, 3], _stores.Values);
        Assert.Single(_stores.Writes);
        Assert.Empty(_letters.All);
    }

    [Fact]
    public async Task What_cannot_be_decoded_or_breaks_a_rule_is_set_aside_and_the_rest_is_stored()
    {
        await StoreAsync(Row(1), Raw([1, 2, 3]), Row(double.PositiveInfinity), Row(2), Raw(null));
        Assert.Equal([1d, 2], _stores.Values);
        Assert.Equal([("decode", "TooShort"), ("validate", "BrokenRule"), ("decode", "TooShort")], _letters.All.Select(letter => (letter.Stage, letter.Kind)));
        Assert.Equal([1L, 2, 4], _letters.All.Select(letter => letter.Record.Offset.Value));
    }

    [Fact]
    public async Task What_the_store_refuses_for_what_is_in_it_is_found_and_set_aside_alone()
    {
        await StoreAsync([.. Enumerable.Range(1, 100).Select(number => Row(number is 17 or 80 ? Poison : number))]);
        Assert.Equal(Enumerable.Range(1, 100).Where(number => number is not (17 or 80)).Select(number => (double)number), _stores.Values);
        Assert.Equal([("store", 16L), ("store", 79L)], _letters.All.Select(letter => (letter.Stage, letter.Record.Offset.Value)));
        Assert.All(_letters.All, letter => Assert.Equal(Poison, letter.Row!.Value.Observation.Value));
    }

    [Fact]
    public async Task An_outage_is_waited_out_and_nothing_is_set_aside_for_it()
    {
        _stores.FailNext(25);
        _letters.FailNext(3);
        await StoreAsync(Row(1), Raw([1]));
        Assert.Equal([1d], _stores.Values);
        Assert.Single(_letters.All);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_waited_for()
    {
        var silent = new Schemas { Silences = 4 };
        var sorter = new RecordSorter(new ObservationCodec(SchemaId + 5, silent), new CatalogCodec(SchemaId + 1, silent), new RowRules([Sample.Provider]));
        var step = new StoreStep(sorter, _stores, _stores, _letters, RoadMarkers.None, new ImpatientClock(), NoLogger.Instance);
        await step.StoreAsync(await step.SortAsync([Row(1)], CancellationToken.None), CancellationToken.None);
        Assert.Equal(5, silent.Asked);
        Assert.Equal([1d], _stores.Values);
    }

    [Fact]
    public async Task Waiting_ends_when_the_node_stops()
    {
        _stores.FailNext(int.MaxValue);
        using var stop = new CancellationTokenSource();
        var storing = _step.StoreAsync(await _step.SortAsync([Row(1)], CancellationToken.None), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storing);
    }

    [Fact]
    public async Task Catalog_entries_are_saved_and_tombstones_passed_over()
    {
        var catalog = new CatalogCodec(SchemaId + 1, new Schemas());
        var entry = new CatalogEntry(Series, "title");
        await StoreAsync(Raw(catalog.Encode(new CatalogUpsert(entry, Sample.Now)), KafkaSchemas.Catalog.Topic), Raw(null, KafkaSchemas.Catalog.Topic));
        Assert.Equal("title", Assert.Single(_stores.Entries).Title);
        Assert.Empty(_letters.All);
    }

    private async Task StoreAsync(params ConsumeResult<byte[], byte[]>[] records) =>
        await _step.StoreAsync(await _step.SortAsync(records, CancellationToken.None), CancellationToken.None);

    private ConsumeResult<byte[], byte[]> Row(double value)
    {
        var header = new ObservationHeader(Series, Sample.Attributes, "run", "page", Sample.Now);
        return Raw(_codec.Encode(header, Sample.Observation((int)_offset, value)));
    }

    private ConsumeResult<byte[], byte[]> Raw(byte[]? value, string? topic = null) => new()
    {
        Topic = topic ?? KafkaSchemas.Observations.Topic,
        Partition = 0,
        Offset = _offset++,
        Message = new Message<byte[], byte[]> { Key = [1], Value = value! },
    };

    private sealed class Stores : IObservationStore, ICatalogStore
    {
        private int _failures;

        public List<IReadOnlyList<ObservationBatch>> Writes { get; } = [];

        public List<CatalogEntry> Entries { get; } = [];

        public IEnumerable<double> Values => Writes.SelectMany(write => write).SelectMany(batch => batch.Slice.Observations).Select(observation => observation.Value!.Value);

        public void FailNext(int times) => _failures = times;

        public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken)
        {
            if (_failures-- > 0)
            {
                throw new StorageException("the server is away");
            }

            if (batches.Any(batch => batch.Slice.Observations.Any(observation => observation.Value == Poison)))
            {
                throw new RefusedDataException("a value that no table takes");
            }

            Writes.Add(batches);
            return Task.FromResult<IReadOnlyList<WriteResult>>([.. batches.Select(_ => default(WriteResult))]);
        }

        public Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken)
        {
            Entries.AddRange(entries);
            return Task.CompletedTask;
        }

        public IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Letters : IDeadLetters
    {
        private int _failures;

        public List<SetAside> All { get; } = [];

        public void FailNext(int times) => _failures = times;

        public Task SendAsync(IReadOnlyList<SetAside> records, int attempt, CancellationToken cancellationToken)
        {
            if (_failures-- > 0)
            {
                throw new KafkaException(ErrorCode.Local_Transport);
            }

            All.AddRange(records);
            return Task.CompletedTask;
        }
    }

    /// <summary>Knows our own schema by any id, after some silences.</summary>
    private sealed class Schemas : IWriterSchemas
    {
        public int Silences { get; set; }

        public int Asked { get; private set; }

        public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken) => ++Asked <= Silences
            ? throw new SchemaRegistry.SchemaRegistryException(SchemaRegistry.SchemaRegistryFailure.Unreachable, "the registry is away")
            : ValueTask.FromResult<string?>(KafkaSchemas.Observations.Text);
    }
}
