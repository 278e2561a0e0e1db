using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Collection;

/// <summary>What collecting a provider's series from nothing will cost, planned as a run plans it and without a single call.</summary>
/// <param name="Series">Those that the configuration names or that are known from an earlier collection.</param>
/// <param name="CatalogRequests">To look each of them up, to list them, and to find out what they are called.</param>
/// <param name="Requests">For their observations.</param>
/// <param name="Rows">Observations, as far as window and frequency tell.</param>
/// <param name="IsBound">True when it may be much less, as of some series only a collection tells whether they have data.</param>
/// <param name="Unlisted">Datasets whose series only the provider can list; of them no more is counted than the least that listing them takes.</param>
public sealed record ProviderEstimate(
    string Provider, int Series, long CatalogRequests, long Requests, long Rows, bool IsBound, IReadOnlyList<UnlistedDataset> Unlisted, RateLimitSettings Limit)
{
    public long AllRequests => CatalogRequests + Requests;

    /// <summary>At the provider's rate, without what retries and the provider's own slowness add.</summary>
    public TimeSpan TimeAtRate => TimeSpan.FromSeconds(Math.Max(0, AllRequests - Limit.Burst) / Limit.RequestsPerSecond);

    /// <summary>Days of the provider's quota that the requests take; null where it has none.</summary>
    public double? DaysAtQuota => Limit.DailyQuota is { } quota ? (double)AllRequests / quota : null;

    /// <param name="window">What of each series is wanted; a dataset's own start narrows it.</param>
    public static ProviderEstimate Of(IProvider provider, ProviderSettings settings, Window window, DateOnly today, EarlierCollections known)
    {
        var unlisted = new List<UnlistedDataset>();
        var series = new List<SeriesDefinition>();
        var facts = 0L;
        foreach (var dataset in settings.Datasets)
        {
            var (found, listing) = SeriesOf(provider, dataset, known.AnswersOf(settings.Name, dataset.Key));
            facts += listing;
            if (found is not null)
            {
                series.AddRange(found);
            }
            else
            {
                unlisted.Add(new UnlistedDataset(dataset.Key, listing));
            }
        }

        var (catalog, observations) = (new List<FetchEstimate>(), new List<FetchEstimate>());
        var isBound = false;
        foreach (var group in CollectionRun.GroupsOf(series.DistinctBy(one => one.Id)))
        {
            catalog.AddRange(provider.PlanCatalog(group).Select(fetch => provider.Estimate(fetch, today)));
            Want[] wants = [.. group.Select(one => new Want(one, Within(window, one.Start), known.EntryOf(one.Id)))];
            foreach (var fetch in provider.PlanObservations(wants, today))
            {
                var estimate = WithoutEmpty(provider, fetch, today, known);
                observations.Add(estimate);
                isBound |= estimate.IsBound && fetch.Wants.Any(want => !known.HasCollected(want.Series.Id));
            }
        }

        return new ProviderEstimate(
            settings.Name,
            series.Count,
            facts + catalog.Sum(fetch => fetch.Requests),
            observations.Sum(fetch => fetch.Requests),
            observations.Sum(fetch => fetch.Rows),
            isBound,
            unlisted,
            settings.RateLimit);
    }

    /// <summary>The series of a dataset as far as they are known, and the requests that finding them out takes at least.</summary>
    private static (IReadOnlyList<SeriesDefinition>? Series, long Requests) SeriesOf(IProvider provider, Dataset dataset, IReadOnlyList<string> answers)
    {
        if (provider.Expand(dataset, []) is { } named)
        {
            return (provider.Presume(dataset) ?? named, 0);
        }

        return provider.Expand(dataset, answers) is { } listed
            ? (listed, answers.Count)
            : (provider.Presume(dataset), 1);
    }

    /// <summary>A series of which an earlier collection brought nothing is asked for with the others and fills no page.</summary>
    private static FetchEstimate WithoutEmpty(IProvider provider, Fetch fetch, DateOnly today, EarlierCollections known)
    {
        var estimate = provider.Estimate(fetch, today);
        Want[] full = [.. fetch.Wants.Where(want => !known.IsEmpty(want.Series.Id))];
        if (full.Length == fetch.Wants.Count)
        {
            return estimate;
        }

        var rest = provider.PlanObservations(full, today).Select(one => provider.Estimate(one, today)).ToArray();
        return rest.Length == 0
            ? estimate with { Rows = 0 }
            : new FetchEstimate(rest.Sum(one => one.Requests), rest.Sum(one => one.Rows)) { IsBound = estimate.IsBound };
    }

    private static Window Within(Window window, DateOnly? start) =>
        start?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) is { } from && from > window.From ? window with { From = from } : window;
}

/// <summary>A dataset whose series are not known yet.</summary>
/// <param name="Requests">That listing them takes at least.</param>
public sealed record UnlistedDataset(string Key, long Requests);
