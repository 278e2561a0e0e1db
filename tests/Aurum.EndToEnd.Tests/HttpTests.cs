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
