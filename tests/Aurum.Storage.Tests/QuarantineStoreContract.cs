namespace Aurum.Storage.Tests;

/// <summary>What every quarantine must do.</summary>
public abstract class QuarantineStoreContract : StoreContract
{
    private static readonly QuarantinedObservation Broken = new(
        "fred", "DGS10", ["value is infinite", "unit 'x' is unknown"], """{"series_id":"DGS10","note":"°C"}""", "aurum.ext.timeseries.obs.v1", 3, 5_000_000_000, Now);

    private static readonly string Shown =
        """fred|DGS10|value is infinite+unit 'x' is unknown|{"series_id":"DGS10","note":"°C"}|aurum.ext.timeseries.obs.v1|3|5000000000|2026-03-02T08:30:15.123000Z""";

    [Fact]
    public async Task A_row_is_kept_with_its_reasons_and_its_place()
    {
        await Quarantine.SaveAsync([Broken], CancellationToken.None);

        Assert.Equal([Shown], await QuarantinedAsync());
    }

    [Fact]
    public async Task A_repeat_makes_no_second_row_and_what_is_new_beside_it_is_kept()
    {
        var next = Broken with { Offset = Broken.Offset + 1, SeriesId = "" };
        var elsewhere = Broken with { Partition = 4 };
        await Quarantine.SaveAsync([Broken], CancellationToken.None);
        await Quarantine.SaveAsync([Broken, next, next, elsewhere], CancellationToken.None);

        Assert.Equal(3, (await QuarantinedAsync()).Count);
    }

    [Fact]
    public async Task Rows_are_read_newest_first_and_one_by_its_place()
    {
        var next = Broken with { Offset = 7, At = Now.AddMinutes(1) };
        await Quarantine.SaveAsync([Broken, next], CancellationToken.None);

        var newest = await Quarantine.NewestAsync(10, CancellationToken.None);
        Assert.Equal([7, Broken.Offset], newest.Select(row => row.Observation.Offset));
        Assert.Equivalent(new QuarantineRow(Broken, Closed: null), newest[1], strict: true);
        Assert.Single(await Quarantine.NewestAsync(1, CancellationToken.None));
        Assert.Equivalent(newest[1], await Quarantine.FindAsync(Broken.Topic, Broken.Partition, Broken.Offset, CancellationToken.None), strict: true);
        Assert.Null(await Quarantine.FindAsync(Broken.Topic, Broken.Partition, 1, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_done_about_a_row_is_kept_and_the_row_stays()
    {
        await Quarantine.SaveAsync([Broken], CancellationToken.None);
        var closing = new QuarantineClosing(QuarantineClosing.Dropped, Now.AddHours(1), "ann", "known to be wrong");

        Assert.True(await Quarantine.CloseAsync(Broken.Topic, Broken.Partition, Broken.Offset, closing, CancellationToken.None));
        Assert.False(await Quarantine.CloseAsync(Broken.Topic, Broken.Partition, 1, closing, CancellationToken.None));

        Assert.Equal(closing, (await Quarantine.FindAsync(Broken.Topic, Broken.Partition, Broken.Offset, CancellationToken.None))!.Closed);
        await Quarantine.SaveAsync([Broken], CancellationToken.None);
        Assert.Equal(closing, Assert.Single(await Quarantine.NewestAsync(10, CancellationToken.None)).Closed);
    }

    [Fact]
    public async Task Nothing_may_be_saved() => await Quarantine.SaveAsync([], CancellationToken.None);
}
