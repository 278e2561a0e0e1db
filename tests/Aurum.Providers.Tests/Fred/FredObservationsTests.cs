using System.Globalization;
using System.Text;
using Aurum.Domain;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredObservationsTests
{
    [Fact]
    public void A_whole_history_is_one_page()
    {
        var known = new CatalogEntry(Series().Id, "GDP", UnitCode: "Billions of Dollars", FrequencyCode: "Q");

        var page = Page(Observations(known: known), Recorded("observations-gdp-quarterly.json"));

        var slice = Assert.Single(page.Slices);
        Assert.Null(page.Next);
        Assert.Equal(new SeriesAttributes("Billions of Dollars", "Q", null, null), slice.Attributes);
        Assert.Equal(315, slice.Observations.Count);
        Assert.Equal(new Observation(Utc(1946, 1, 1), new DateOnly(2024, 10, 30), null), slice.Observations[0]);
        Assert.Equal(new Observation(Utc(1947, 1, 1), new DateOnly(2024, 10, 30), 243.164), slice.Observations[4]);
    }

    [Fact]
    public void A_dot_is_a_missing_value_and_not_a_missing_row()
    {
        var rows = Page(Observations("DHHNGSP"), Recorded("observations-dhhngsp-daily-missing.json")).Rows();

        Assert.Equal(8, rows.Count);
        Assert.Equal(new Observation(Utc(2024, 7, 4), new DateOnly(2024, 9, 18), null), rows[3]);
    }

    [Fact]
    public void Each_row_became_known_when_its_own_real_time_period_began()
    {
        var rows = Page(Observations(), Recorded("observations-gdp-initial-release.json")).Rows();

        Assert.Equal(new Observation(Utc(1991, 10, 1), new DateOnly(1992, 1, 29), 5736.6), rows[0]);
        Assert.Equal(new DateOnly(1992, 4, 28), rows[1].AsOf);
    }

    [Fact]
    public void Rows_outside_the_window_are_dropped()
    {
        var rows = Page(Observations("DHHNGSP", new Window(Utc(2024, 7, 2), Utc(2024, 7, 5))), Recorded("observations-dhhngsp-daily-missing.json")).Rows();

        Assert.Equal([Utc(2024, 7, 2), Utc(2024, 7, 3), Utc(2024, 7, 4)], rows.Select(row => row.Timestamp));
    }

    [Theory]
    [InlineData("\"2.10\"", 2.1, "2.10")]
    [InlineData("\"2.1\"", 2.1, null)]
    [InlineData("2.1", 2.1, null)]
    [InlineData("\"-.5\"", -.5, "-.5")]
    [InlineData("\"1\\u0032\"", 12, null)]
    public void Values_keep_their_text_where_the_double_prints_another(string value, double expected, string? raw)
    {
        var row = Assert.Single(Page(Observations(), Body(1, 0, [("2024-01-01", value)])).Rows());

        Assert.Equal((expected, raw), (row.Value!.Value, row.ValueRaw));
    }

    [Fact]
    public void Pages_go_on_behind_the_rows_received_even_when_they_are_few()
    {
        var page = Page(Observations(), Body(5, 2, [("2024-01-01", "\"1\""), ("2024-01-02", "\"2\"")]), cursor: "2");

        Assert.Equal("4 2024-01-02", page.Next);
        Assert.Equal(Utc(2024, 1, 2).AddTicks(1), page.CompleteBefore);
    }

    [Fact]
    public void Rows_in_no_order_complete_nothing_and_are_put_in_order()
    {
        var page = Page(Observations(), Body(5, 0, [("2024-01-02", "\"2\""), ("2024-01-01", "\"1\"")]));

        Assert.Null(page.CompleteBefore);
        Assert.Equal([1, 2], page.Rows().Select(row => row.Value!.Value));
    }

    [Fact]
    public void A_date_that_repeats_is_refused()
    {
        var failure = Failure(Observations(), Body(2, 0, [("2024-01-02", "\"2\""), ("2024-01-02", "\"3\"")]));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("one row for 2024-01-02", failure.Detail);
    }

    [Fact]
    public void A_page_with_a_date_of_the_page_before_begins_anew()
    {
        var failure = Failure(Observations(), Body(5, 2, [("2024-01-02", "\"2\""), ("2024-01-03", "\"3\"")]), cursor: "2 2024-01-02");

        Assert.True(failure.BeginAnew);
        Assert.Contains("the one before ended with 2024-01-02, and the one at offset 2 has 2024-01-02", failure.Detail);
    }

    [Fact]
    public void An_empty_page_before_the_end_is_a_failure_and_no_success()
    {
        var failure = Failure(Observations(), Body(5, 2, []), cursor: "2");

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("no rows at offset 2", failure.Detail);
    }

    [Fact]
    public void An_empty_answer_is_an_empty_page()
    {
        var page = Page(Observations(), Body(0, 0, []));

        Assert.Empty(page.Slices);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData("$.count", """{"observations":[]}""")]
    [InlineData("$.observations", """{"count":0}""")]
    [InlineData("$.count", """{"count":-1,"observations":[]}""")]
    [InlineData("$.offset", """{"count":0,"offset":7,"observations":[]}""")]
    [InlineData("$.observations", """{"count":0,"observations":{}}""")]
    [InlineData("$.observations[0]", """{"count":1,"observations":[1]}""")]
    [InlineData("$.observations[0].date", """{"count":1,"observations":[{"realtime_start":"2024-01-01","value":"1"}]}""")]
    [InlineData("$.observations[0].date", """{"count":1,"observations":[{"realtime_start":"2024-01-01","value":"1","date":"2023-02-29"}]}""")]
    [InlineData("$.observations[0].value", """{"count":1,"observations":[{"realtime_start":"2024-01-01","date":"2024-01-01"}]}""")]
    [InlineData("$.observations[0].value", """{"count":1,"observations":[{"realtime_start":"2024-01-01","date":"2024-01-01","value":"NaN"}]}""")]
    [InlineData("$.observations[0].value", """{"count":1,"observations":[{"realtime_start":"2024-01-01","date":"2024-01-01","value":null}]}""")]
    [InlineData("$.observations[0].realtime_start", """{"count":1,"observations":[{"date":"2024-01-01","value":"1"}]}""")]
    [InlineData("$", "[]")]
    public void A_body_that_breaks_the_contract_is_refused_with_its_path(string path, string body)
    {
        var failure = Failure(Observations(), Encoding.UTF8.GetBytes(body));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains($" {path}: expected", failure.Detail);
    }

    [Fact]
    public void A_body_cut_short_may_come_whole_next_time_and_garbage_may_not()
    {
        Assert.Equal(FailureKind.Transient, Failure(Observations(), """{"count":1,"obs"""u8.ToArray()).Kind);
        Assert.Equal(FailureKind.Malformed, Failure(Observations(), """{"count":1,"observations":[]} and more"""u8.ToArray()).Kind);
        Assert.Equal(FailureKind.Malformed, Failure(Observations(), """{"count":1,"observations":[{"value":"\ud800"}]}"""u8.ToArray()).Kind);
    }

    [Property]
    public void The_order_of_keys_and_unknown_keys_change_nothing(int seed)
    {
        var body = Recorded("observations-dhhngsp-daily-missing.json");

        Assert.Equal(Page(Observations(), body).Rows(), Page(Observations(), BodyDamage.ShuffleKeys(body, seed)).Rows());
    }

    [Fact]
    public void Counts_may_be_texts()
    {
        var body = BodyDamage.Edited(Recorded("observations-dhhngsp-daily-missing.json"), root => root["count"] = "9");

        Assert.Equal("8 2024-07-10", Page(Observations(), body).Next);
    }

    [Property]
    public void The_size_of_the_pages_does_not_change_what_is_read(byte rowCount, byte pageSize)
    {
        var all = Enumerable.Range(0, rowCount)
            .Select(day => (Utc(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"\"{day}\""))
            .ToList();
        var read = new List<Observation>();
        string? cursor = null;
        do
        {
            var offset = cursor is null ? 0 : int.Parse(cursor.Split(' ')[0], CultureInfo.InvariantCulture);
            var page = Page(Observations(), Body(rowCount, offset, all.Skip(offset).Take(pageSize + 1)), cursor);
            read.AddRange(page.Rows());
            cursor = page.Next;
            Assert.True(cursor is null || page.CompleteBefore == read[^1].Timestamp.AddTicks(1));
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, rowCount).Select(day => (double?)day), read.Select(row => row.Value));
    }

    private static byte[] Body(int count, int offset, IEnumerable<(string Date, string Value)> rows) => Encoding.UTF8.GetBytes(
        $$"""{"count":{{count}},"offset":{{offset}},"limit":100000,"observations":[{{string.Join(',', rows.Select(row => $$"""{"realtime_start":"2024-10-30","realtime_end":"2024-10-30","date":"{{row.Date}}","value":{{row.Value}}}"""))}}]}""");
}
