using Akka.Actor;
using Aurum.Actors.Gate;
using Aurum.Api.Access;
using Microsoft.AspNetCore.Http;
using static Aurum.Actors.Gate.GateControlProtocol;

namespace Aurum.Api;

/// <summary>Where routes speak with the gates of the providers, wherever in the cluster those are.</summary>
internal sealed class GateDesk(ServedNode node, Changes changes, TimeProvider time)
{
    /// <summary>Who looks at all gates does not wait for one that moves.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    /// <summary>A change is answered when it is in the journal.</summary>
    private static readonly TimeSpan LongestChange = TimeSpan.FromSeconds(10);

    /// <summary>What the gate says of itself, or why it says nothing.</summary>
    public async Task<(GateDescription? Gate, string? Remark)> LookAsync(string provider)
    {
        if (node.Require().Supervisors is not { } supervisors)
        {
            return (null, "this node reaches no gate");
        }

        try
        {
            return await supervisors.Ask<object>(new GetGate(provider), LongestLook) switch
            {
                GateDescription gate => (gate, null),
                GateControlled { Detail: { } why } => (null, why),
                var other => (null, $"the gate answered {other.GetType().Name}"),
            };
        }
        catch (AskTimeoutException)
        {
            return (null, "the gate did not answer within 2 seconds; its node may be moving");
        }
    }

    /// <summary>Has a gate changed, once it is written down who asked for it.</summary>
    /// <param name="action">A few fixed words, in snake_case.</param>
    /// <param name="command">The change that the named person asks for; made when the gate can be reached.</param>
    /// <exception cref="ProblemException">It was not changed, and why.</exception>
    public async Task<ChangeDone> ChangeAsync(HttpContext context, string action, string provider, string? reason, object? detail, Func<string, Task<IGateCommand>> command)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider);
        var supervisors = running.RequireSupervisors();
        var change = await command(name);
        if (ProblemOf(change, time.GetUtcNow()) is { } problem)
        {
            throw Query.Bad(problem);
        }

        await changes.WriteDownAsync(context, action, name, reason, detail);
        var answer = await supervisors.Ask<GateControlled>(change, LongestChange);
        return answer.Outcome switch
        {
            GateOutcome.Done or GateOutcome.Unchanged => new ChangeDone(action, name, answer.Outcome == GateOutcome.Done, answer.Detail),
            GateOutcome.Invalid => throw Query.Bad(answer.Detail ?? "the gate does not take it"),
            GateOutcome.UnknownProvider => throw new ProblemException(
                StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, answer.Detail ?? $"{name} is not collected here", running.KnownProviders),
            _ => throw new ProblemException(StatusCodes.Status503ServiceUnavailable, ProblemCodes.GateUnavailable, answer.Detail ?? "the gate starts again; nothing has changed"),
        };
    }

    public static string NameOf(HttpContext context) => AccessGate.CallerOf(context).Name;
}

/// <summary>What came of a change.</summary>
/// <param name="Changed">False where it was so already.</param>
/// <param name="Detail">What was so already.</param>
public sealed record ChangeDone(string Action, string Target, bool Changed, string? Detail = null);
