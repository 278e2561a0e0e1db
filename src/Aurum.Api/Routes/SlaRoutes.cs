using Aurum.Actors;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>What was promised, and whether it is kept.</summary>
internal sealed class SlaRoutes(ServedNode node, SlaWatch watch, TimeProvider time)
{
    private const int UsualItems = 100;
    internal const int MostItems = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sla/external", Summary).RefusesUnknownParameters().WithTags("sla").WithSummary("One word for all that was promised, and how many series are fresh");
        routes.MapGet("/v1/admin/external/sla", All).RefusesUnknownParameters().WithTags("sla").WithSummary("Freshness and runs of each provider, and the violations of the last 24 hours");
        routes.MapGet("/v1/admin/external/sla/series", Series).RefusesUnknownParameters().WithTags("sla").WithSummary("Each series: up to when it is known, and when its next value is due");
    }

    private Ok<SlaSummary> Summary()
    {
        node.Require();
        var picture = watch.Picture;
        return TypedResults.Ok(new SlaSummary(
            picture.State,
            picture.Series.Count(series => series.State == FreshnessState.Fresh),
            picture.Series.Count(series => series.State == FreshnessState.Stale),
            picture.Series.Count(series => series.State is FreshnessState.Unknown or FreshnessState.Off),
            picture.Violations.Count,
            picture.JudgedAt));
    }

    private Ok<SlaReport> All()
    {
        var running = node.Require();
        return TypedResults.Ok(SlaReport.Of(watch.Picture, running.KnownProviders, running.Runtimes, time.GetUtcNow()));
    }

    private Ok<ListPage<SeriesFreshness>> Series([FromQuery] string? provider, [FromQuery] string? state, [FromQuery] string? limit, [FromQuery] string? cursor)
    {
        var running = node.Require();
        if (provider is not null)
        {
            running.RequireProvider(provider);
        }

        var wanted = state is null ? (FreshnessState?)null
            : Enum.TryParse<FreshnessState>(state, ignoreCase: true, out var named) && char.IsAsciiLetterLower(state[0]) ? named
            : throw Query.Bad("state", state, "fresh, stale, unknown or off");
        var most = Query.Limit(limit, UsualItems, MostItems);
        var after = Query.Cursor<SeriesPlace>(cursor);
        SeriesFreshness[] found =
        [
            .. watch.Picture.Series
                .Where(series => (provider is null || series.Provider == provider) && (wanted is null || series.State == wanted))
                .OrderBy(series => series.Provider, StringComparer.Ordinal).ThenBy(series => series.SeriesId, StringComparer.Ordinal)
                .SkipWhile(series => after is not null && SeriesPlace.Compare(series.Provider, series.SeriesId, after) <= 0)
                .Take(most + 1),
        ];
        return TypedResults.Ok(ListPage<SeriesFreshness>.Of(found, most, series => new SeriesPlace(series.Provider, series.SeriesId), series => series));
    }

    private sealed record SeriesPlace(string Provider, string SeriesId)
    {
        public static int Compare(string provider, string series, SeriesPlace place) =>
            string.CompareOrdinal(provider, place.Provider) is var order and not 0 ? order : string.CompareOrdinal(series, place.SeriesId);
    }
}

/// <param name="Status"><c>met</c>, <c>violated</c> now, or <c>unknown</c> before the node has looked.</param>
/// <param name="NotJudged">Series without an objective, or with too few values to tell their rhythm.</param>
/// <param name="Violations">Of the last 24 hours, those that are over with them.</param>
public sealed record SlaSummary(string Status, int Fresh, int Stale, int NotJudged, int Violations, DateTimeOffset? JudgedAt);

/// <param name="Violations">The latest first, 1,000 at most.</param>
public sealed record SlaReport(
    string Status,
    DateTimeOffset? JudgedAt,
    double IncrementalHours,
    double BackfillHours,
    IReadOnlyList<ProviderSla> Providers,
    IReadOnlyList<SlaViolation> Violations,
    int ViolationCount)
{
    internal static SlaReport Of(SlaPicture picture, IReadOnlyList<string> known, ProviderRuntimes runtimes, DateTimeOffset now) => new(
        picture.State,
        picture.JudgedAt,
        SlaJudge.LongestIncremental.TotalHours,
        SlaJudge.LongestBackfill.TotalHours,
        [
            .. known
                .Where(name => runtimes.Find(name) is not null || picture.Providers.Any(status => status.Provider == name))
                .Select(name => ProviderSla.Of(name, runtimes.Find(name)?.Settings.Sla.Freshness, picture, now)),
        ],
        [.. picture.Violations.Take(SlaRoutes.MostItems)],
        picture.Violations.Count);
}

/// <param name="FreshnessHours">The provider's objective; null where it has none. Datasets may have others.</param>
/// <param name="RunningSince">When the incremental run under way began; null when none is.</param>
public sealed record ProviderSla(
    string Provider, double? FreshnessHours, int Series, int Fresh, int Stale, int NotJudged, DateTimeOffset? RunningSince, bool RunIsLate, int Violations)
{
    internal static ProviderSla Of(string name, TimeSpan? freshness, SlaPicture picture, DateTimeOffset now)
    {
        SeriesFreshness[] series = [.. picture.Series.Where(one => one.Provider == name)];
        var run = picture.Runs.FirstOrDefault(run => run.Provider == name && run.Kind == TimedRun.Incremental && run.EndedAt is null);
        return new ProviderSla(
            name,
            freshness?.TotalHours,
            series.Length,
            series.Count(one => one.State == FreshnessState.Fresh),
            series.Count(one => one.State == FreshnessState.Stale),
            series.Count(one => one.State is FreshnessState.Unknown or FreshnessState.Off),
            run?.StartedAt,
            run?.IsLate(now) ?? false,
            picture.Violations.Count(violation => violation.Provider == name));
    }
}

public enum FreshnessState
{
    Fresh,

    /// <summary>A value was to be expected, and has not come in time.</summary>
    Stale,

    /// <summary>Too few values to tell the rhythm.</summary>
    Unknown,

    /// <summary>There is no objective.</summary>
    Off,
}

/// <param name="Last">Timestamp of the newest value.</param>
/// <param name="KnownOn">The day on which it became known.</param>
/// <param name="NextDue">The end of the day on which the next is to be expected.</param>
/// <param name="Deadline">From when on the series is stale without it.</param>
public sealed record SeriesFreshness(string Provider, string SeriesId, FreshnessState State, DateTime? Last, DateOnly? KnownOn, DateTimeOffset? NextDue, DateTimeOffset? Deadline)
{
    internal static SeriesFreshness Of(SeriesId series, IReadOnlyList<KnownTimestamp> newest, TimeSpan? objective, DateTimeOffset now)
    {
        var due = PublicationRhythm.NextDue(newest);
        var deadline = due + objective;
        var state = objective is null ? FreshnessState.Off : deadline is null ? FreshnessState.Unknown : now > deadline ? FreshnessState.Stale : FreshnessState.Fresh;
        return new SeriesFreshness(series.Provider, series.Code, state, newest.Count == 0 ? null : newest[^1].Timestamp, newest.Count == 0 ? null : newest[^1].KnownOn, due, deadline);
    }
}

/// <param name="Kind"><c>freshness</c> of a series, or <c>incremental_run</c> or <c>backfill_run</c> of a provider.</param>
/// <param name="Until">Null while it lasts.</param>
public sealed record SlaViolation(string Kind, string Provider, string? SeriesId, DateTimeOffset Since, DateTimeOffset? Until);
