using System.Net;
using System.Net.Sockets;
using Aurum.Actors.Monitoring;

namespace Aurum.Api.Tests;

public sealed class ProbeTests
{
    [Fact]
    public async Task A_node_that_starts_lives_and_is_neither_started_nor_ready()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "starting"), await StatusAsync(bench, "/livez"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "starting"), await StatusAsync(bench, "/startupz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failed"), await StatusAsync(bench, "/readyz"));
    }

    [Fact]
    public async Task A_node_that_runs_is_all_of_it_until_it_stops()
    {
        await using var bench = await Bench.StartAsync();
        bench.Runs(new TaskCompletionSource().Task);
        Assert.Equal((HttpStatusCode.OK, "alive"), await StatusAsync(bench, "/livez"));
        Assert.Equal((HttpStatusCode.OK, "started"), await StatusAsync(bench, "/startupz"));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await StatusAsync(bench, "/readyz"));

        bench.Node.Stops();

        Assert.Equal((HttpStatusCode.OK, "alive"), await StatusAsync(bench, "/livez"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failed"), await StatusAsync(bench, "/readyz"));
    }

    [Fact]
    public async Task A_node_whose_actors_have_ended_is_dead()
    {
        await using var bench = await Bench.StartAsync();
        bench.Runs(Task.CompletedTask);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "terminated"), await StatusAsync(bench, "/livez"));
    }

    [Fact]
    public async Task Readiness_names_what_is_missing_and_since_when_while_liveness_does_not_care()
    {
        await using var bench = await Bench.StartAsync();
        bench.Runs(new TaskCompletionSource().Task);
        bench.Node.Health.Report("database", HealthState.Failed, "connection refused");

        var (status, body) = await bench.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        var database = body.GetProperty("components").EnumerateArray().Single(component => component.GetProperty("name").GetString() == "database");
        Assert.Equal(("failed", "connection refused", true), (database.GetProperty("status").GetString(), database.GetProperty("reason").GetString(), database.GetProperty("needed").GetBoolean()));
        Assert.True(database.GetProperty("since").GetDateTimeOffset() <= TimeProvider.System.GetUtcNow());
        Assert.Equal((HttpStatusCode.OK, "alive"), await StatusAsync(bench, "/livez"));
    }

    [Fact]
    public async Task What_is_not_needed_degrades_and_keeps_nobody_away()
    {
        await using var bench = await Bench.StartAsync();
        bench.Runs(new TaskCompletionSource().Task);
        bench.Node.Health.Report("backup", HealthState.Failed, "is away", isNeeded: false);
        Assert.Equal((HttpStatusCode.OK, "degraded"), await StatusAsync(bench, "/readyz"));
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public async Task A_probe_may_ask_for_the_head_alone(string path)
    {
        await using var bench = await Bench.StartAsync();
        using var answer = await bench.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(path == "/livez" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_words()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var failure = await Assert.ThrowsAsync<ApiStartException>(() => Bench.StartAsync(Bench.AnyPort with { Port = port }));
        Assert.Equal($"port {port} of 127.0.0.1 is in use by another process", failure.Message);
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_machine_is_told_in_words()
    {
        var failure = await Assert.ThrowsAsync<ApiStartException>(() => Bench.StartAsync(Bench.AnyPort with { Host = IPAddress.Parse("192.0.2.1") }));
        Assert.StartsWith("port 0 of 192.0.2.1 cannot be listened on: ", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string? Text)> StatusAsync(Bench bench, string path)
    {
        var (status, body) = await bench.GetAsync(path);
        return (status, body.GetProperty("status").GetString());
    }
}
