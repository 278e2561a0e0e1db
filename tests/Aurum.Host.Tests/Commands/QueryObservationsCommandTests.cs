using Aurum.Domain;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

public sealed class QueryObservationsCommandTests : IDisposable
{
    private static readonly DateTimeOffset Collected = new(2024, 1, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly CommandLine _line = new();

    [Fact]
    public async Task Ndjson_has_its_fields_in_order_and_the_shortest_numbers()
    {
        Store(Row("DGS10", 4.05), Row("DGS10", 0.1 + 0.2), Row("DGS10", 1e300), Row("DGS10", -0.000001), Row("DGS10", 0));

        var answer = await QueryAsync("--format ndjson");

        Assert.Equal(
            """
            {"provider":"fred","series_id":"DGS10","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":4.05,"unit_code":"Percent","frequency_code":"D","status":null}
            {"provider":"fred","series_id":"DGS10","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":0.30000000000000004,"unit_code":"Percent","frequency_code":"D","status":null}
            {"provider":"fred","series_id":"DGS10","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":1E+300,"unit_code":"Percent","frequency_code":"D","status":null}
            {"provider":"fred","series_id":"DGS10","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":-1E-06,"unit_code":"Percent","frequency_code":"D","status":null}
            {"provider":"fred","series_id":"DGS10","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":0,"unit_code":"Percent","frequency_code":"D","status":null}

            """.ReplaceLineEndings("\n"),
            answer.Output);
    }

    [Fact]
    public async Task Ndjson_says_null_for_a_missing_value_and_shows_raw_text_and_flag_only_where_present()
    {
        Store(Row("A \"quoted\" °C", null, raw: "NA", status: "estimated", flag: "D", unit: null));

        var answer = await QueryAsync("--format ndjson");

        Assert.Equal(
            """{"provider":"fred","series_id":"A \"quoted\" °C","timestamp":"2024-01-02T00:00:00Z","asof_date":"2024-01-03","value":null,"value_raw":"NA","unit_code":null,"frequency_code":"D","status":"estimated","quality_flag":"D"}""" + "\n",
            answer.Output);
    }

    [Fact]
    public async Task Csv_has_a_header_and_quotes_what_needs_it()
    {
        Store(Row("a,b", 1.5, raw: "1.50", status: "says \"so\"", unit: "two\nlines"), Row("plain", null, unit: null));

        var answer = await QueryAsync("--format csv");

        Assert.Equal(
            "provider,series_id,timestamp,asof_date,value,value_raw,unit_code,frequency_code,status,quality_flag\r\n"
            + "fred,\"a,b\",2024-01-02T00:00:00Z,2024-01-03,1.5,1.50,\"two\nlines\",D,\"says \"\"so\"\"\",\r\n"
            + "fred,plain,2024-01-02T00:00:00Z,2024-01-03,,,,D,,\r\n",
            answer.Output);
    }

    [Fact]
    public async Task Csv_of_nothing_is_its_header()
    {
        Store();

        var answer = await QueryAsync("--format csv");

        Assert.Equal("provider,series_id,timestamp,asof_date,value,value_raw,unit_code,frequency_code,status,quality_flag\r\n", answer.Output);
        Assert.Equal((0, "no observation matches; aurum query series lists what is stored\n"), (answer.Code, answer.Error));
    }

    [Fact]
    public async Task A_table_is_aligned_and_free_of_control_characters()
    {
        Store(Row("DGS10", 4.05), Row("LONG_ID", 12345.678, status: "e\u001b[31m"), Row("X", null));

        var answer = await QueryAsync("");

        Assert.Equal(
            """
            SERIES ID  TIMESTAMP   ASOF DATE       VALUE  UNIT CODE  FREQUENCY CODE  STATUS  QUALITY FLAG
            DGS10      2024-01-02  2024-01-03       4.05  Percent    D               -       -
            LONG_ID    2024-01-02  2024-01-03  12345.678  Percent    D               e [31m  -
            X          2024-01-02  2024-01-03          -  Percent    D               -       -

            """.ReplaceLineEndings("\n"),
            answer.Output);
    }

    [Theory]
    [InlineData("table", 4)]
    [InlineData("csv", 4)]
    [InlineData("ndjson", 3)]
    public async Task Rows_that_came_before_a_failure_of_the_store_are_written(string format, int lines)
    {
        Store(Row("A", 1), Row("B", 2), Row("C", 3));
        _line.Store.Failure = new StorageException("the store at data is damaged", new IOException());

        var answer = await QueryAsync($"--format {format}");

        Assert.Equal((3, "aurum: the store at data is damaged\n"), (answer.Code, answer.Error));
        Assert.Equal(lines, answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_long_table_streams_with_the_widths_of_its_beginning()
    {
        Store([.. Enumerable.Repeat(Row("A", 1), 300), Row("MUCH_LONGER_THAN_ALL", 1)]);

        var answer = await QueryAsync("");

        Assert.Equal(302, answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\nA          2024-01-02", answer.Output, StringComparison.Ordinal);
        Assert.Contains("\nMUCH_LONGER_THAN_ALL  2024-01-02", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_does_not_wait_for_the_last_row()
    {
        var output = new CountingStream();
        _line.Output = output;
        Store([.. Enumerable.Repeat(Row("A", 1), 5000)]);

        await QueryAsync("--format ndjson");

        Assert.InRange(output.Writes, 5, 50);
        Assert.InRange(output.LongestWrite, 1, 70_000);
    }

    [Fact]
    public async Task A_reader_that_has_gone_is_no_failure()
    {
        _line.Output = new CountingStream { ClosesAfter = 1 };
        Store([.. Enumerable.Repeat(Row("A", 1), 5000)]);

        var answer = await QueryAsync("--format csv");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
    }

    [Fact]
    public async Task The_query_reaches_the_store()
    {
        Store();

        await QueryAsync("--series A --series B --series A --from 2024-01-01 --to 2024-02-01T06:30:00+01:00 --as-of 2024-03-01");

        var asked = _line.Store.Asked!;
        Assert.Equal("fred", asked.Provider);
        Assert.Equal(["A", "B"], asked.Series);
        Assert.Equal(new Window(Utc(2024, 1, 1), Utc(2024, 2, 1).AddHours(5.5)), asked.Window);
        Assert.Equal(DateTimeKind.Utc, asked.Window.From.Kind);
        Assert.Equal(new Vintages.AsOf(new DateOnly(2024, 3, 1)), asked.Vintages);
    }

    [Fact]
    public async Task Without_more_a_query_wants_the_latest_of_everything()
    {
        Store();

        await QueryAsync("");
        Assert.Equal((Window.Everything, new Vintages.Latest()), (_line.Store.Asked!.Window, _line.Store.Asked.Vintages));
        Assert.Empty(_line.Store.Asked.Series);

        await QueryAsync("--vintages latest");
        Assert.Equal(new Vintages.Latest(), _line.Store.Asked.Vintages);

        await QueryAsync("--vintages all");
        Assert.Equal(new Vintages.All(), _line.Store.Asked.Vintages);
    }

    [Theory]
    [InlineData("query observations --provider frd", "--provider: there is no provider \"frd\"; expected one of fred, worldbank")]
    [InlineData("query series --provider frd", "--provider: there is no provider \"frd\"; expected one of fred, worldbank")]
    [InlineData("query observations --provider fred --from 2024-02-01 --to 2024-02-01", "--to: is not after --from, so nothing lies between them; expected a later date (--to itself is not included)")]
    public async Task A_question_that_cannot_have_an_answer_is_refused(string line, string message)
    {
        _line.WriteStore();

        Assert.Equal(new Answer(2, "", $"aurum: {message}\n"), await _line.RunAsync(line));
    }

    [Theory]
    [InlineData("query observations --provider fred")]
    [InlineData("query series")]
    [InlineData("status")]
    public async Task Where_there_is_no_store_a_line_says_how_to_make_one(string line)
    {
        _line.Environment["AURUM_DATA_DIR"] = "elsewhere";

        var answer = await _line.RunAsync(line);

        Assert.Equal(new Answer(2, "", $"aurum: there is no store at {Path.Combine(_line.Home, "elsewhere")} yet: aurum run or aurum demo makes one\n"), answer);
    }

    public void Dispose() => _line.Dispose();

    private static DateTime Utc(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    private static StoredObservation Row(string code, double? value, string? raw = null, string? status = null, string? flag = null, string? unit = "Percent") => new(
        new SeriesId("fred", code),
        new Observation(Utc(2024, 1, 2), new DateOnly(2024, 1, 3), value, raw, status, flag),
        new SeriesAttributes(unit, "D", null, null),
        Collected,
        "run",
        "event");

    private void Store(params StoredObservation[] rows)
    {
        _line.WriteStore();
        _line.Store.Observations.AddRange(rows);
    }

    private Task<Answer> QueryAsync(string options) => _line.RunAsync($"query observations --provider fred {options}");

    private sealed class CountingStream : MemoryStream
    {
        public int Writes { get; private set; }

        public int LongestWrite { get; private set; }

        public int ClosesAfter { get; init; } = int.MaxValue;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            LongestWrite = Math.Max(LongestWrite, buffer.Length);
            if (Writes > ClosesAfter)
            {
                throw new OutputClosedException();
            }
        }
    }
}
