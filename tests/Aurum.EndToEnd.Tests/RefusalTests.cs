using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary>What would meet every series of a provider is found out once a run.</summary>
public sealed class RefusalTests
{
    private const int Series = 300;

    private const int Workers = 2;

    /// <summary>Each worker is refused twice before it believes it.</summary>
    private const int MostRequests = 2 * Workers;

    [Theory]
    [InlineData("FRED_API_KEY", "0123456789abcdef0123456789abcdef", "FRED refuses the key")]
    [InlineData("FRED_API_BASE_URL", "elsewhere/", "check FRED_API_BASE_URL")]
    public async Task A_wrong_key_or_address_costs_a_handful_of_requests_and_the_next_run_tries_again(string variable, string wrong, string reason)
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write("fred", JsonSerializer.Serialize(new
        {
            name = "fred",
            rate_limit = ConfigFolder.NoLimit,
            batch = new { max_workers = Workers },
            datasets = new[] { new { series = Enumerable.Range(1, Series).Select(number => $"REF{number}"), start = "2026-01-01" } },
        }));
        var right = world.Environment[variable];
        world.Environment[variable] = wrong.EndsWith('/') ? right.TrimEnd('/') + "/" + wrong : wrong;

        var refused = await world.Run("--providers", "fred").EndsWithAsync(1);

        Assert.InRange(world.Requests("fred"), 1, MostRequests);
        Assert.Contains(refused.Error.Lines, line => line.Contains(reason, StringComparison.Ordinal) && line.Contains(" more: Rejected", StringComparison.Ordinal));
        Assert.Contains($"0 of {Series} series collected", string.Join('\n', [.. refused.Output.Lines, .. refused.Error.Lines]), StringComparison.Ordinal);

        world.Environment[variable] = right;
        await world.RunToEndAsync("--providers", "fred");
        Assert.Equal(Series, (await StoreComparison.RowsAsync(world.Data)).Select(row => row.Series).Distinct().Count());
    }
}
