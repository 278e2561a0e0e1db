using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>What every store must know of when values came.</summary>
public abstract class RhythmStoreContract : StoreContract
{
    [Fact]
    public async Task Timestamps_come_oldest_first_with_the_day_on_which_each_first_became_known()
    {
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 2), Value(3, 4, 3));
        await WriteAsync(Value(2, 9, 2.5));

        var newest = await Rhythm.NewestAsync([Treasury], 10, CancellationToken.None);

        Assert.Equal([(Day(1), AsOf(1)), (Day(2), AsOf(1)), (Day(3), AsOf(4))], newest[Treasury].Select(one => (one.Timestamp, one.KnownOn)));
        Assert.All(newest[Treasury], one => Assert.Equal(Now, one.StoredAt));
    }

    [Fact]
    public async Task Only_the_newest_are_asked_for_and_only_of_the_series_that_are_named()
    {
        var other = new SeriesId("eia", "A");
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 2), Value(3, 4, 3));
        await Store.WriteAsync([Batch(other, Value(7, 7, 7))], CancellationToken.None);

        var newest = await Rhythm.NewestAsync([Treasury, new SeriesId("fred", "NOBODY")], 2, CancellationToken.None);

        Assert.Equal([Treasury], newest.Keys);
        Assert.Equal([Day(2), Day(3)], newest[Treasury].Select(one => one.Timestamp));
        Assert.Equal(2, (await Rhythm.NewestAsync([other, Treasury], 2, CancellationToken.None)).Count);
        Assert.Empty(await Rhythm.NewestAsync([], 2, CancellationToken.None));
    }
}
