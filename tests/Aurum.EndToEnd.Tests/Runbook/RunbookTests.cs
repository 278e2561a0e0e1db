using Aurum.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Aurum.EndToEnd.Tests.Runbook;

/// <summary>Every command of the operations manual, in its order, on a cluster with all systems of production around it.</summary>
public sealed class RunbookTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_command_of_the_manual_does_and_shows_what_the_manual_says()
    {
        Assert.Equal(OperationsManual.Commands, Trials.All.Select(trial => trial.Command));
        await using var desk = await RunbookDesk.OpenAsync();
        foreach (var trial in Trials.All)
        {
            output.WriteLine($"$ {trial.Command}");
            output.WriteLine(await trial.TryAsync(desk));
        }

        Assert.Equal(["set_rate_limit", "reset_rate_limit"], await desk.AuditedAsync("fred"));
        Assert.Equal(["pause_series", "resume_series", "trigger_series", "reset_series"], await desk.AuditedAsync("fred|DGS10"));
    }
}
