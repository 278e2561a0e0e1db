using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>
/// What actors last said of themselves, for people and for commands that run beside or without a node. It is a picture of the
/// journal's truth, kept current within a second; nothing is decided from it.
/// </summary>
public interface IStatusStore
{
    /// <summary>Renews the picture of these providers, series and datasets, in one transaction.</summary>
    Task SaveAsync(IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken);

    Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken);

    /// <param name="provider">Only this provider's; null for all.</param>
    Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken);

    /// <summary>A page of the same, in order.</summary>
    /// <param name="after">Only series behind this one; null for the first page.</param>
    Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken);

    Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken);
}

/// <summary>What a provider said of a dataset whose series only it can list.</summary>
/// <param name="DatasetKey">Equal for configured entries that say the same.</param>
/// <param name="Answers">In the provider's own form, one for each page of its answers.</param>
public sealed record DatasetListing(string Provider, string DatasetKey, IReadOnlyList<string> Answers, DateTimeOffset ListedAt);

/// <param name="PermitsSpent">Requests counted against the provider's current day; permits reserved but not yet used count.</param>
/// <param name="QuotaDay">The provider's own day that <paramref name="PermitsSpent"/> belongs to.</param>
/// <param name="HoldUntil">No permit before this time, as the provider asked.</param>
/// <param name="Breaker"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
/// <param name="Requests">Requests of the last run.</param>
public sealed record ProviderStatus(
    string Provider,
    DateTimeOffset? LastRunAt,
    string? LastRunId,
    string State,
    long Requests,
    int PermitsSpent,
    int? DailyQuota,
    DateOnly? QuotaDay,
    DateTimeOffset? HoldUntil,
    string Breaker,
    DateTimeOffset? BreakerOpenUntil,
    DateTimeOffset UpdatedAt);

/// <param name="Checkpoint">Timestamp of the last observation that is acknowledged and checkpointed.</param>
/// <param name="Outcome"><c>collecting</c>, <c>ok</c>, <c>failed</c> or <c>stopped</c>.</param>
/// <param name="ConsecutiveFailures">Runs in a row that failed for this series.</param>
public sealed record SeriesStatus(
    SeriesId Series,
    DateTimeOffset? LastRunAt,
    string? LastRunId,
    string Outcome,
    DateTime? Checkpoint,
    long Observations,
    int ConsecutiveFailures,
    string? LastFailure,
    DateTimeOffset UpdatedAt);
