using System.Net;
using System.Net.Sockets;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("run", "--no-such-flag")]
    [InlineData("run", "--interval", "5")]
    [InlineData("collect")]
    public async Task Bad_arguments_are_2(params string[] arguments)
    {
        await using var world = await World.CreateAsync();
        var process = await world.Start(arguments).EndsWithAsync(2);
        process.SaysNothingOfItsInside();
        Assert.NotEmpty(process.Error.Lines);
        Assert.Equal(0, world.Simulator.Arrivals.Total);
    }

    [Fact]
    public async Task An_unknown_key_is_2_with_file_and_path()
    {
        await using var world = await World.CreateAsync();
        world.Config.Write("fred", """{ "name": "fred", "rate_limit": { "requests_per_minute": 60 }, "datasets": [ { "series": ["DGS10"] } ] }""");
        var process = await world.Run().EndsWithAsync(2);
        Assert.Contains($"{world.Config.FileOf("fred")}: $.rate_limit", process.Error.Text, StringComparison.Ordinal);
        Assert.Contains("requests_per_minute", process.Error.Text, StringComparison.Ordinal);
        process.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task All_problems_are_named_at_once()
    {
        await using var world = await World.CreateAsync();
        world.Config.Write("fred", """{ "name": "fred", "rate_limit": { "burst": 0 }, "datasets": [ { "series": ["DGS10"] } ] }""");
        world.Config.Write("worldbank", """{ "name": "worldbank", "datasets": [ { "indicators": ["NY.GDP.MKTP.CD"], "countries": [7] } ] }""");
        var process = await world.Run().EndsWithAsync(2);
        Assert.Contains($"{world.Config.FileOf("fred")}: $.rate_limit.burst", process.Error.Text, StringComparison.Ordinal);
        Assert.Contains($"{world.Config.FileOf("worldbank")}: $.datasets[0].countries", process.Error.Text, StringComparison.Ordinal);
        process.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task A_provider_by_name_without_its_key_is_2()
    {
        await using var world = await World.CreateAsync();
        world.Environment.Remove("FRED_API_KEY");
        var process = await world.Run("--providers", "fred,worldbank").EndsWithAsync(2);
        Assert.Contains("FRED_API_KEY: is not set", process.Error.Text, StringComparison.Ordinal);
        Assert.Equal(0, world.Simulator.Arrivals.Total);
        process.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task Providers_of_the_default_list_without_a_key_are_skipped_with_a_warning()
    {
        await using var world = await World.CreateAsync();
        string[] keys = ["FRED_API_KEY", "EIA_API_KEY", "NOAA_GHCND_TOKEN"];
        Assert.All(keys, key => Assert.True(world.Environment.Remove(key)));
        var process = await world.RunToEndAsync();
        var keyed = world.Plans.Where(plan => plan.Provider != "worldbank").Select(plan => plan.Provider);
        Assert.All(keyed, provider => Assert.Contains($"warning: {provider} is skipped", process.Error.Text, StringComparison.Ordinal));
        Assert.All(keyed, provider => Assert.Equal(0, world.Requests(provider)));
        await StoreComparison.IsTruthAsync(world.Data, world.Simulator.Truth, [ProviderPlan.Of("worldbank")]);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_3()
    {
        await using var world = await World.CreateAsync();
        var file = Path.Combine(world.Folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        foreach (var impossible in (string[])[file, Path.Combine(file, "below")])
        {
            world.Data = impossible;
            var process = await world.Run().EndsWithAsync(3);
            Assert.Contains(impossible, process.Error.Text, StringComparison.Ordinal);
            process.SaysNothingOfItsInside();
        }
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_3_and_harms_nothing()
    {
        await using var world = await World.CreateAsync(World.Small with { Latency = TimeSpan.FromMilliseconds(300) });
        var first = world.Run();
        await first.AwaitAsync(() => world.Simulator.Arrivals.Total > 0, "it has begun");

        var second = await world.Run().EndsWithAsync(3);

        Assert.Contains("is in use by another aurum", second.Error.Text, StringComparison.Ordinal);
        second.SaysNothingOfItsInside();
        Assert.False(first.HasEnded, "the first run was over before the second began");
        await first.EndsWithAsync(0);
        await world.StoreIsTruthAsync();
    }

    [Theory]
    [InlineData("api.stlouisfed.org")]
    [InlineData("ftp://api.stlouisfed.org/")]
    public async Task A_malformed_base_address_is_2(string address)
    {
        await using var world = await World.CreateAsync();
        world.Environment["FRED_API_BASE_URL"] = address;
        var process = await world.Run().EndsWithAsync(2);
        Assert.Contains("FRED_API_BASE_URL: is no base address", process.Error.Text, StringComparison.Ordinal);
        process.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_1_with_each_series_named()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, maxAttempts: 2);
        world.Environment["FRED_API_BASE_URL"] = $"http://127.0.0.1:{ClosedPort()}";
        var process = await world.Run().EndsWithAsync(1);
        var fred = ProviderPlan.Of("fred");
        Assert.All(fred.Series, series => Assert.Contains(process.Error.Lines, line => line.StartsWith($"failed: fred {series.Code}: Transient: ", StringComparison.Ordinal)));
        process.SaysNothingOfItsInside();
        await StoreComparison.IsTruthAsync(world.Data, world.Simulator.Truth, world.Plans, "", fred.Series);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
