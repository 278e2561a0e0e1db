using System.Net;
using System.Text.Json;

namespace Aurum.Simulator.Tests;

public class ServerTests
{
    private const string Request = "series/observations?series_id=GDP";

    [Fact]
    public async Task The_environment_names_what_a_collector_needs()
    {
        await using var bench = await Bench.StartAsync();
        var environment = bench.Simulator.Environment;
        Assert.Equal(bench.Simulator.EiaAddress.AbsoluteUri, environment["EIA_API_BASE_URL"]);
        Assert.EndsWith("/stlouisfed/", environment["FRED_API_BASE_URL"], StringComparison.Ordinal);
        Assert.EndsWith("/noaa/cdo-web/api/v2/", environment["NOAA_API_BASE_URL"], StringComparison.Ordinal);
        Assert.EndsWith("/worldbank/v2/", environment["WORLD_BANK_API_BASE_URL"], StringComparison.Ordinal);
        Assert.Equal((32, 40, 32), (environment["FRED_API_KEY"].Length, environment["EIA_API_KEY"].Length, environment["NOAA_GHCND_TOKEN"].Length));
    }

    [Fact]
    public async Task Arrivals_are_logged_in_order_and_without_keys()
    {
        await using var bench = await Bench.StartAsync();
        await bench.FredAsync(Request);
        await bench.EiaAsync("petroleum/pri/spt/data?length=1&facets[series][]=RWTC");
        await bench.NoaaAsync("datatypes");
        await bench.FredAsync("series?series_id=NOSUCH");

        var arrivals = bench.Simulator.Arrivals.All;
        Assert.Equal([("fred", "fred/series/observations", 200), ("eia", "petroleum/pri/spt/data", 200), ("noaa", "datatypes", 200), ("fred", "fred/series", 400)], arrivals.Select(arrival => (arrival.Provider, arrival.Path, arrival.Status)));
        Assert.Equal("?series_id=GDP&file_type=json", arrivals[0].Query);
        Assert.DoesNotContain(arrivals, arrival => arrival.ToString().Contains(bench.Options.EiaKey, StringComparison.Ordinal) || arrival.ToString().Contains(bench.Options.FredKey, StringComparison.Ordinal));
        Assert.Equal((2, 1, 0, 4), (bench.Simulator.Arrivals.CountOf("fred"), bench.Simulator.Arrivals.CountOf("eia"), bench.Simulator.Arrivals.CountOf("worldbank"), bench.Simulator.Arrivals.Total));
    }

    [Fact]
    public async Task Requests_beyond_the_limit_of_any_second_are_refused_and_noted()
    {
        await using var bench = await Bench.StartAsync(options => options with { EnforceRateLimits = true });
        async Task<HttpStatusCode> Get()
        {
            using var response = await bench.FredAsync(Request);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await Get());
        bench.Time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal(HttpStatusCode.OK, await Get());
        bench.Time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(HttpStatusCode.OK, await Get());
        Assert.Empty(bench.Simulator.LimitViolations);
        bench.Time.Advance(TimeSpan.FromMilliseconds(200));
        using var refused = await bench.FredAsync(Request);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Contains("Too Many Requests.  Exceeded Rate Limit", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("3 requests within a second, 2 are allowed", Assert.Single(bench.Simulator.LimitViolations), StringComparison.Ordinal);

        bench.Time.Advance(TimeSpan.FromMilliseconds(900));
        await Get();
        Assert.Contains("Retry-After", bench.Simulator.LimitViolations[1], StringComparison.Ordinal);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await Get());
        Assert.Equal(2, bench.Simulator.LimitViolations.Count);
    }

    [Fact]
    public async Task Each_provider_has_its_own_words_for_too_many_requests()
    {
        await using var bench = await Bench.StartAsync(options => options with
        {
            EnforceRateLimits = true,
            Limits = new Dictionary<string, SimulatedLimit> { ["eia"] = new(0), ["noaa"] = new(5, 6) },
        });
        using var eia = await bench.EiaAsync("petroleum");
        Assert.Equal(HttpStatusCode.TooManyRequests, eia.StatusCode);
        Assert.Contains("OVER_RATE_LIMIT", await eia.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        for (var i = 0; i < 5; i++)
        {
            await Bench.JsonOf(bench.NoaaAsync("datatypes"));
        }

        using var second = await bench.NoaaAsync("datatypes");
        Assert.Equal(Recorded.Text("noaa/error-429-per-second.json").Trim(), await second.Content.ReadAsStringAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        using var day = await bench.NoaaAsync("datatypes");
        Assert.Contains("6 per day", await day.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        bench.Time.Advance(TimeSpan.FromDays(1));
        await Bench.JsonOf(bench.NoaaAsync("datatypes"));
        await Bench.JsonOf(bench.WorldBankAsync("country"));
    }

    [Theory]
    [InlineData(FaultKind.Status429WithSeconds, 429)]
    [InlineData(FaultKind.Status429WithDate, 429)]
    [InlineData(FaultKind.Status500Html, 500)]
    [InlineData(FaultKind.Status502Html, 502)]
    [InlineData(FaultKind.Status503Html, 503)]
    [InlineData(FaultKind.Forbidden403Html, 403)]
    [InlineData(FaultKind.WrongShape, 200)]
    [InlineData(FaultKind.EmptyBody, 200)]
    [InlineData(FaultKind.TruncatedJson, 200)]
    public async Task A_fault_answers_in_its_own_way_for_as_often_as_it_was_asked(FaultKind kind, int status)
    {
        await using var bench = await Bench.StartAsync();
        bench.Simulator.Faults.Add(new Fault(kind, "fred", "series_id=GDP", Times: 2, Seconds: 7));
        var whole = (await (await bench.FredAsync("series/observations?series_id=UNRATE")).Content.ReadAsStringAsync()).Length;
        Assert.True(whole > 100);

        for (var i = 0; i < 2; i++)
        {
            using var response = await bench.FredAsync(Request);
            var body = await response.Content.ReadAsStringAsync();
            Assert.Equal(status, (int)response.StatusCode);
            switch (kind)
            {
                case FaultKind.Status429WithSeconds:
                    Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
                    break;
                case FaultKind.Status429WithDate:
                    Assert.Equal(bench.Time.GetUtcNow().AddSeconds(7), response.Headers.RetryAfter!.Date);
                    break;
                case FaultKind.WrongShape:
                    Assert.False(JsonDocument.Parse(body).RootElement.TryGetProperty("observations", out _));
                    break;
                case FaultKind.EmptyBody:
                    Assert.Empty(body);
                    break;
                case FaultKind.TruncatedJson:
                    Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
                    break;
                default:
                    Assert.Contains("<html>", body, StringComparison.Ordinal);
                    break;
            }
        }

        await Bench.JsonOf(bench.FredAsync(Request));
        Assert.Equal(2, bench.Simulator.Faults.Injected[kind]);
        Assert.Equal(new FaultKind?[] { null, kind, kind, null }, bench.Simulator.Arrivals.All.Select(arrival => arrival.Fault));
    }

    [Fact]
    public async Task A_reset_breaks_the_connection_in_the_middle_of_the_body()
    {
        await using var bench = await Bench.StartAsync();
        bench.Simulator.Faults.Add(new Fault(FaultKind.ResetMidBody, Times: 1));
        await Assert.ThrowsAsync<HttpRequestException>(() => bench.FredAsync(Request));
        await Bench.JsonOf(bench.FredAsync(Request));
    }

    [Fact]
    public async Task A_hang_lasts_until_the_client_goes_and_does_not_hold_up_the_end()
    {
        var bench = await Bench.StartAsync();
        bench.Simulator.Faults.Add(new Fault(FaultKind.Hang));
        using var patience = new CancellationTokenSource();
        var uri = new Uri(bench.Simulator.FredAddress, $"fred/{Request}&file_type=json&api_key={bench.Options.FredKey}");
        var (given, kept) = (bench.SendAsync(uri, ct: patience.Token), bench.SendAsync(uri));
        while (bench.Simulator.Arrivals.Total < 2)
        {
            await Task.Yield();
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(kept.IsCompleted);
        Assert.All(bench.Simulator.Arrivals.All, arrival => Assert.Equal(0, arrival.Status));
        await bench.Simulator.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => kept);
        await bench.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_by_probability_hits_the_same_requests_for_the_same_seed()
    {
        async Task<string> Run(int seed)
        {
            await using var bench = await Bench.StartAsync(options => options with { Seed = seed });
            bench.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, Probability: 0.3));
            var hits = "";
            for (var i = 0; i < 60; i++)
            {
                using var response = await bench.NoaaAsync("datatypes");
                hits += response.IsSuccessStatusCode ? "." : "x";
            }

            bench.Simulator.Faults.Clear();
            await Bench.JsonOf(bench.NoaaAsync("datatypes"));
            return hits;
        }

        var hits = await Run(1);
        Assert.InRange(hits.Count(hit => hit == 'x'), 8, 30);
        Assert.Equal(hits, await Run(1));
        Assert.NotEqual(hits, await Run(2));
    }

    [Fact]
    public async Task Inside_an_injected_retry_after_a_request_is_a_violation_and_after_it_none()
    {
        await using var bench = await Bench.StartAsync(options => options with { EnforceRateLimits = true });
        bench.Simulator.Faults.Add(new Fault(FaultKind.Status429WithDate, Times: 1, Seconds: 30));
        (await bench.WorldBankAsync("country")).Dispose();
        await Bench.JsonOf(bench.NoaaAsync("datatypes"));
        Assert.Empty(bench.Simulator.LimitViolations);
        bench.Time.Advance(TimeSpan.FromSeconds(29));
        await Bench.JsonOf(bench.WorldBankAsync("country"));
        Assert.Single(bench.Simulator.LimitViolations);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await Bench.JsonOf(bench.WorldBankAsync("country"));
        Assert.Single(bench.Simulator.LimitViolations);
    }

    [Fact]
    public async Task Latency_holds_every_answer_back()
    {
        var latency = TimeSpan.FromMilliseconds(80);
        await using var bench = await Bench.StartAsync(options => options with { Latency = latency });
        var started = TimeProvider.System.GetTimestamp();
        await Bench.JsonOf(bench.FredAsync(Request));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= latency - TimeSpan.FromMilliseconds(20));
    }
}
