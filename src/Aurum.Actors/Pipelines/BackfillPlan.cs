using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Pipelines;

/// <summary>A backfill at one provider before any call: how it is cut, and what it costs.</summary>
/// <param name="CatalogRequests">To look up series of which nothing is known yet.</param>
/// <param name="IsBound">True when it may be much less, as of some series only a collection tells whether they have data.</param>
/// <param name="Unlisted">Datasets that are left out, as nobody knows their series before the provider was asked once.</param>
public sealed record BackfillPlan(
    string Provider, BackfillWork Work, long CatalogRequests, bool IsBound, IReadOnlyList<string> Unlisted, RateLimitSettings Limit)
{
    /// <summary>So much is repeated at most when a crash meets a part in its middle.</summary>
    private const long RequestsOfUnit = 20;

    /// <summary>A cut that makes calls dearer by more than this is none.</summary>
    private const double DearestCut = 1.2;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromDays(2);

    public long Requests => CatalogRequests + Work.RequestsPlanned;

    public long Rows => Work.Units.Sum(unit => unit.Rows);

    /// <summary>At the share of the rate that history may take, with nothing else under way.</summary>
    public TimeSpan TimeAtRate => TimeSpan.FromSeconds(Requests / (Limit.RequestsPerSecond * Limit.BackfillShare));

    /// <summary>Days of the share of the quota that history may take; null where there is no quota.</summary>
    public double? DaysAtQuota => Limit.DailyQuota is { } quota ? Requests / (quota * Limit.BackfillShare) : null;

    /// <param name="only">Keys of datasets and codes of series; null for all.</param>
    public static BackfillPlan Of(IProvider provider, ProviderSettings settings, Window window, IReadOnlyList<string>? only, DateOnly today, EarlierCollections known)
    {
        var selection = new SeriesSelection(provider, settings, known);
        SeriesDefinition[][] groups = [.. CollectionRun.GroupsOf(selection.Series(only)).Select(group => group.ToArray())];
        var cutting = new Cutting(provider, today, known);
        cutting.Cut(groups, first: 0, PastWindow.Of(window));
        var lacking = groups.SelectMany(group => group).Where(series => known.EntryOf(series.Id) is null).ToArray();
        var catalog = CollectionRun.GroupsOf(lacking).SelectMany(provider.PlanCatalog).Sum(fetch => provider.Estimate(fetch, today).Requests);
        return new BackfillPlan(
            settings.Name,
            BackfillWork.Of(PastWindow.Of(window), [.. groups.SelectMany(group => group).Select(series => series.Id.Code)], cutting.Units),
            cutting.Units.Count == 0 ? 0 : catalog,
            cutting.IsBound,
            only is null ? selection.Unlisted : [.. selection.Unlisted.Where(only.Contains)],
            settings.RateLimit);
    }

    /// <summary>
    /// Halves what is too much for one part: first series that share no calls, then time, at the turn of a year where there is one. The parts
    /// follow from what is asked, so that the same question gives the same parts.
    /// </summary>
    private sealed class Cutting(IProvider provider, DateOnly today, EarlierCollections known)
    {
        public List<BackfillUnit> Units { get; } = [];

        public bool IsBound { get; private set; }

        public void Cut(SeriesDefinition[][] groups, int first, PastWindow window)
        {
            var cost = CostOf(groups, window);
            if (cost.Requests == 0)
            {
                return;
            }

            if (cost.Requests > RequestsOfUnit && groups.Length > 1)
            {
                var half = groups.Length / 2;
                var count = groups[..half].Sum(group => group.Length);
                Cut(groups[..half], first, window);
                Cut(groups[half..], first + count, window);
                return;
            }

            if (cost.Requests > RequestsOfUnit && MiddleOf(window, groups) is { } middle)
            {
                var (earlier, later) = (window with { To = middle }, window with { From = middle });
                if (CostOf(groups, earlier).Requests + CostOf(groups, later).Requests <= cost.Requests * DearestCut)
                {
                    Cut(groups, first, earlier);
                    Cut(groups, first, later);
                    return;
                }
            }

            IsBound |= cost.IsBound;
            Units.Add(new BackfillUnit(first, groups.Sum(group => group.Length), window, cost.Requests, cost.Rows));
        }

        private FetchEstimate CostOf(SeriesDefinition[][] groups, PastWindow window)
        {
            var estimates = groups
                .Select(group => group.Select(series => window.WantOf(series, known.EntryOf(series.Id))).OfType<Want>().ToArray())
                .Where(wants => wants.Length > 0)
                .SelectMany(wants => provider.PlanObservations(wants, today))
                .Select(fetch => provider.Estimate(fetch, today))
                .ToArray();
            return new FetchEstimate(estimates.Sum(one => one.Requests), estimates.Sum(one => one.Rows)) { IsBound = estimates.Any(one => one.IsBound) };
        }

        /// <summary>Null where the window is too short. What lies before anything was measured, and after today, is no part of it.</summary>
        private DateTime? MiddleOf(PastWindow window, SeriesDefinition[][] groups)
        {
            var begins = groups.SelectMany(group => group).Min(series => known.EntryOf(series.Id)?.Start) ?? new DateTime(1700, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            var (from, to) = (window.From > begins ? window.From : begins, today.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
            to = window.To < to ? window.To : to;
            if (to - from < ShortestWindow)
            {
                return null;
            }

            var middle = DateTime.SpecifyKind((from + ((to - from) / 2)).Date, DateTimeKind.Utc);
            var year = new DateTime(middle.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            return year > from && year < to ? year : middle;
        }
    }
}
