using Akka.Actor;
using Aurum.Actors.Pipelines;
using Microsoft.AspNetCore.Http;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Api;

/// <summary>Where routes speak with the pipelines, wherever in the cluster they are scheduled.</summary>
internal sealed class PipelineDesk(ServedNode node, Changes changes)
{
    /// <summary>A change is answered when it is in the journal and can be seen.</summary>
    private static readonly TimeSpan LongestChange = TimeSpan.FromSeconds(10);

    /// <summary>Has something changed, once it is written down who asked for it.</summary>
    /// <param name="action">A few fixed words, in snake_case.</param>
    /// <exception cref="ProblemException">It was not changed, and why.</exception>
    public async Task<RunChange> ChangeAsync(HttpContext context, string action, string target, object? detail, IPipelineCommand command)
    {
        var scheduler = node.Require().Scheduler
            ?? throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotHere, "this node reaches none that schedules; ask one that collects with --loop");
        await changes.WriteDownAsync(context, action, target, command.Reason, detail);
        var answer = await scheduler.Ask<PipelineAnswer>(command, LongestChange);
        return answer.Outcome switch
        {
            PipelineOutcome.Done or PipelineOutcome.Unchanged => new RunChange(action, target, answer.Outcome == PipelineOutcome.Done, answer.Detail, answer.RunId),
            PipelineOutcome.NotFound => throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownRun, answer.Detail!),
            _ => throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.RunConflict, answer.Detail!),
        };
    }
}

/// <summary>What came of a change of a pipeline or a run.</summary>
/// <param name="Changed">False where it was so already.</param>
/// <param name="Detail">What was so already.</param>
public sealed record RunChange(string Action, string Target, bool Changed, string? Detail, string? RunId);
