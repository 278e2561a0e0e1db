using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Collection;

/// <summary>What collecting a provider's series from nothing will cost, planned as a run plans it and without a single call.</summary>
/// <param name="Series">Those that the configuration names.</param>
/// <param name="CatalogRequests">To look each of them up, and to find out what they are called.</param>
/// <param name="Requests">For their observations.</param>
/// <param name="Rows">Observations, as far as window and frequency tell.</param>
/// <param name="Unlisted">Datasets whose series only the provider can list; not counted.</param>
public sealed record ProviderEstimate(string Provider, int Series, long CatalogRequests, long Requests, long Rows, IReadOnlyList<string> Unlisted, RateLimitSettings Limit)
{
    public long AllRequests => CatalogRequests + Requests;

    /// <summary>At the provider's rate, without what retries and the provider's own slowness add.</summary>
    public TimeSpan TimeAtRate => TimeSpan.FromSeconds(Math.Max(0, AllRequests - Limit.Burst) / Limit.RequestsPerSecond);

    /// <summary>Days of the provider's quota that the requests take; null where it has none.</summary>
    public double? DaysAtQuota => Limit.DailyQuota is { } quota ? (double)AllRequests / quota : null;

    /// <param name="window">What of each series is wanted; a dataset's own start narrows it.</param>
    /// <param name="known">What is known of series from earlier collections.</param>
    public static ProviderEstimate Of(IProvider provider, ProviderSettings settings, Window window, DateOnly today, IReadOnlyDictionary<SeriesId, CatalogEntry> known)
    {
        var unlisted = new List<string>();
        var series = new List<SeriesDefinition>();
        var facts = 0;
        foreach (var dataset in settings.Datasets)
        {
            if (provider.Presume(dataset) is { } found)
            {
                series.AddRange(found);
                facts += provider.Expand(dataset, []) is null ? 1 : 0;
            }
            else
            {
                unlisted.Add(dataset.Key);
            }
        }

        var (catalog, observations) = (new List<FetchEstimate>(), new List<FetchEstimate>());
        foreach (var group in CollectionRun.GroupsOf(series.DistinctBy(one => one.Id)))
        {
            catalog.AddRange(provider.PlanCatalog(group).Select(fetch => provider.Estimate(fetch, today)));
            Want[] wants = [.. group.Select(one => new Want(one, Within(window, one.Start), known.GetValueOrDefault(one.Id)))];
            observations.AddRange(provider.PlanObservations(wants, today).Select(fetch => provider.Estimate(fetch, today)));
        }

        return new ProviderEstimate(
            settings.Name,
            series.Count,
            facts + catalog.Sum(fetch => fetch.Requests),
            observations.Sum(fetch => fetch.Requests),
            observations.Sum(fetch => fetch.Rows),
            unlisted,
            settings.RateLimit);
    }

    private static Window Within(Window window, DateOnly? start) =>
        start?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) is { } from && from > window.From ? window with { From = from } : window;
}
