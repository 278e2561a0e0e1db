using Aurum.Storage;

namespace Aurum.Host;

/// <summary>The ports of one open store.</summary>
/// <param name="Connection">What they stand on; disposed with them.</param>
public sealed record Stores(IObservationStore Observations, ICatalogStore Catalog, IStatusStore Status, IPipelineStore Pipelines, IRhythmStore Rhythm, IAsyncDisposable? Connection = null) : IAsyncDisposable
{
    /// <summary>The store's file in a data directory.</summary>
    public const string FileName = "aurum.db";

    public ValueTask DisposeAsync() => Connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
