using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary>A node's HTTP server, through the program.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task A_node_that_goes_on_says_that_it_lives_and_is_ready()
    {
        await using var world = await World.CreateAsync();
        var node = world.Run("--loop", "--log-level", "info");
        using var client = await node.HttpAsync();

        await client.BecomesAsync("/readyz", HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/livez")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/startupz")).StatusCode);
        var readiness = JsonDocument.Parse(await client.GetStringAsync("/readyz")).RootElement;
        Assert.Equal(["database", "node", "publishing"], readiness.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("name").GetString()));
        node.Terminate();
        await node.EndsWithAsync(0);
        node.SaysNothingOfItsInside();
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task Observations_over_http_are_those_of_the_command_line(string format)
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        await world.RunToEndAsync();
        var node = world.Run("--loop", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        var query = await world.Start("query", "observations", "--provider", "fred", "--format", format, "--vintages", "all", "--data-dir", world.Data).EndsWithAsync(0);

        var lines = new List<string>();
        string? next = $"/v1/external/observations?provider=fred&vintages=all&limit=777&format={format}";
        var pages = 0;
        for (; next is not null; pages++)
        {
            using var answer = await client.GetAsync(next);
            var page = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'));
            lines.AddRange(format == "csv" && pages > 0 ? page.Skip(1) : page);
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.True(pages > 1, "everything fitted on one page");
        Assert.Equal(query.Output.Lines.Where(line => line.Length > 0), lines);
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    [Fact]
    public async Task With_a_token_others_can_ask_and_what_they_change_is_kept_and_the_token_shown_nowhere()
    {
        const string Token = "a-token-that-nobody-guesses-0815";
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        world.Environment["AURUM_ADMIN_TOKEN"] = Token;
        var node = world.Run("--loop", "--log-level", "debug");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/health/external")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/admin/external/health")).StatusCode);
        using var stopped = await client.PostAsync("/v1/admin/external/providers/worldbank/stop", new StringContent("{ \"reason\": \"enough\" }", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        var audit = await client.GetStringAsync("/v1/admin/external/audit");
        Assert.Contains("\"who\":\"admin\"", audit, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"enough\"", audit, StringComparison.Ordinal);
        node.Terminate();
        await node.EndsWithAsync(0);
        Assert.Contains("asked for stop_run of", node.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, node.Error.Text + node.Output.Text + audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ends_looks_at_no_port()
    {
        await using var world = await World.CreateAsync();
        using var other = Listen();
        world.Environment["AURUM_HTTP_PORT"] = PortOf(other);
        await world.RunToEndAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_with_3_before_anything_is_asked()
    {
        await using var world = await World.CreateAsync();
        using var other = Listen();
        world.Environment["AURUM_HTTP_PORT"] = PortOf(other);
        var node = await world.Run("--loop").EndsWithAsync(3);
        Assert.Contains($"port {PortOf(other)} of 127.0.0.1 is in use by another process; AURUM_HTTP_PORT", node.Error.Text, StringComparison.Ordinal);
        node.SaysNothingOfItsInside();
        Assert.Equal(0, world.Simulator.Arrivals.Total);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
