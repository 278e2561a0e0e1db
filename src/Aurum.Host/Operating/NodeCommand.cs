using System.CommandLine;
using System.Text.Json;
using Aurum.Api;
using Aurum.Host.Commands;
using Aurum.Storage;

namespace Aurum.Host.Operating;

/// <summary>What all commands share that talk to a running node.</summary>
internal static class NodeCommand
{
    /// <summary>The command only looks.</summary>
    /// <param name="fromStore">Answers from the store instead, where no node runs and nobody said that one does, or where somebody points at one.</param>
    public static Command Asks(this Command command, Surroundings surroundings, Func<NodeCall, Task> ask, Func<StoreCall, Task>? fromStore = null)
    {
        var json = Json();
        command.Options.Add(json);
        var data = Arguments.Text("--data-dir", "DIR", "Ask no node: read the store in this directory");
        if (fromStore is not null)
        {
            command.Options.Add(data);
        }

        command.SetAction(async (parsed, stop) =>
        {
            var output = new NodeOutput(surroundings.Output, parsed.GetValue(json));
            if (fromStore is not null && parsed.GetValue(data) is { } directory)
            {
                await using var chosen = await StoreOpening.OpenAsync(directory, surroundings, stop);
                await fromStore(new StoreCall(parsed, chosen, output, "no node was asked", stop));
                return ExitCodes.Good;
            }

            using var node = new NodeClient(NodeAddress.Read(surroundings.Environment));
            try
            {
                await ask(new NodeCall(parsed, node, output, null, stop));
            }
            catch (NodeAwayException) when (fromStore is not null && !node.Address.IsNamed)
            {
                if (await StoreOpening.FindAsync(null, surroundings, stop) is not { } stores)
                {
                    throw;
                }

                await using (stores)
                {
                    await fromStore(new StoreCall(parsed, stores, output, "no node runs", stop));
                }
            }

            return ExitCodes.Good;
        });
        return command;
    }

    /// <summary>The command changes something, which is written down with its reason.</summary>
    public static Command Changes(this Command command, Surroundings surroundings, Func<NodeCall, Task> change)
    {
        var json = Json();
        var reason = Arguments.Text("--reason", "TEXT", "Why; stands in the audit log");
        command.Options.Add(reason);
        command.Options.Add(json);
        command.SetAction(async (parsed, stop) =>
        {
            using var node = new NodeClient(NodeAddress.Read(surroundings.Environment));
            await change(new NodeCall(parsed, node, new NodeOutput(surroundings.Output, parsed.GetValue(json)), parsed.GetValue(reason), stop));
            return ExitCodes.Good;
        });
        return command;
    }

    private static Option<bool> Json() => Arguments.Flag("--json", "The node's answer as it is, for programs");
}

/// <summary>One call of a command that talks to a node.</summary>
/// <param name="Reason">Why something is to be changed, where that was said.</param>
internal sealed record NodeCall(ParseResult Parsed, NodeClient Node, NodeOutput Output, string? Reason, CancellationToken Stop)
{
    /// <summary>Has something changed that a node answers with <see cref="ChangeDone"/>, and shows what came of it.</summary>
    /// <param name="done">How things are now, for people; null where the node says it.</param>
    /// <param name="tries">True where nothing is to be changed, and only told what would be.</param>
    public async Task ChangeAsync(string path, object body, string? done, bool tries = false)
    {
        var answer = await Node.PostAsync(path, body, Stop);
        Output.Lines(answer, () => answer.Read<ChangeDone>() switch
        {
            { Changed: false, Detail: { } would } when tries => [$"nothing was changed: {would}"],
            { Changed: false, Detail: { } already } => [$"nothing to do: {already}"],
            var changed => [done ?? changed.Detail ?? "done"],
        });
    }
}

/// <summary>The same where the store answers.</summary>
/// <param name="Why">Why it is not a node that does.</param>
internal sealed record StoreCall(ParseResult Parsed, Stores Stores, NodeOutput Output, string Why, CancellationToken Stop)
{
    /// <summary>What supervisors last said of themselves, in the words of what a node would say.</summary>
    public async Task<NodeAnswer> ProvidersAsync<T>(Func<ProviderStatus, DateTimeOffset, T> item)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Answer(new { items = (await Stores.Status.ProvidersAsync(Stop)).Select(status => item(status, now)) });
    }

    /// <summary>An answer in the node's words.</summary>
    public NodeAnswer Answer(object body) =>
        new($"the store, as {Why}", JsonSerializer.SerializeToElement(body, body.GetType(), NodeAnswer.Json));
}
