using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers;

/// <summary>
/// What one API is: how configured datasets become series, wants become calls, calls become requests, and bytes become
/// observations. Every member is a pure function: no client, no clock, no state. Permits, time-outs and retries belong to
/// <see cref="ProviderClient"/> and to the gate.
/// </summary>
public interface IProvider
{
    ProviderDescriptor Descriptor { get; }

    /// <summary>Binds one entry of <c>datasets</c>; problems go to the node, which collects them.</summary>
    Dataset ReadDataset(SettingsNode entry);

    /// <summary>The series of a dataset. Null when the provider must first be asked for facts: then <see cref="PlanFacts"/> says for which.</summary>
    /// <param name="facts">The <see cref="Page.Facts"/> of every page read so far, in the order of reading.</param>
    IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts);

    /// <summary>
    /// The series of a dataset as far as they can be told before the provider is asked, under codes that need not be the last word; null
    /// when they cannot.
    /// </summary>
    IReadOnlyList<SeriesDefinition>? Presume(Dataset dataset) => Expand(dataset, []);

    /// <summary>
    /// The entry of <c>datasets</c> that stands for the one series of this code; null when a code alone does not tell where the series
    /// lies, or is none.
    /// </summary>
    JsonObject? DatasetOf(string code);

    /// <summary>
    /// The next call for a dataset's facts; only asked of datasets that <see cref="Expand"/> returned null for. Null when nothing
    /// is left to ask: then the answers did not tell.
    /// </summary>
    Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts);

    /// <summary>
    /// The call that tells which of these series may have changed since a moment, so that only those are asked for. Null where the provider
    /// has no such call or does not remember that far, or where asking the series themselves costs no more.
    /// </summary>
    Fetch? PlanChanges(IReadOnlyList<SeriesDefinition> series, DateTimeOffset since, DateTimeOffset now) => null;

    /// <summary>The fewest calls that look up the catalog entries of these series.</summary>
    IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series);

    /// <summary>
    /// The fewest calls that bring what is wanted. All wants share one coalescing key. A want that the provider cannot have
    /// anything for (before its series begins, after today) is in no call.
    /// </summary>
    /// <param name="today">The current UTC day, for APIs that need an end date.</param>
    IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today);

    /// <summary>How much a planned call will be, as far as that can be known before it is made.</summary>
    FetchEstimate Estimate(Fetch fetch, DateOnly today);

    /// <summary>The request for one page of a fetch.</summary>
    /// <param name="cursor">Null for the first page, else the previous page's <see cref="Page.Next"/>.</param>
    HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access);

    /// <summary>What a response means: a page or a failure. Never throws for any bytes.</summary>
    FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response);

    /// <summary>
    /// What a saved response to a request to this address means, with every series in it. Never throws for any address or bytes; an
    /// address that is none of this API's is a failure that says so.
    /// </summary>
    FetchResult Explain(Uri address, ProviderResponse response);
}

/// <summary>A series and the window of it that its collector lacks.</summary>
/// <param name="Known">The series' catalog entry as far as it is known: unit, frequency and span come from there where the data do not tell.</param>
/// <param name="CoveredAt">When the series was last read to its end; null for never.</param>
public sealed record Want(SeriesDefinition Series, Window Window, CatalogEntry? Known, DateTimeOffset? CoveredAt = null);

/// <summary>What a planned call will cost.</summary>
/// <param name="Requests">One for each page, at least 1.</param>
/// <param name="Rows">Observations, as far as the window and the frequency tell; more than will come where a series is shorter than its window.</param>
public readonly record struct FetchEstimate(long Requests, long Rows)
{
    /// <summary>No more than this will come, but perhaps much less: whether the provider has a series at all only a collection tells.</summary>
    public bool IsBound { get; init; }
}

public enum FetchKind
{
    Observations,
    Catalog,
    Facts,
    Changes,
}

/// <summary>One planned call, of one page or many. Providers derive their own record from it.</summary>
/// <param name="Wants">The wants it answers; for a catalog their windows say nothing; empty for facts and changes.</param>
/// <param name="Label">Names the call in logs and progress, without address or key: <c>series/observations DGS10</c>.</param>
public abstract record Fetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label)
{
    /// <summary>True when one bad member voids the call for all: rejected, it is asked again in halves.</summary>
    public virtual bool SplitOnRejection => false;
}

/// <summary>What one response came to.</summary>
public abstract record FetchResult;

/// <summary>The permit expired before the request could leave: the provider has seen nothing of it.</summary>
public sealed record NotSent : FetchResult
{
    public static readonly NotSent Instance = new();
}

/// <summary>One good response of a fetch.</summary>
/// <param name="Slices">Observations, of wanted series only.</param>
/// <param name="Next">Cursor of the next page; null when this was the last.</param>
/// <param name="CompleteBefore">
/// From the window's start up to this timestamp (exclusive) nothing more will come in later pages; null when only the end of
/// the fetch can tell (pages in no order of time). Not used on the last page.
/// </param>
/// <param name="Facts">Of a dataset, in a text of the provider's own making that is kept over restarts.</param>
/// <param name="Changed">Codes of series that may have changed, asked for or not; null where the answer does not tell, and then all may have.</param>
/// <param name="IsNewsOnly">True when the call brings what has changed and not all that is: what it lacks is not taken back.</param>
/// <param name="Count">How many items the provider says the whole question has; null where it does not say.</param>
/// <param name="Dropped">Rows of the answer that are in no slice, as they only repeat what was known before.</param>
public sealed record Page(
    IReadOnlyList<ObservationSlice> Slices,
    IReadOnlyList<CatalogEntry> Catalog,
    string? Next = null,
    DateTime? CompleteBefore = null,
    string? Facts = null,
    IReadOnlyList<string>? Changed = null,
    long? Count = null,
    bool IsNewsOnly = false,
    int Dropped = 0) : FetchResult
{
    public static Page OfObservations(IReadOnlyList<ObservationSlice> slices, string? next, DateTime? completeBefore) => new(slices, [], next, completeBefore);

    public static Page OfCatalog(IReadOnlyList<CatalogEntry> catalog, string? next = null) => new([], catalog, next);

    public static Page OfFacts(string facts, string? next = null) => new([], [], next, Facts: facts);

    public static Page OfChanges(IReadOnlyList<string>? changed, string? next = null) => new([], [], next, Changed: changed);
}

/// <summary>A response that brought nothing usable.</summary>
public sealed record FetchFailed(Failure Failure) : FetchResult;
