using Aurum.Actors.Collection;
using Aurum.Providers.Settings;
using Cronos;

namespace Aurum.Actors.Pipelines;

/// <summary>How often a node that goes on has everything collected, and what of it.</summary>
/// <param name="Interval">From the beginning of a run to that of the next; null for as each provider's configuration says.</param>
public sealed record RunSchedule(TimeSpan? Interval, CollectionScope Scope);

/// <summary>When a provider's pipelines are due. A schedule that was missed, once or often, is due once.</summary>
/// <param name="Since">When this was first looked at: what was due before, and never began, is not made up for.</param>
public sealed record ProviderSchedule(string Provider, TimeSpan? Interval, string IncrementalCron, string? CatalogCron, CollectionScope Scope, DateTimeOffset Since)
{
    public static ProviderSchedule Of(string provider, ScheduleSettings settings, RunSchedule schedule, DateTimeOffset now) => new(
        provider,
        schedule.Interval,
        settings.Incremental,
        schedule.Scope == CollectionScope.Everything ? settings.CatalogSync : null,
        schedule.Scope,
        now);

    /// <param name="begun">When it last began; null for never, and then it is due.</param>
    public bool IncrementalIsDue(DateTimeOffset? begun, DateTimeOffset now) => begun is not { } last || NextIncremental(last) <= now;

    /// <param name="begun">When it last began, or when something else last did its work.</param>
    public bool CatalogIsDue(DateTimeOffset? begun, DateTimeOffset now) => NextCatalog(begun) <= now;

    public DateTimeOffset? NextIncremental(DateTimeOffset begun) => Interval is { } interval ? begun + interval : Next(IncrementalCron, begun);

    public DateTimeOffset? NextCatalog(DateTimeOffset? begun) => CatalogCron is { } cron ? Next(cron, begun ?? Since) : null;

    /// <summary>Null for a day that never comes, such as the 30th of February.</summary>
    private static DateTimeOffset? Next(string cron, DateTimeOffset after) =>
        CronExpression.Parse(cron).GetNextOccurrence(after.UtcDateTime) is { } next ? new DateTimeOffset(next) : null;
}
