using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests.Runbook;

/// <summary>What a command of the manual is expected to do.</summary>
/// <param name="Command">As the manual has it.</param>
/// <param name="Shows">Each is part of what it prints.</param>
internal record Trial(string Command, params string[] Shows)
{
    /// <summary>What has to be so before it is typed.</summary>
    public Func<RunbookDesk, Task> Before { get; init; } = _ => Task.CompletedTask;

    /// <summary>What it must have brought about.</summary>
    public Func<RunbookDesk, Task> After { get; init; } = _ => Task.CompletedTask;

    public int Ends { get; init; }

    /// <returns>What it printed.</returns>
    public virtual async Task<string> TryAsync(RunbookDesk desk)
    {
        await Before(desk);
        var process = await desk.Type(Command).EndsWithAsync(Ends, TimeSpan.FromMinutes(2));
        process.SaysNothingOfItsInside();
        foreach (var text in Shows)
        {
            if (!process.Output.Text.Contains(text, StringComparison.Ordinal))
            {
                throw process.Failure($"does not show \"{text}\"");
            }
        }

        await After(desk);
        return process.Output.Text;
    }
}

/// <summary>It goes on until one ends it, after the first of its texts.</summary>
internal sealed record EndlessTrial(string Command, string Until, int? Columns = null) : Trial(Command, Until)
{
    public override async Task<string> TryAsync(RunbookDesk desk)
    {
        await Before(desk);
        var process = desk.Type(Command, Columns);
        await process.AwaitAsync(() => process.Output.Text.Contains(Until, StringComparison.Ordinal) || process.Error.Text.Contains(Until, StringComparison.Ordinal), $"it shows \"{Until}\"");
        await After(desk);
        await process.DisposeAsync();
        return process.Output.Text;
    }
}

/// <summary>A node: it joins, and goes on beside what is typed after it.</summary>
internal sealed record GoesOn(string Command) : Trial(Command)
{
    public override async Task<string> TryAsync(RunbookDesk desk)
    {
        desk.SecondNode = desk.Type(Command);
        await desk.SecondNodeIsAsync("up");
        return desk.SecondNode.Output.Text;
    }
}

/// <summary>What cannot be tried on a machine that tests are run on.</summary>
internal sealed record NotTried(string Command, string Reason) : Trial(Command)
{
    public const string InstallsASystem = "changes the machine; Aurum.Deployment.Tests looks at what it uses";

    public override Task<string> TryAsync(RunbookDesk desk) => Task.FromResult($"not tried: {Reason}");
}
