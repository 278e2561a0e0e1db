using System.Text;
using System.Text.Json;
using Aurum.Host.Commands;
using Aurum.Storage;

namespace Aurum.Host.Operating;

/// <summary>Shows a run until it ends: a bar on a terminal, a line for each change elsewhere, an event for each change to programs.</summary>
internal sealed class RunWatch(NodeClient node, Stream output, bool json, bool isTerminal)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private string _shown = "";

    /// <exception cref="CommandException">The run did not succeed.</exception>
    public async Task FollowAsync(string runId, CancellationToken stop)
    {
        while (true)
        {
            var answer = await node.GetAsync(NodePath.Of($"/v1/admin/external/runs/{runId}"), stop);
            var run = answer.Read<PipelineRunRecord>();
            Show(answer, run);
            if (RunProgress.HasEnded(run))
            {
                End(run);
                return;
            }

            await Task.Delay(BetweenLooks, stop);
        }
    }

    private void Show(NodeAnswer answer, PipelineRunRecord run)
    {
        var now = TimeProvider.System.GetUtcNow();
        var line = json ? Event(answer) : isTerminal ? RunProgress.Bar(run, now) : RunProgress.Line(run);
        if (line == _shown)
        {
            return;
        }

        // A shorter line must not leave the end of a longer one behind it.
        Write(isTerminal && !json ? $"\r{line.PadRight(_shown.Length)}" : $"{line}\n");
        _shown = line;
    }

    private void End(PipelineRunRecord run)
    {
        if (!json)
        {
            Write(isTerminal ? "\n" : "");
            foreach (var line in RunProgress.Lines(run, TimeProvider.System.GetUtcNow()))
            {
                Write($"{line}\n");
            }
        }

        if (run.State is "failed" or "cancelled")
        {
            throw new CommandException(ExitCodes.SomeFailed, $"{run.RunId} has ended: {run.State}");
        }
    }

    /// <summary>What changes with the clock alone is no event.</summary>
    private static string Event(NodeAnswer answer)
    {
        var members = answer.Body.EnumerateObject().Where(member => member.Name != "updated_at").ToDictionary(member => member.Name, member => member.Value);
        if (members.TryGetValue("steps", out var steps) && steps.ValueKind == JsonValueKind.Array)
        {
            members["steps"] = JsonSerializer.SerializeToElement(
                steps.EnumerateArray().Select(step => step.EnumerateObject().Where(member => member.Name != "eta").ToDictionary(member => member.Name, member => member.Value)), NodeAnswer.Json);
        }

        return JsonSerializer.Serialize(members, NodeAnswer.Json);
    }

    private void Write(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }
}
