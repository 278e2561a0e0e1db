using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>The ports over one database.</summary>
/// <param name="Quarantine">Of a store that has one.</param>
/// <param name="Quarantined">Provider, series, reasons, record and place of each quarantined row, in order, as a person would read them.</param>
public sealed record Stores(
    IObservationStore Observations, ICatalogStore Catalog, IStatusStore Status, IAuditStore Audit, IPipelineStore Pipelines, IQuarantineStore? Quarantine = null, Func<Task<IReadOnlyList<string>>>? Quarantined = null)
{
    public required IRhythmStore Rhythm { get; init; }
}

/// <summary>What the suites share: a store of its own for each test, and short ways to say what is written.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 30, 15, 123, TimeSpan.Zero);
    protected static readonly SeriesId Treasury = new("fred", "DGS10");
    protected static readonly Vintages Latest = new Vintages.Latest();
    protected static readonly Vintages All = new Vintages.All();

    private Stores? _stores;

    protected IObservationStore Store => _stores!.Observations;

    protected ICatalogStore Catalog => _stores!.Catalog;

    protected IQuarantineStore Quarantine => _stores!.Quarantine!;

    protected IAuditStore Audit => _stores!.Audit;

    protected IPipelineStore Pipelines => _stores!.Pipelines;

    protected IRhythmStore Rhythm => _stores!.Rhythm;

    protected IStatusStore Status => _stores!.Status;

    protected Task<IReadOnlyList<string>> QuarantinedAsync() => _stores!.Quarantined!();

    /// <summary>An empty store.</summary>
    protected abstract Task<Stores> OpenAsync();

    /// <summary>Closes it and takes it away.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => _stores = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    protected static DateTime Day(int number) => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number - 1);

    protected static DateOnly AsOf(int number) => new DateOnly(2026, 2, 1).AddDays(number - 1);

    protected static Observation Value(int day, int asOf, double? value) => new(Day(day), AsOf(asOf), value);

    protected static ObservationBatch Batch(SeriesId series, params Observation[] observations) =>
        new(new ObservationSlice(series, new SeriesAttributes("percent", "D", "H.15", "US"), observations), "run-1", "event-1", Now);

    protected async Task<WriteResult> WriteAsync(params Observation[] observations) =>
        Assert.Single(await Store.WriteAsync([Batch(Treasury, observations)], CancellationToken.None));

    protected async Task<List<StoredObservation>> ReadAsync(Vintages vintages, string provider = "fred", Window? window = null, params string[] series)
    {
        var query = new ObservationQuery(provider, series, window ?? Window.Everything, vintages);
        return await Store.ReadAsync(query, CancellationToken.None).ToListAsync();
    }

    /// <summary>Day, as-of day and value of what the query finds in the one series of most tests.</summary>
    protected async Task<List<(DateTime Timestamp, DateOnly AsOf, double? Value)>> ValuesAsync(Vintages vintages, Window? window = null) =>
        [.. (await ReadAsync(vintages, window: window)).Select(row => (row.Observation.Timestamp, row.Observation.AsOf, row.Observation.Value))];

    protected static (DateTime Timestamp, DateOnly AsOf, double? Value) Row(int day, int asOf, double? value) => (Day(day), AsOf(asOf), value);
}
