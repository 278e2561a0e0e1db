using System.Net;
using System.Text.Json;
using Aurum.Actors.Monitoring;
using Aurum.Storage;

namespace Aurum.Api.Tests;

public sealed class HealthTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly ProviderStatus Well = new("fred", Now, "run-1", "done", 12, 40, 100, DateOnly.FromDateTime(Now.UtcDateTime), null, "closed", null, Now);

    [Fact]
    public async Task A_provider_that_is_well_is_healthy()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Providers.Add(Well);
        var provider = await SeenAsync(bench, _ => true);
        Assert.Equal(("healthy", null, "run-1", 12), (TextOf(provider, "status"), TextOf(provider, "reason"), TextOf(provider, "last_run_id"), provider.GetProperty("requests").GetInt32()));
    }

    [Fact]
    public async Task Whatever_keeps_a_provider_from_its_work_is_named_with_since_when()
    {
        await using var bench = await Bench.RunningAsync();
        (ProviderStatus Status, string State, string Reason)[] cases =
        [
            (Well with { Breaker = "open", BreakerOpenUntil = Now.AddHours(1) }, "failed", "its circuit breaker is open until"),
            (Well with { Breaker = "half-open" }, "degraded", "lets one request through"),
            (Well with { HoldUntil = Now.AddHours(1) }, "degraded", "it has asked to wait until"),
            (Well with { State = "collecting, waiting for quota" }, "degraded", "the requests of its day are spent"),
            (Well with { State = "done, not listed: 2 datasets" }, "degraded", "could not be listed"),
        ];
        foreach (var (status, state, reason) in cases)
        {
            bench.Stores.Providers.Clear();
            bench.Stores.Providers.Add(status);
            var provider = await SeenAsync(bench, seen => TextOf(seen, "reason")?.Contains(reason, StringComparison.Ordinal) == true);
            Assert.Equal(state, TextOf(provider, "status"));
            Assert.InRange(provider.GetProperty("since").GetDateTimeOffset(), Now, TimeProvider.System.GetUtcNow());
        }
    }

    [Fact]
    public async Task The_whole_is_degraded_by_a_part_and_failed_by_what_the_node_needs()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Providers.AddRange([Well, Well with { Provider = "eia" }]);
        await bench.BecomesAsync("/health/external", body => TextOf(body, "status") == "healthy" && body.GetProperty("providers").EnumerateObject().Count() == 2);

        bench.Stores.Providers[1] = Well with { Provider = "eia", Breaker = "open" , BreakerOpenUntil = Now.AddHours(1) };
        var degraded = await bench.BecomesAsync("/health/external", body => TextOf(body, "status") == "degraded");
        Assert.Equal(("failed", "healthy"), (TextOf(degraded.GetProperty("providers"), "eia"), TextOf(degraded.GetProperty("providers"), "fred")));

        bench.Node.Health.Report("kafka", HealthState.Failed, "no broker answers");
        var (status, body) = await bench.GetAsync("/v1/admin/external/health");
        Assert.Equal((HttpStatusCode.OK, "failed"), (status, TextOf(body, "status")));
        Assert.Contains(body.GetProperty("components").EnumerateArray(), component => TextOf(component, "name") == "kafka" && TextOf(component, "reason") == "no broker answers");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await bench.GetAsync("/health/external")).Status);
    }

    [Fact]
    public async Task A_picture_stays_when_the_store_is_away()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Providers.Add(Well);
        await SeenAsync(bench, _ => true);
        bench.Stores.Failure = new StorageException("away");
        Assert.Equal(HttpStatusCode.OK, (await bench.GetAsync("/v1/admin/external/health/fred")).Status);
    }

    [Fact]
    public async Task Rate_limits_tell_what_is_left_of_the_day()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Providers.Add(Well);
        var body = await bench.BecomesAsync("/v1/admin/external/ratelimits", body => body.GetProperty("items").GetArrayLength() == 1);
        var fred = body.GetProperty("items")[0];
        Assert.Equal((100, 40, 60, "closed"), (fred.GetProperty("daily_quota").GetInt32(), fred.GetProperty("permits_spent").GetInt32(), fred.GetProperty("permits_left").GetInt32(), TextOf(fred, "breaker")));
    }

    private static Task<JsonElement> SeenAsync(Bench bench, Func<JsonElement, bool> condition) =>
        bench.BecomesAsync("/v1/admin/external/health/fred", body => body.TryGetProperty("provider", out _) && condition(body));

    private static string? TextOf(JsonElement element, string name) => element.GetProperty(name).GetString();
}
