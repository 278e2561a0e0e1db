namespace Aurum.Host.Tests.Commands;

/// <summary>
/// The help texts are files that a reviewer sees change. Where one should change, set AURUM_APPROVE=1 for one run of the tests.
/// </summary>
public sealed class HelpTests : IDisposable
{
    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("aurum")]
    [InlineData("aurum run")]
    [InlineData("aurum demo")]
    [InlineData("aurum query")]
    [InlineData("aurum query observations")]
    [InlineData("aurum query series")]
    [InlineData("aurum status")]
    [InlineData("aurum providers")]
    [InlineData("aurum providers list")]
    [InlineData("aurum providers pause")]
    [InlineData("aurum providers resume")]
    [InlineData("aurum providers stop")]
    [InlineData("aurum ratelimits")]
    [InlineData("aurum ratelimits show")]
    [InlineData("aurum ratelimits set")]
    [InlineData("aurum ratelimits reset")]
    [InlineData("aurum ratelimits hold")]
    [InlineData("aurum ratelimits release")]
    [InlineData("aurum breaker")]
    [InlineData("aurum breaker show")]
    [InlineData("aurum breaker open")]
    [InlineData("aurum breaker close")]
    [InlineData("aurum series")]
    [InlineData("aurum series list")]
    [InlineData("aurum series show")]
    [InlineData("aurum series pause")]
    [InlineData("aurum series resume")]
    [InlineData("aurum series trigger")]
    [InlineData("aurum series reset")]
    [InlineData("aurum checkpoints")]
    [InlineData("aurum checkpoints list")]
    [InlineData("aurum checkpoints set")]
    [InlineData("aurum dlq")]
    [InlineData("aurum dlq list")]
    [InlineData("aurum dlq show")]
    [InlineData("aurum dlq replay")]
    [InlineData("aurum dlq drop")]
    [InlineData("aurum pipelines")]
    [InlineData("aurum pipelines list")]
    [InlineData("aurum pipelines trigger")]
    [InlineData("aurum pipelines runs")]
    [InlineData("aurum pipelines show")]
    [InlineData("aurum pipelines pause")]
    [InlineData("aurum pipelines resume")]
    [InlineData("aurum pipelines cancel")]
    [InlineData("aurum pipelines backfill")]
    [InlineData("aurum tasks")]
    [InlineData("aurum tasks test")]
    [InlineData("aurum backfill")]
    [InlineData("aurum backfill plan")]
    [InlineData("aurum backfill start")]
    [InlineData("aurum backfill list")]
    [InlineData("aurum backfill show")]
    [InlineData("aurum backfill pause")]
    [InlineData("aurum backfill resume")]
    [InlineData("aurum backfill cancel")]
    [InlineData("aurum plan")]
    [InlineData("aurum explain")]
    [InlineData("aurum db")]
    [InlineData("aurum db migrate")]
    [InlineData("aurum topics")]
    [InlineData("aurum topics check")]
    [InlineData("aurum topics ensure")]
    [InlineData("aurum schemas")]
    [InlineData("aurum schemas check")]
    [InlineData("aurum schemas register")]
    [InlineData("aurum preflight")]
    [InlineData("aurum inspect")]
    [InlineData("aurum inspect cluster")]
    [InlineData("aurum inspect cluster show")]
    [InlineData("aurum inspect cluster status")]
    [InlineData("aurum inspect cluster leader")]
    [InlineData("aurum inspect cluster leave")]
    [InlineData("aurum inspect cluster down")]
    [InlineData("aurum inspect cluster tail")]
    [InlineData("aurum inspect cluster-sharding")]
    [InlineData("aurum inspect cluster-sharding region-stats")]
    [InlineData("aurum inspect actor")]
    [InlineData("aurum inspect actor hierarchy")]
    [InlineData("aurum top")]
    [InlineData("aurum sla")]
    [InlineData("aurum sla violations")]
    [InlineData("aurum sla series")]
    [InlineData("aurum probe")]
    [InlineData("aurum probe live")]
    [InlineData("aurum probe ready")]
    [InlineData("aurum probe startup")]
    public async Task Help_is_as_approved(string command)
    {
        var answer = await _line.RunAsync($"{command["aurum".Length..]} --help");
        var help = string.Join('\n', answer.Output.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
        var approved = Repository.PathOf("tests", "Aurum.Host.Tests", "Approved", $"{command.Replace(' ', '-')}.txt");
        if (Environment.GetEnvironmentVariable("AURUM_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(approved, help);
        }

        Assert.Equal(0, answer.Code);
        Assert.Equal(await File.ReadAllTextAsync(approved), help);
    }

    public void Dispose() => _line.Dispose();
}
