using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>What every catalog store must do.</summary>
public abstract class CatalogStoreContract : StoreContract
{
    private static readonly CatalogEntry Entry = new(
        Treasury,
        "10-Year Treasury",
        "Market yield",
        "Percent",
        "D",
        "H.15",
        "US",
        "Interest rates",
        "https://fred.stlouisfed.org/series/DGS10",
        Day(1),
        Day(60),
        Now.AddHours(-3),
        new Dictionary<string, string> { ["seasonal"] = "Not adjusted", ["°"] = "ü" });

    [Fact]
    public async Task An_entry_comes_back_whole_with_the_time_of_its_renewal()
    {
        await Catalog.SaveAsync([Entry], Now, CancellationToken.None);

        var known = await Catalog.FindAsync(Treasury, CancellationToken.None);
        Assert.Equal(Now, known!.RenewedAt);
        Assert.Equal(Entry with { Metadata = null }, known.Entry with { Metadata = null });
        Assert.Equal(Entry.Metadata, known.Entry.Metadata);
    }

    [Fact]
    public async Task A_bare_entry_stays_bare()
    {
        await Catalog.SaveAsync([new CatalogEntry(Treasury, "Title")], Now, CancellationToken.None);

        Assert.Equal(new CatalogEntry(Treasury, "Title"), (await Catalog.FindAsync(Treasury, CancellationToken.None))!.Entry);
    }

    [Fact]
    public async Task Saving_again_renews_every_field()
    {
        await Catalog.SaveAsync([Entry], Now, CancellationToken.None);
        await Catalog.SaveAsync([new CatalogEntry(Treasury, "Renamed")], Now.AddDays(1), CancellationToken.None);

        Assert.Equal(new KnownEntry(new CatalogEntry(Treasury, "Renamed"), Now.AddDays(1)), await Catalog.FindAsync(Treasury, CancellationToken.None));
    }

    [Fact]
    public async Task Times_of_other_zones_are_the_same_instants()
    {
        var there = Now.ToOffset(TimeSpan.FromHours(-6));
        await Catalog.SaveAsync([Entry with { LastUpdated = there }], there, CancellationToken.None);

        var known = await Catalog.FindAsync(Treasury, CancellationToken.None);
        Assert.Equal((Now, Now), (known!.RenewedAt, known.Entry.LastUpdated));
    }

    [Fact]
    public async Task An_unknown_series_has_no_entry() => Assert.Null(await Catalog.FindAsync(Treasury, CancellationToken.None));

    [Fact]
    public async Task The_list_holds_series_with_an_entry_with_observations_or_with_both_in_order()
    {
        var gas = new SeriesId("eia", "RNGWHHD");
        var oil = new SeriesId("eia", "RWTC");
        await Catalog.SaveAsync([new CatalogEntry(oil, "Oil"), new CatalogEntry(Treasury, "Treasury")], Now, CancellationToken.None);
        await Store.WriteAsync([Batch(Treasury, Value(1, 1, 1), Value(3, 1, 3), Value(1, 2, 2)), Batch(gas, Value(7, 1, null))], CancellationToken.None);

        SeriesSummary[] expected =
        [
            new(gas, null, 1, 1, Day(7), Day(7)),
            new(oil, new CatalogEntry(oil, "Oil"), 0, 0, null, null),
            new(Treasury, new CatalogEntry(Treasury, "Treasury", UnitCode: "percent"), 2, 3, Day(1), Day(3)),
        ];
        Assert.Equal(expected, await Catalog.ListAsync(null, CancellationToken.None).ToListAsync());
        Assert.Equal(expected[..2], await Catalog.ListAsync("eia", CancellationToken.None).ToListAsync());
        Assert.Empty(await Catalog.ListAsync("noaa", CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Entries_come_a_page_at_a_time_and_whole()
    {
        SeriesId[] series = [new("eia", "B"), new("fred", "A"), Treasury, new("noaa", "A")];
        await Catalog.SaveAsync([.. series.Reverse().Select(id => Entry with { Series = id, Metadata = null })], Now, CancellationToken.None);

        var first = await Catalog.PageAsync(null, null, 3, CancellationToken.None);

        Assert.Equal([.. series[..3].Select(id => new KnownEntry(Entry with { Series = id, Metadata = null }, Now))], first);
        Assert.Equal([series[3]], (await Catalog.PageAsync(null, first[^1].Entry.Series, 3, CancellationToken.None)).Select(known => known.Entry.Series));
        Assert.Equal([Treasury], (await Catalog.PageAsync("fred", series[1], 3, CancellationToken.None)).Select(known => known.Entry.Series));
    }

    [Fact]
    public async Task A_unit_of_the_catalog_is_not_overruled_by_the_observations()
    {
        await Catalog.SaveAsync([Entry], Now, CancellationToken.None);
        await WriteAsync(Value(1, 1, 1));

        Assert.Equal("Percent", (await Catalog.ListAsync("fred", CancellationToken.None).ToListAsync()).Single().Entry!.UnitCode);
    }

    [Fact]
    public async Task Counts_follow_repeats_and_replacements()
    {
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 2));
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 3), Value(2, 4, 4));

        Assert.Equal([new SeriesSummary(Treasury, null, 2, 3, Day(1), Day(2))], await Catalog.ListAsync("fred", CancellationToken.None).ToListAsync());
    }
}
