using System.Text.Json.Serialization;
using Akka.Actor;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using Aurum.Api.Access;
using Aurum.Domain;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using static Aurum.Actors.Collection.SeriesControlProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Api.Routes;

/// <summary>Single series: how each fared, and what operators do about one.</summary>
internal sealed class SeriesRoutes(ServedNode node, Changes changes, TimeProvider time)
{
    private const string Series = "/v1/admin/external/series";
    private const string One = $"{Series}/{{provider}}/{{series}}";
    private const string Paused = "paused";
    private const int UsualItems = 100;
    private const int MostItems = 1_000;

    private static readonly string[] States = ["collecting", "failed", "moved back", "ok", Paused, "stopped"];
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestChange = TimeSpan.FromSeconds(10);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Series, ListAsync)
            .RefusesUnknownParameters()
            .WithTags("series")
            .WithSummary("How each series fared when it was last collected")
            .WithDescription($"state: one of {string.Join(", ", States)}.");
        routes.MapGet(One, ShowAsync)
            .RefusesUnknownParameters()
            .WithTags("series")
            .WithSummary("What its collector knows of a series")
            .WithDescription("A slash in its name is written %2F.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        Changes(routes, $"{One}/pause", PauseAsync, "Let no run wake the series until it is resumed");
        Changes(routes, $"{One}/resume", ResumeAsync, "Let runs wake the series again");
        Changes(routes, $"{One}/trigger", TriggerAsync, "Collect this series now, in a run of its own");
        Changes(routes, $"{One}/reset", ResetAsync, "Forget its checkpoint, so that its history is read again; what is stored stays");
        Changes(routes, "/v1/admin/external/checkpoints/{provider}/{series}", MoveAsync, "Move its checkpoint back, so that what follows is read again; what is stored stays");
    }

    private static void Changes(IEndpointRouteBuilder routes, string path, Delegate change, string summary) => routes.MapPost(path, change)
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags("series")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<Ok<ListPage<SeriesItem>>> ListAsync(
        [FromQuery] string? provider, [FromQuery] string? state, [FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop)
    {
        var running = node.Require();
        var of = provider is null ? null : running.RequireProvider(provider);
        if (state is not null && !States.Contains(state, StringComparer.Ordinal))
        {
            throw Query.Bad("state", state, $"one of {string.Join(", ", States)}");
        }

        var most = Query.Limit(limit, UsualItems, MostItems);
        var after = Query.Cursor<SeriesId>(cursor);
        var (paused, unheard) = await PausedAsync(running, of);
        if (state == Paused && unheard is not null)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, ProblemCodes.GateUnavailable, $"what is paused of {unheard} is not known: its supervisor did not answer within 2 seconds; its node may be moving");
        }

        var found = state == Paused
            ? await PausedOnesAsync(running, paused, after, most + 1, stop)
            : await FindAsync(running, of, state, after, most + 1, stop);
        return TypedResults.Ok(ListPage<SeriesItem>.Of(found, most, status => status.Series, status => SeriesItem.Of(status, paused.GetValueOrDefault(status.Series))));
    }

    /// <summary>The store is read a page at a time until enough of it are so.</summary>
    private static async Task<IReadOnlyList<SeriesStatus>> FindAsync(RunningNode running, string? provider, string? state, SeriesId? after, int most, CancellationToken stop)
    {
        var found = new List<SeriesStatus>();
        while (found.Count < most)
        {
            var size = state is null ? most : MostItems;
            var page = await running.Status.SeriesPageAsync(provider, after, size, stop);
            found.AddRange(page.Where(status => state is null || status.Outcome == state || status.Outcome.StartsWith(state + ",", StringComparison.Ordinal)));
            if (page.Count < size)
            {
                break;
            }

            after = page[^1].Series;
        }

        return [.. found.Take(most)];
    }

    /// <summary>A series that was never collected can be paused, too.</summary>
    private static async Task<IReadOnlyList<SeriesStatus>> PausedOnesAsync(
        RunningNode running, Dictionary<SeriesId, OperatorAct> paused, SeriesId? after, int most, CancellationToken stop)
    {
        var ones = paused.Keys.Where(series => after is null || Compare(series, after) > 0).Order(Comparer<SeriesId>.Create(Compare)).Take(most).ToArray();
        var known = new Dictionary<SeriesId, SeriesStatus>();
        foreach (var provider in ones.Select(series => series.Provider).Distinct())
        {
            foreach (var status in await running.Status.SeriesAsync(provider, stop))
            {
                known[status.Series] = status;
            }
        }

        return [.. ones.Select(series => known.GetValueOrDefault(series) ?? new SeriesStatus(series, null, null, "never collected", null, 0, 0, null, paused[series].At))];

        static int Compare(SeriesId one, SeriesId other) => string.CompareOrdinal(one.Provider, other.Provider) is not 0 and var order ? order : string.CompareOrdinal(one.Code, other.Code);
    }

    /// <summary>Who paused what, and the first of the providers whose supervisors did not answer.</summary>
    private static async Task<(Dictionary<SeriesId, OperatorAct> Paused, string? Unheard)> PausedAsync(RunningNode running, string? provider)
    {
        if (running.Supervisors is not { } supervisors)
        {
            return ([], null);
        }

        var names = running.KnownProviders.Where(name => running.Runtimes.Find(name) is not null && (provider is null || name == provider)).ToArray();
        var answers = await Task.WhenAll(names.Select(AskAsync));
        var paused = answers.OfType<PausedSeries>().SelectMany(answer => answer.ByCode.Select(pair => (Series: new SeriesId(answer.Provider, pair.Key), Act: pair.Value))).ToDictionary(pair => pair.Series, pair => pair.Act);
        return (paused, names.Where((_, index) => answers[index] is null).FirstOrDefault());

        async Task<PausedSeries?> AskAsync(string name)
        {
            try
            {
                return await supervisors.Ask<PausedSeries>(new GetPausedSeries(name), LongestLook);
            }
            catch (AskTimeoutException)
            {
                return null;
            }
        }
    }

    private async Task<Ok<SeriesDetail>> ShowAsync(string provider, string series) => TypedResults.Ok(SeriesDetail.Of(await DescribeAsync(Named(provider, series))));

    private Task<ChangeDone> PauseAsync(HttpContext context, string provider, string series, [FromBody] ChangeRequest request)
    {
        var id = Named(provider, series);
        return ChangeAsync(context, "pause_series", id, new PauseSeries(id.Provider, id.Code, GateDesk.NameOf(context), request.Reason), request.Reason, null);
    }

    private Task<ChangeDone> ResumeAsync(HttpContext context, string provider, string series, [FromBody] ChangeRequest request)
    {
        var id = Named(provider, series);
        return ChangeAsync(context, "resume_series", id, new ResumeSeries(id.Provider, id.Code, GateDesk.NameOf(context), request.Reason), request.Reason, null);
    }

    private Task<ChangeDone> ResetAsync(HttpContext context, string provider, string series, [FromBody] ResetRequest request)
    {
        var id = Named(provider, series);
        return ChangeAsync(context, "reset_series", id, new ResetSeries(id.Provider, id.Code, null, request.DryRun, GateDesk.NameOf(context), request.Reason), request.Reason, null);
    }

    private Task<ChangeDone> MoveAsync(HttpContext context, string provider, string series, [FromBody] MoveRequest request)
    {
        var id = Named(provider, series);
        var to = Query.Moment("to", request.To ?? throw Query.Bad("to: is missing; expected a date as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ"));
        return ChangeAsync(context, "set_checkpoint", id, new ResetSeries(id.Provider, id.Code, to, request.DryRun, GateDesk.NameOf(context), request.Reason), request.Reason, new { To = to });
    }

    private async Task<ChangeDone> TriggerAsync(HttpContext context, string provider, string series, [FromBody] ChangeRequest request)
    {
        var id = Named(provider, series);
        var supervisors = node.Require().RequireSupervisors();
        if ((await DescribeAsync(id)).Paused is { } paused)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.SeriesPaused, $"{id.Code} is paused {paused}; resume it first");
        }

        await changes.WriteDownAsync(context, "trigger_series", id.ToString(), request.Reason);
        var start = new StartRun(id.Provider, RunIds.New(time.GetUtcNow()), CollectionScope.Everything, CloseBreaker: true, Only: [id.Code]);
        return await supervisors.Ask<object>(start, LongestChange) switch
        {
            RunAccepted accepted => new ChangeDone("trigger_series", id.ToString(), Changed: true, $"run {accepted.RunId} has begun"),
            RunRejected { ActiveRunId: { } active } => throw new ProblemException(
                StatusCodes.Status409Conflict, ProblemCodes.RunUnderWay, $"run {active} of {id.Provider} is under way, and collects the series unless it is paused; aurum providers stop {id.Provider} ends it"),
            RunRejected rejected => throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotNow, rejected.Reason),
            var other => throw new InvalidOperationException($"A supervisor answered {other.GetType().Name}."),
        };
    }

    /// <summary>What only tries is no change, and not written down as one.</summary>
    private async Task<ChangeDone> ChangeAsync(HttpContext context, string action, SeriesId id, ISeriesCommand command, string? reason, object? detail)
    {
        var supervisors = node.Require().RequireSupervisors();
        await DescribeAsync(id, mayBeGone: command is ResumeSeries);
        if (command is not ResetSeries { DryRun: true })
        {
            await changes.WriteDownAsync(context, action, id.ToString(), reason, detail);
        }

        var answer = await supervisors.Ask<SeriesControlled>(command, LongestChange);
        return answer.Outcome is SeriesOutcome.Done or SeriesOutcome.Unchanged or SeriesOutcome.Tried
            ? new ChangeDone(action, id.ToString(), answer.Outcome == SeriesOutcome.Done, answer.Detail)
            : throw ProblemOf(answer);
    }

    /// <exception cref="ProblemException">There is no such series.</exception>
    private async Task<SeriesDescription> DescribeAsync(SeriesId id) => await DescribeAsync(id, mayBeGone: false) ?? throw new InvalidOperationException("A series that must be there is described.");

    private async Task<SeriesDescription?> DescribeAsync(SeriesId id, bool mayBeGone) =>
        await node.Require().RequireSupervisors().Ask<object>(new GetSeries(id.Provider, id.Code), LongestChange) switch
        {
            SeriesDescription description => description,
            SeriesControlled { Outcome: SeriesOutcome.UnknownSeries } when mayBeGone => null,
            SeriesControlled answer => throw ProblemOf(answer),
            var other => throw new InvalidOperationException($"A supervisor answered {other.GetType().Name}."),
        };

    private ProblemException ProblemOf(SeriesControlled answer) => answer.Outcome switch
    {
        SeriesOutcome.UnknownProvider => new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, answer.Detail!, node.Require().KnownProviders),
        SeriesOutcome.UnknownSeries => new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownSeries, answer.Detail!),
        SeriesOutcome.Busy => new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.SeriesBusy, answer.Detail!),
        _ => Query.Bad(answer.Detail!),
    };

    /// <summary>The server decodes all of a path but its slashes.</summary>
    private SeriesId Named(string provider, string series) =>
        new(node.Require().RequireProvider(provider), series.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
}

/// <param name="DryRun">Only says what would be done.</param>
public sealed record ResetRequest(bool DryRun = false, string? Reason = null);

/// <param name="To">A date or a time before the checkpoint, from which on the series is read again.</param>
/// <param name="DryRun">Only says what would be done.</param>
public sealed record MoveRequest(string? To = null, bool DryRun = false, string? Reason = null);

/// <param name="Outcome"><c>collecting</c>, <c>ok</c>, <c>failed</c>, <c>stopped</c>, or <c>moved back</c> until it is collected again.</param>
/// <param name="PausedBy">Who paused the series, when and why; null where nobody did.</param>
public sealed record SeriesItem(
    string Provider,
    string SeriesId,
    string Outcome,
    DateTimeOffset? LastRunAt,
    string? LastRunId,
    DateTime? Checkpoint,
    long Observations,
    int ConsecutiveFailures,
    string? LastFailure,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PausedBy = null)
{
    public static SeriesItem Of(SeriesStatus status, OperatorAct? paused) => new(
        status.Series.Provider,
        status.Series.Code,
        status.Outcome,
        status.LastRunAt,
        status.LastRunId,
        status.Checkpoint,
        status.Observations,
        status.ConsecutiveFailures,
        status.LastFailure,
        status.UpdatedAt,
        paused?.ToString());
}

/// <param name="CoveredAt">When it was last read to its end.</param>
/// <param name="HistoryComplete">False while history is still to be read, for the first time or again.</param>
/// <param name="ServedFrom">From here on a twin's values stand for those of the provider.</param>
/// <param name="MovedBackBy">Who moved the checkpoint back, while what follows has not been read again.</param>
/// <param name="PausedBy">Who paused the series, when and why; null where nobody did.</param>
public sealed record SeriesDetail(
    string Provider,
    string SeriesId,
    string Dataset,
    DateOnly? Start,
    string? Title,
    string? UnitCode,
    string? FrequencyCode,
    DateTime? Checkpoint,
    bool HistoryComplete,
    DateTimeOffset? CoveredAt,
    long Observations,
    bool Collecting,
    DateTimeOffset? LastRunAt,
    string? LastRunId,
    int ConsecutiveFailures,
    string? LastFailure,
    DateTime? ServedFrom,
    string? MovedBackBy,
    string? PausedBy)
{
    internal static SeriesDetail Of(SeriesDescription series) => new(
        series.Provider,
        series.Code,
        series.DatasetKey,
        series.Start,
        series.Title,
        series.UnitCode,
        series.FrequencyCode,
        series.Checkpoint,
        series.IsHistoryComplete,
        series.CoveredAt,
        series.Observations,
        series.IsCollecting,
        series.LastRunAt,
        series.LastRunId,
        series.ConsecutiveFailures,
        series.LastFailure,
        series.ServedFrom,
        series.Moved?.ToString(),
        series.Paused?.ToString());
}
