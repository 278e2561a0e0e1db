using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>What every status store must do.</summary>
public abstract class StatusStoreContract : StoreContract
{
    private static readonly ProviderStatus Fred = new(
        "fred", Now, "run-7", "collecting", 120, 45, 1_000, new DateOnly(2026, 3, 1), Now.AddMinutes(2), "open", Now.AddMinutes(30), Now.AddSeconds(1));

    private static readonly ProviderStatus WorldBank = new("worldbank", null, null, "idle", 0, 0, null, null, null, "closed", null, Now);

    private static readonly SeriesStatus Yield = new(Treasury, Now, "run-7", "failed", Day(9), 250, 3, "Throttled: 429 'too many' requests", Now);

    private static readonly SeriesStatus Rain = new(new SeriesId("noaa", "GHCND:USW00094728:PRCP"), null, null, "collecting", null, 0, 0, null, Now);

    [Fact]
    public async Task An_empty_store_has_no_picture()
    {
        Assert.Empty(await Status.ProvidersAsync(CancellationToken.None));
        Assert.Empty(await Status.SeriesAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task Providers_and_series_come_back_whole_and_in_order()
    {
        await Status.SaveAsync([WorldBank, Fred], [Rain, Yield], [], CancellationToken.None);

        Assert.Equal([Fred, WorldBank], await Status.ProvidersAsync(CancellationToken.None));
        Assert.Equal([Yield, Rain], await Status.SeriesAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task Series_can_be_asked_for_one_provider()
    {
        await Status.SaveAsync([], [Rain, Yield], [], CancellationToken.None);

        Assert.Equal([Rain], await Status.SeriesAsync("noaa", CancellationToken.None));
        Assert.Empty(await Status.SeriesAsync("eia", CancellationToken.None));
    }

    [Fact]
    public async Task Series_come_a_page_at_a_time()
    {
        await Status.SaveAsync([], [Rain, Yield], [], CancellationToken.None);

        Assert.Equal([Yield], await Status.SeriesPageAsync(null, null, 1, CancellationToken.None));
        Assert.Equal([Rain], await Status.SeriesPageAsync(null, Yield.Series, 5, CancellationToken.None));
        Assert.Empty(await Status.SeriesPageAsync("fred", Yield.Series, 5, CancellationToken.None));
    }

    [Fact]
    public async Task Saving_again_renews_and_leaves_the_others()
    {
        await Status.SaveAsync([Fred, WorldBank], [Yield, Rain], [], CancellationToken.None);
        var calm = Fred with { HoldUntil = null, Breaker = "closed", BreakerOpenUntil = null, UpdatedAt = Now.AddHours(1) };
        var well = Yield with { Outcome = "ok", LastFailure = null, ConsecutiveFailures = 0 };
        await Status.SaveAsync([calm], [well], [], CancellationToken.None);

        Assert.Equal([calm, WorldBank], await Status.ProvidersAsync(CancellationToken.None));
        Assert.Equal([well, Rain], await Status.SeriesAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_provider_lists_comes_back_as_it_was_said_last()
    {
        Assert.Empty(await Status.DatasetsAsync(CancellationToken.None));
        await Status.SaveAsync([], [], [new("noaa", "GHCND FIPS:37", ["a \"b\"", ""], Now), new("fred", "release:53", ["x"], Now)], CancellationToken.None);
        await Status.SaveAsync([], [], [new("fred", "release:53", ["y", "é"], Now.AddHours(1))], CancellationToken.None);

        Assert.Equal(
            [("fred", "release:53", "y|é", Now.AddHours(1)), ("noaa", "GHCND FIPS:37", "a \"b\"|", Now)],
            (await Status.DatasetsAsync(CancellationToken.None)).Select(one => (one.Provider, one.DatasetKey, string.Join('|', one.Answers), one.ListedAt)));
    }
}
