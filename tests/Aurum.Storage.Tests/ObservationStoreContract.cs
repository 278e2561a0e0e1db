using Aurum.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace Aurum.Storage.Tests;

/// <summary>What every observation store must do. A store inherits it and gets all tests.</summary>
public abstract class ObservationStoreContract : StoreContract
{
    [Fact]
    public async Task New_observations_are_inserted_and_read_back()
    {
        Assert.Equal(new WriteResult(2, 0, 0), await WriteAsync(Value(1, 1, 4.25), Value(2, 1, null)));

        Assert.Equal([Row(1, 1, 4.25), Row(2, 1, null)], await ValuesAsync(Latest));
    }

    [Fact]
    public async Task All_columns_come_back()
    {
        var metadata = new Dictionary<string, string> { ["unit"] = "°C", ["note"] = "he said \"5\" <b>" };
        var observation = new Observation(Day(1), AsOf(1), 0.1 + 0.2, "0.30", "E", "G", metadata);
        await WriteAsync(observation);

        var row = Assert.Single(await ReadAsync(Latest));
        Assert.Equal(Treasury, row.Series);
        Assert.Equal(observation with { Metadata = null }, row.Observation with { Metadata = null });
        Assert.Equal(metadata, row.Observation.Metadata);
        Assert.Equal(DateTimeKind.Utc, row.Observation.Timestamp.Kind);
        Assert.Equal(new SeriesAttributes("percent", "D", "H.15", "US"), row.Attributes);
        Assert.Equal((Now, "run-1", "event-1"), (row.IngestedAt, row.RunId, row.EventId));
    }

    [Fact]
    public async Task Absent_columns_stay_absent()
    {
        var batch = new ObservationBatch(
            new ObservationSlice(Treasury, new SeriesAttributes(null, null, null, null), [Value(1, 1, 1)]), "run-1", "event-1", Now);
        await Store.WriteAsync([batch], CancellationToken.None);

        var row = Assert.Single(await ReadAsync(Latest));
        Assert.Equal(new SeriesAttributes(null, null, null, null), row.Attributes);
        Assert.Equal(Value(1, 1, 1), row.Observation);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1e-300)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(123456789.123456789)]
    [InlineData(9007199254740993.0)]
    public async Task Doubles_are_kept_to_the_bit(double value)
    {
        await WriteAsync(Value(1, 1, value));

        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(Assert.Single(await ValuesAsync(Latest)).Value!.Value));
        Assert.Equal(new WriteResult(0, 0, 1), await WriteAsync(Value(1, 1, value)));
    }

    [Fact]
    public async Task Timestamps_from_far_past_and_future_and_of_hours_are_kept()
    {
        DateTime[] timestamps = [new(1, 1, 1, 0, 0, 0, DateTimeKind.Utc), new(1776, 7, 4, 0, 0, 0, DateTimeKind.Utc), new(2026, 1, 1, 23, 0, 0, DateTimeKind.Utc), new(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc)];
        await WriteAsync([.. timestamps.Select(timestamp => new Observation(timestamp, new DateOnly(1900, 1, 1), 1))]);

        var rows = await ReadAsync(Latest);
        Assert.Equal(timestamps, rows.Select(row => row.Observation.Timestamp));
        Assert.All(rows, row => Assert.Equal(new DateOnly(1900, 1, 1), row.Observation.AsOf));
    }

    [Fact]
    public async Task Timestamps_finer_than_a_second_are_refused_and_nothing_is_stored()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(Value(1, 1, 1), new Observation(Day(2).AddTicks(1), AsOf(1), 2)));

        Assert.Empty(await ReadAsync(All));
    }

    [Fact]
    public async Task An_unchanged_value_seen_on_a_later_day_makes_no_row()
    {
        await WriteAsync(Value(1, 1, 4.25));

        Assert.Equal(new WriteResult(0, 0, 1), await WriteAsync(Value(1, 5, 4.25)));
        Assert.Equal([Row(1, 1, 4.25)], await ValuesAsync(All));
    }

    [Fact]
    public async Task A_changed_value_of_a_later_day_is_a_new_row_and_the_old_one_stays()
    {
        await WriteAsync(Value(1, 1, 4.25));

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 5, 4.5)));
        Assert.Equal([Row(1, 1, 4.25), Row(1, 5, 4.5)], await ValuesAsync(All));
        Assert.Equal([Row(1, 5, 4.5)], await ValuesAsync(Latest));
    }

    [Fact]
    public async Task A_changed_value_of_the_same_day_replaces_the_row()
    {
        await WriteAsync(Value(1, 1, 4.25));

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 1, 4.5)));
        Assert.Equal([Row(1, 1, 4.5)], await ValuesAsync(All));
    }

    [Fact]
    public async Task A_late_repeat_of_an_older_page_undoes_nothing()
    {
        var older = Batch(Treasury, Value(1, 1, 4.25), Value(2, 1, 1)) with { IngestedAt = Now.AddTicks(-TimeSpan.TicksPerMicrosecond) };
        await Store.WriteAsync([older], CancellationToken.None);
        await WriteAsync(Value(1, 1, 4.5));

        Assert.Equal([new WriteResult(0, 0, 2)], await Store.WriteAsync([older], CancellationToken.None));
        Assert.Equal([Row(1, 1, 4.5), Row(2, 1, 1)], await ValuesAsync(All));

        var later = Batch(Treasury, Value(1, 1, 4.75)) with { IngestedAt = Now.AddDays(1) };
        Assert.Equal([new WriteResult(0, 1, 0), new WriteResult(0, 1, 1)], await Store.WriteAsync(
            [later, Batch(Treasury, Value(1, 1, 5), Value(1, 2, 6))], CancellationToken.None));
        Assert.Equal([Row(1, 1, 4.75), Row(1, 2, 6), Row(2, 1, 1)], await ValuesAsync(All));
    }

    [Fact]
    public async Task A_page_sent_again_is_not_older_than_itself()
    {
        // Finer than the stores keep it.
        var batch = Batch(Treasury, Value(1, 1, 1), Value(1, 1, 2)) with { IngestedAt = Now.AddTicks(7) };

        Assert.Equal([new WriteResult(1, 1, 0)], await Store.WriteAsync([batch], CancellationToken.None));
        Assert.Equal([new WriteResult(0, 2, 0)], await Store.WriteAsync([batch], CancellationToken.None));
        Assert.Equal([Row(1, 1, 2)], await ValuesAsync(All));
    }

    [Fact]
    public async Task A_long_slice_meets_gaps_revisions_and_what_is_new()
    {
        await WriteAsync([.. Enumerable.Range(1, 500).Where(day => day % 7 != 0).Select(day => Value(day, 1, day))]);
        await WriteAsync(Value(20, 3, -20), Value(21, 3, -21));

        var again = Enumerable.Range(10, 600).Select(day => Value(day, 5, day == 30 ? -30 : day)).ToArray();
        var late = again.Prepend(Value(-2_000, 1, 0)).Reverse().ToArray();

        // New: the gaps in 10..500 but for day 21, and 501..609. Revised: 20, 21, 30.
        var gaps = Enumerable.Range(10, 491).Count(day => day % 7 == 0) - 1;
        Assert.Equal(new WriteResult(gaps + 109, 3, 600 - gaps - 109 - 3), await WriteAsync(again));
        Assert.Equal(new WriteResult(1, 0, 600), await WriteAsync(late));
        Assert.Equal(again[^1], (await ReadAsync(Latest))[^1].Observation);
    }

    [Fact]
    public async Task A_missing_value_that_arrives_later_is_a_revision()
    {
        await WriteAsync(Value(1, 1, null));

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 2, 3)));
        Assert.Equal([Row(1, 1, null), Row(1, 2, 3)], await ValuesAsync(All));
    }

    [Fact]
    public async Task A_value_that_returns_to_an_old_one_is_a_new_row()
    {
        await WriteAsync(Value(1, 1, 1));
        await WriteAsync(Value(1, 2, 2));

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 3, 1)));
        Assert.Equal([Row(1, 1, 1), Row(1, 2, 2), Row(1, 3, 1)], await ValuesAsync(All));
    }

    [Fact]
    public async Task An_earlier_vintage_that_comes_late_goes_before_and_leaves_the_later_one_alone()
    {
        await WriteAsync(Value(1, 5, 2));

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 1, 2)));
        Assert.Equal([Row(1, 1, 2), Row(1, 5, 2)], await ValuesAsync(All));
        Assert.Equal([Row(1, 5, 2)], await ValuesAsync(Latest));
    }

    [Fact]
    public async Task A_vintage_between_two_is_compared_with_the_one_before_it()
    {
        await WriteAsync(Value(1, 1, 1));
        await WriteAsync(Value(1, 5, 2));

        Assert.Equal(new WriteResult(0, 0, 1), await WriteAsync(Value(1, 3, 1)));
        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Value(1, 3, 2)));
        Assert.Equal([Row(1, 1, 1), Row(1, 3, 2), Row(1, 5, 2)], await ValuesAsync(All));
    }

    [Theory]
    [InlineData("1.0", null, null)]
    [InlineData("", null, null)]
    [InlineData("", "", "")]
    [InlineData("−1,0 % 🌡", null, null)]
    [InlineData(null, "E", null)]
    [InlineData(null, null, "X")]
    public async Task Another_text_status_or_quality_flag_is_a_revision(string? raw, string? status, string? quality)
    {
        await WriteAsync(Value(1, 1, 1));
        var changed = Value(1, 2, 1) with { ValueRaw = raw, Status = status, QualityFlag = quality };

        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(changed));
        Assert.Equal(changed, Assert.Single(await ReadAsync(Latest)).Observation);
    }

    [Fact]
    public async Task Other_metadata_alone_is_no_change()
    {
        await WriteAsync(Value(1, 1, 1));

        Assert.Equal(new WriteResult(0, 0, 1), await WriteAsync(Value(1, 2, 1) with { Metadata = new Dictionary<string, string> { ["a"] = "b" } }));
    }

    [Fact]
    public async Task A_text_of_one_row_does_not_stick_to_the_next()
    {
        var first = Value(1, 1, 1) with { ValueRaw = "1.0", Status = "E", QualityFlag = "X" };
        await WriteAsync(first, Value(2, 1, 2), Value(3, 1, 3));

        Assert.Equal([first, Value(2, 1, 2), Value(3, 1, 3)], (await ReadAsync(All)).Select(row => row.Observation));
    }

    [Fact]
    public async Task Duplicates_in_one_call_are_taken_one_after_the_other()
    {
        var results = await Store.WriteAsync(
            [Batch(Treasury, Value(2, 1, 1), Value(2, 1, 1), Value(1, 1, 7)), Batch(Treasury), Batch(Treasury, Value(2, 1, 3), Value(2, 2, 3), Value(2, 2, 4))],
            CancellationToken.None);

        Assert.Equal([new WriteResult(2, 0, 1), new WriteResult(0, 0, 0), new WriteResult(0, 2, 1)], results);
        Assert.Equal([Row(1, 1, 7), Row(2, 1, 3), Row(2, 2, 4)], await ValuesAsync(All));
    }

    [Fact]
    public async Task Writing_nothing_is_allowed()
    {
        Assert.Empty(await Store.WriteAsync([], CancellationToken.None));
        Assert.Equal([new WriteResult(0, 0, 0)], await Store.WriteAsync([Batch(Treasury)], CancellationToken.None));
        Assert.Empty(await Catalog.ListAsync(null, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task As_of_gives_what_the_world_knew_that_evening()
    {
        await WriteAsync(Value(1, 2, 1), Value(2, 3, 10));
        await WriteAsync(Value(1, 4, 2));

        Assert.Empty(await ValuesAsync(new Vintages.AsOf(AsOf(1))));
        Assert.Equal([Row(1, 2, 1)], await ValuesAsync(new Vintages.AsOf(AsOf(2))));
        Assert.Equal([Row(1, 2, 1), Row(2, 3, 10)], await ValuesAsync(new Vintages.AsOf(AsOf(3))));
        Assert.Equal([Row(1, 4, 2), Row(2, 3, 10)], await ValuesAsync(new Vintages.AsOf(AsOf(9))));
    }

    [Fact]
    public async Task A_window_is_half_open()
    {
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 2), Value(3, 1, 3));

        Assert.Equal([Row(1, 1, 1), Row(2, 1, 2)], await ValuesAsync(Latest, new Window(Day(1), Day(3))));
        Assert.Equal([Row(2, 1, 2), Row(3, 1, 3)], await ValuesAsync(All, new Window(Day(1).AddTicks(1), Day(3).AddTicks(1))));
        Assert.Empty(await ValuesAsync(Latest, new Window(Day(2), Day(2))));
    }

    [Fact]
    public async Task Series_come_in_ordinal_order_and_only_the_wanted_ones()
    {
        string[] codes = ["b", "B", "a:2", "a", "ä", "Z9"];
        foreach (var code in codes)
        {
            await Store.WriteAsync([Batch(new SeriesId("noaa", code), Value(2, 1, 2)), Batch(new SeriesId("noaa", code), Value(1, 1, 1))], CancellationToken.None);
        }

        await WriteAsync(Value(1, 1, 1));

        var all = await ReadAsync(Latest, "noaa");
        Assert.Equal(codes.Order(StringComparer.Ordinal).SelectMany(code => new[] { (code, Day(1)), (code, Day(2)) }), all.Select(row => (row.Series.Code, row.Observation.Timestamp)));
        Assert.Equal(["B", "B", "a", "a"], (await ReadAsync(Latest, "noaa", null, "a", "B", "a", "unheard")).Select(row => row.Series.Code));
    }

    [Fact]
    public async Task An_unknown_provider_or_series_is_empty()
    {
        await WriteAsync(Value(1, 1, 1));

        Assert.Empty(await ReadAsync(All, "nobody"));
        Assert.Empty(await ReadAsync(All, "fred", null, "NOTHING"));
    }

    [Fact]
    public async Task All_of_a_call_is_stored_or_nothing()
    {
        var good = Batch(Treasury, Value(1, 1, 1));
        var broken = new WatchedList(5, at: 3, () => throw new InvalidDataException("the list broke"));
        var bad = good with { Slice = good.Slice with { Series = new SeriesId("fred", "BROKEN"), Observations = broken } };

        await Assert.ThrowsAsync<InvalidDataException>(() => Store.WriteAsync([good, bad], CancellationToken.None));

        Assert.Empty(await ReadAsync(All));
        Assert.Equal(new WriteResult(1, 0, 0), await WriteAsync(Value(1, 1, 1)));
    }

    [Fact]
    public async Task A_cancelled_write_stores_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync([Batch(Treasury, Value(1, 1, 1))], cancelled.Token));
        Assert.Empty(await ReadAsync(All));
    }

    [Fact]
    public async Task Writers_take_turns()
    {
        var writes = Enumerable.Range(0, 20).Select(index => Store.WriteAsync(
            [Batch(Treasury, [.. Enumerable.Range(1, 50).Select(day => Value(day, 1 + index, index))])], CancellationToken.None));
        var results = await Task.WhenAll(writes);

        Assert.Equal(50, results.Sum(result => result[0].Inserted));
        Assert.Equal(1_000, results.Sum(result => result[0].Inserted + result[0].Revised));
        Assert.Equal(1_000, (await ReadAsync(All)).Count);
    }

    [Fact]
    public async Task Two_readers_read_on_while_a_write_commits_and_see_the_store_of_their_start()
    {
        var other = new SeriesId("fred", "UNRATE");
        var before = Enumerable.Range(1, 300).Select(day => Value(day, 1, day)).ToArray();
        await Store.WriteAsync([Batch(Treasury, before), Batch(other, before)], CancellationToken.None);
        var query = new ObservationQuery("fred", [], Window.Everything, All);
        await using var first = Store.ReadAsync(query, CancellationToken.None).GetAsyncEnumerator();
        await using var second = Store.ReadAsync(query, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        Assert.True(await second.MoveNextAsync());

        var after = Enumerable.Range(1, 400).Select(day => Value(day, 2, -day)).ToArray();
        await Store.WriteAsync([Batch(Treasury, after), Batch(other, after)], CancellationToken.None);

        Assert.Equal((600, 600), (1 + await CountRestAsync(first), 1 + await CountRestAsync(second)));
        Assert.Equal(1_400, (await ReadAsync(All)).Count);
    }

    [Fact]
    public async Task A_reader_that_stops_early_leaves_the_store_usable()
    {
        await WriteAsync(Value(1, 1, 1), Value(2, 1, 2));
        await foreach (var _ in Store.ReadAsync(new ObservationQuery("fred", [], Window.Everything, Latest), CancellationToken.None))
        {
            break;
        }

        await WriteAsync(Value(3, 1, 3));
        Assert.Equal(3, (await ReadAsync(Latest)).Count);
    }

    [Fact]
    public async Task Page_after_page_is_the_same_as_all_at_once()
    {
        SeriesId[] series = [Treasury, new("fred", "A"), new("fred", "ZZ")];
        foreach (var one in series)
        {
            await Store.WriteAsync([Batch(one, Value(1, 1, 1), Value(2, 1, 2), Value(3, 1, 3))], CancellationToken.None);
            await Store.WriteAsync([Batch(one, Value(1, 2, 10), Value(3, 3, 30))], CancellationToken.None);
        }

        foreach (var vintages in new[] { Latest, All, new Vintages.AsOf(AsOf(2)) })
        {
            foreach (string[] wanted in new[] { [], ["ZZ", "A"], new[] { "DGS10" } })
            {
                var window = new Window(Day(1), Day(4));
                var whole = await ReadAsync(vintages, window: window, series: wanted);
                for (var size = 1; size <= 6; size++)
                {
                    Assert.Equal(whole, await InPagesAsync(new ObservationQuery("fred", wanted, window, vintages, Limit: size)));
                }
            }
        }
    }

    private async Task<List<StoredObservation>> InPagesAsync(ObservationQuery query)
    {
        var found = new List<StoredObservation>();
        while (true)
        {
            var page = await Store.ReadAsync(query, CancellationToken.None).ToListAsync();
            Assert.True(page.Count <= query.Limit);
            found.AddRange(page);
            if (page is not [.., var last])
            {
                return found;
            }

            query = query with { After = new ObservationKey(last.Series.Code, last.Observation.Timestamp, last.Observation.AsOf) };
        }
    }

    [Fact]
    public void Any_sequence_of_writes_gives_what_the_rules_give()
    {
        // Few timestamps, days and values, so that repeats, revisions and late vintages are the rule.
        var sequences = Arb.From(
            Gen.Choose(0, 12).SelectMany(size => Gen.Choose(0, ObservationModel.Codes - 1).ArrayOf(size)).ArrayOf(3).ArrayOf(5),
            ArbMap.Default.ArbFor<int[][][]>().Shrinker);
        var run = 0;
        Prop.ForAll(sequences, calls => Await(() => HoldsAsync(calls, $"model{run++}")))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static void Await(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    private static async Task<int> CountRestAsync(IAsyncEnumerator<StoredObservation> rows)
    {
        var count = 0;
        while (await rows.MoveNextAsync())
        {
            count++;
        }

        return count;
    }

    private async Task HoldsAsync(int[][][] calls, string provider)
    {
        var model = new ObservationModel();
        foreach (var call in calls)
        {
            var batches = call.Select(codes => ObservationModel.BatchOf(provider, codes, Now)).ToList();
            Assert.Equal(batches.Select(model.Write), await Store.WriteAsync(batches, CancellationToken.None));
        }

        await SameAsync(model, provider, All, _ => true, keepAll: true);
        await SameAsync(model, provider, Latest, _ => true, keepAll: false);
        for (var day = 0; day <= ObservationModel.AsOfDays; day++)
        {
            var limit = ObservationModel.FirstAsOf.AddDays(day);
            await SameAsync(model, provider, new Vintages.AsOf(limit), row => row.AsOf <= limit, keepAll: false);
        }

        var summaries = await Catalog.ListAsync(provider, CancellationToken.None).ToListAsync();
        Assert.Equal(model.Summaries(provider), summaries);
    }

    private async Task SameAsync(ObservationModel model, string provider, Vintages vintages, Func<Observation, bool> known, bool keepAll)
    {
        var rows = await ReadAsync(vintages, provider);
        Assert.Equal(model.Read(known, keepAll), rows.Select(row => (row.Series.Code, row.Observation)));
    }
}
