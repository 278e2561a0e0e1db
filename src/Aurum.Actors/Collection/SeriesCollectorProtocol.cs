using System.Text.Json.Serialization;
using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.Actors.Collection;

/// <summary>What a collection is to bring.</summary>
public enum CollectionScope
{
    Everything,

    /// <summary>Renews what is known about the series and leaves their observations alone.</summary>
    CatalogOnly,

    /// <summary>Renews no catalog entry; a series never seen before is still looked up once, since observations carry its unit.</summary>
    ObservationsOnly,

    /// <summary>As <see cref="CatalogOnly"/>, but of those that <c>catalog_sync</c> says are due: what a collection has just renewed is not asked for again.</summary>
    CatalogWhereDue,
}

public static class CollectionScopes
{
    public static bool IsCatalogOnly(this CollectionScope scope) => scope is CollectionScope.CatalogOnly or CollectionScope.CatalogWhereDue;
}

/// <summary>Collect this series now. Answered at once with <see cref="CollectionStarted"/>, in the end with <see cref="CollectionEnded"/>.</summary>
/// <param name="GroupId">Series woken together whose wants may share calls.</param>
/// <param name="GroupSize">How many they are.</param>
/// <param name="Twin">The same series at another provider, to be asked for instead.</param>
/// <param name="UnchangedSince">The provider says that the series has not changed since; null when it does not say, or it has.</param>
/// <param name="Past">Of a backfill: only what lies in this window, beside whatever is collected meanwhile; no checkpoint moves.</param>
public sealed record CollectSeries(
    SeriesDefinition Series,
    string RunId,
    CollectionScope Scope,
    string GroupId,
    int GroupSize,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? UnchangedSince = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SeriesDefinition? Twin = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PastWindow? Past = null) : IWithSeries, IWireMessage;

/// <summary>A window of history, as it crosses nodes and lies in the journal: <see cref="From"/> belongs to it, <see cref="To"/> does not.</summary>
/// <param name="WithinStart">True where nobody said from when: then nothing is wanted from before the start that a dataset is configured with.</param>
public sealed record PastWindow(DateTime From, DateTime To, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool WithinStart = false)
{
    public static PastWindow Of(Window window) => new(window.From, window.To, WithinStart: window.From == DateTime.MinValue);

    /// <summary>What is wanted of a series; null for nothing.</summary>
    public Want? WantOf(SeriesDefinition series, CatalogEntry? known)
    {
        var start = series.Start?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var window = new Window(WithinStart && start > From ? start.Value : From, To);
        return window.IsEmpty ? null : new Want(WithinStart ? series : series with { Start = DateOnly.FromDateTime(From) }, window, known);
    }
}

public sealed record CollectionStarted(SeriesId SeriesId, string RunId) : IWireMessage;

/// <summary>A page of the series has been stored and checkpointed.</summary>
public sealed record CollectionProgressed(SeriesId SeriesId, string RunId, long Inserted, long Revised, DateTime? LastTimestamp) : IWireMessage;

/// <param name="Failure">Why not all that was wanted has come, if it has not.</param>
public sealed record CollectionEnded(SeriesId SeriesId, string RunId, CollectionOutcome Outcome, Failure? Failure) : IWireMessage;

public enum CollectionOutcome
{
    Collected,
    Failed,

    /// <summary>The run was stopped first; what has come is safe, the rest comes with the next run.</summary>
    Stopped,
}
