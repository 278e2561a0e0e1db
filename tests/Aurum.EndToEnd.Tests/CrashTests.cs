using System.Collections.Concurrent;
using System.Globalization;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Xunit.Abstractions;

namespace Aurum.EndToEnd.Tests;

/// <summary>
/// Kills the program with SIGKILL exactly at a point of the road, starts it again on the same data and holds the store against the
/// truth. <c>AURUM_CRASH_ROUNDS</c> says how often; round n of seed s is round 0 of seed s + n, so a failed one can be had alone.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 10, DefaultSeed = 20_000, AtOnce = 2;

    /// <summary>Rounds on the road of production start three systems each.</summary>
    private const int EmbeddedRoundsToOneOfProduction = 5;

    /// <summary>While anything at all goes on, as soon as so many requests have been sent.</summary>
    private const string AnyMoment = "request";

    private static readonly string[] Points = ["after-fetch", "after-publish", "after-commit", "before-checkpoint", AnyMoment];

    [Fact]
    public Task A_process_killed_at_any_point_and_started_again_loses_and_doubles_nothing() =>
        CrashAsync(Number("AURUM_CRASH_ROUNDS", DefaultRounds), production: false);

    [Fact]
    public Task The_same_on_the_road_of_production() =>
        CrashAsync(Math.Max(1, Number("AURUM_CRASH_ROUNDS", DefaultRounds) / EmbeddedRoundsToOneOfProduction), production: true);

    private async Task CrashAsync(int rounds, bool production)
    {
        var seed = Number("AURUM_CRASH_SEED", DefaultSeed);
        var failures = new ConcurrentBag<string>();
        var killed = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(seed, rounds),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (ofRound, _) =>
            {
                var story = new List<string>();
                try
                {
                    Interlocked.Add(ref killed, await RoundAsync(ofRound, production, story));
                    output.WriteLine($"seed {ofRound}: {string.Join("; ", story)}");
                }
                catch (Exception exception)
                {
                    failures.Add($"AURUM_CRASH_SEED={ofRound} AURUM_CRASH_ROUNDS=1: {string.Join("; ", story)}\n{exception.Message}");
                }
            });
        Assert.True(failures.IsEmpty, $"{failures.Count} of {rounds} rounds failed:\n{string.Join("\n\n", failures)}");
        Assert.True(killed * 2 >= rounds, $"only {killed} processes were killed in {rounds} rounds: the points are chosen too late");
    }

    /// <returns>How often the process was killed.</returns>
    private static async Task<int> RoundAsync(int seed, bool production, List<string> story)
    {
        var random = new Random(seed);
        var plans = ProviderPlan.All.OrderBy(_ => random.Next()).Take(random.Next(1, 3)).ToArray();
        var today = World.Small.Today!.Value;
        var options = World.Small with
        {
            Seed = seed,
            Today = today.AddDays(-random.Next(2)),
            FredPageCap = random.Next(80, 500),
            EiaPageCap = random.Next(80, 500),
            NoaaPageCap = random.Next(150, 500),
        };
        story.Add(string.Join(" and ", plans.Select(plan => plan.Provider)));
        await using var services = production ? await ProductionWorld.CreateAsync(options, plans) : null;
        await using var own = production ? null : await World.CreateAsync(options, plans);
        var world = services?.World ?? own!;
        var crashes = random.Next(5) == 0 ? random.Next(2, 4) : 1;
        var killed = 0;
        for (var crash = 0; crash < crashes; crash++)
        {
            var point = Points[random.Next(Points.Length)];
            var wasKilled = await CrashAsync(world, point, random.Next(1, Latest(point, plans) + 1), story);
            killed += wasKilled ? 1 : 0;

            if (random.Next(3) == 0)
            {
                world.Simulator.Truth.Today = today;
                story.Add(Change(world.Simulator.Truth, plans, random));
            }
        }

        await world.RunToEndAsync();
        await (services?.StoreIsTruthAsync() ?? world.StoreIsTruthAsync());
        await (services?.LagBecomesZeroAsync() ?? Task.CompletedTask);
        return killed;
    }

    /// <returns>False when the process came to its good end before the point.</returns>
    private static async Task<bool> CrashAsync(World world, string point, int passing, List<string> story)
    {
        var stopAt = string.Create(CultureInfo.InvariantCulture, $"{point}:{passing}");
        var process = point == AnyMoment ? world.Run() : world.RunUntil(stopAt);
        var arrived = world.Simulator.Arrivals.Total + passing;
        var reached = point == AnyMoment
            ? await process.OutlivesAsync(() => world.Simulator.Arrivals.Total >= arrived, stopAt)
            : await process.SaysOnErrorAsync($"stopped at {stopAt}");
        story.Add($"{(reached ? "killed at" : "ended before")} {stopAt}");
        if (reached)
        {
            await process.KillAsync();
        }
        else
        {
            await process.EndsWithAsync(0);
        }

        return reached;
    }

    /// <summary>About as often as a run of these plans passes the point: a page for each FRED series, one for all series of the others.</summary>
    private static int Latest(string point, ProviderPlan[] plans) => plans.Sum(plan => (plan.Provider, point) switch
    {
        ("fred", "after-commit") => 8,
        ("fred", _) => 12,
        (_, "after-commit") => 4,
        (_, "after-fetch" or AnyMoment) => 6,
        _ => 8,
    });

    /// <summary>Something that a provider may do at any time: revise what is recent, publish what is new.</summary>
    private static string Change(Truth truth, ProviderPlan[] plans, Random random)
    {
        var series = plans[random.Next(plans.Length)] is var plan ? plan.Series[random.Next(plan.Series.Length)] : null!;
        var recent = truth.Of(series).Where(observation => observation.Value is not null).TakeLast(5).ToArray();
        foreach (var revised in recent.Where(_ => random.Next(2) == 0))
        {
            truth.Revise(series, revised.Timestamp, Math.Round(revised.Value!.Value + random.Next(1, 5), 1));
        }

        truth.Publish(series, 1);
        return $"{series} changed";
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
