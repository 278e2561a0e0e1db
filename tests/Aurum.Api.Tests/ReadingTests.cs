using System.Net;
using System.Net.Http.Headers;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Api.Tests;

/// <summary>Observations and lists.</summary>
public sealed class ReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 30, 15, TimeSpan.Zero);

    private static readonly StoredObservation Plain = Row("DGS10", 1, 4.25);

    private static readonly StoredObservation Odd = Row("DGS10", 2, null) with
    {
        Observation = new Observation(Day(2), new DateOnly(2026, 2, 1), null, ".", "a \"b\", c", "Q"),
    };

    [Fact]
    public async Task Observations_are_json_in_snake_case()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Observations.AddRange([Plain, Odd]);
        using var answer = await bench.Client.GetAsync("/v1/external/observations?provider=fred");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            """{"observations":[{"provider":"fred","series_id":"DGS10","timestamp":"2026-01-01T00:00:00Z","asof_date":"2026-02-01","value":4.25,"unit_code":"percent","frequency_code":"D","status":null},{"provider":"fred","series_id":"DGS10","timestamp":"2026-01-02T00:00:00Z","asof_date":"2026-02-01","value":null,"value_raw":".","unit_code":"percent","frequency_code":"D","status":"a \"b\", c","quality_flag":"Q"}],"next_cursor":null}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("&format=ndjson", null)]
    [InlineData("", "application/x-ndjson")]
    [InlineData("", "text/html, application/x-ndjson;q=0.9, application/json;q=0.1")]
    public async Task Or_lines_of_json(string query, string? accept)
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Observations.AddRange([Plain, Odd]);
        Assert.Equal(
            """
            {"provider":"fred","series_id":"DGS10","timestamp":"2026-01-01T00:00:00Z","asof_date":"2026-02-01","value":4.25,"unit_code":"percent","frequency_code":"D","status":null}
            {"provider":"fred","series_id":"DGS10","timestamp":"2026-01-02T00:00:00Z","asof_date":"2026-02-01","value":null,"value_raw":".","unit_code":"percent","frequency_code":"D","status":"a \"b\", c","quality_flag":"Q"}

            """,
            await TextAsync(bench, query, accept, "application/x-ndjson"));
    }

    [Theory]
    [InlineData("&format=csv", "application/json")]
    [InlineData("", "text/csv")]
    [InlineData("", "text/*")]
    public async Task Or_csv(string query, string accept)
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Observations.AddRange([Plain, Odd]);
        Assert.Equal(
            "provider,series_id,timestamp,asof_date,value,value_raw,unit_code,frequency_code,status,quality_flag\r\n"
            + "fred,DGS10,2026-01-01T00:00:00Z,2026-02-01,4.25,,percent,D,,\r\n"
            + "fred,DGS10,2026-01-02T00:00:00Z,2026-02-01,,.,percent,D,\"a \"\"b\"\", c\",Q\r\n",
            await TextAsync(bench, query, accept, "text/csv"));
    }

    [Fact]
    public async Task The_query_is_what_was_asked()
    {
        await using var bench = await Bench.RunningAsync();
        await bench.GetAsync("/v1/external/observations?provider=fred&series=A&series=B&series=A&from=2024-01-01&to=2024-02-01T12:30:00%2B02:00&as_of=2024-03-01&limit=7");
        var asked = bench.Stores.Asked!;
        Assert.Equal(("fred", new Vintages.AsOf(new DateOnly(2024, 3, 1)), 8), (asked.Provider, (Vintages.AsOf)asked.Vintages, asked.Limit));
        Assert.Equal(["A", "B"], asked.Series);
        Assert.Equal(new Window(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2024, 2, 1, 10, 30, 0, DateTimeKind.Utc)), asked.Window);
    }

    [Theory]
    [InlineData("", "provider: is missing; expected one of eia, fred")]
    [InlineData("?provider=fred&serie=A", "there is no parameter \"serie\" here; expected some of as_of, cursor, format, from, limit, provider, series, to, vintages")]
    [InlineData("?provider=fred&from=yesterday", "from: \"yesterday\" cannot be used; expected a date as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ")]
    [InlineData("?provider=fred&from=2024-02-01&to=2024-01-01", "to: is not after from, so nothing lies between them; expected a later date (to itself is not included)")]
    [InlineData("?provider=fred&as_of=2024-13-01", "as_of: \"2024-13-01\" cannot be used; expected a date as YYYY-MM-DD")]
    [InlineData("?provider=fred&as_of=2024-01-01&vintages=all", "as_of and vintages exclude each other; expected at most one of them")]
    [InlineData("?provider=fred&vintages=some", "vintages: \"some\" cannot be used; expected latest or all (as_of takes a day)")]
    [InlineData("?provider=fred&limit=0", "limit: \"0\" cannot be used; expected a whole number from 1 to 5000")]
    [InlineData("?provider=fred&limit=5001", "limit: \"5001\" cannot be used; expected a whole number from 1 to 5000")]
    [InlineData("?provider=fred&cursor=junk!", "cursor: cannot be used; expected the next_cursor of an earlier answer")]
    [InlineData("?provider=fred&cursor=bnVsbA", "cursor: cannot be used; expected the next_cursor of an earlier answer")]
    [InlineData("?provider=fred&cursor=e30", "cursor: cannot be used; expected the next_cursor of an earlier answer")]
    [InlineData("?provider=fred&format=xml", "format: \"xml\" cannot be used; expected json, csv or ndjson")]
    public async Task A_bad_parameter_is_400_and_says_what_would_be_good(string query, string detail)
    {
        await using var bench = await Bench.RunningAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "bad_request", detail), await bench.ProblemAsync($"/v1/external/observations{query}"));
    }

    [Fact]
    public async Task An_unknown_provider_is_404_and_names_the_known()
    {
        await using var bench = await Bench.RunningAsync();
        foreach (var path in (string[])["/v1/external/observations?provider=oecd", "/v1/external/catalog?provider=oecd", "/v1/admin/external/health/oecd", "/v1/admin/external/series?provider=oecd", "/v1/admin/external/checkpoints?provider=oecd"])
        {
            var (status, body) = await bench.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "unknown_provider"), (status, body.GetProperty("code").GetString()));
            Assert.Equal(["eia", "fred"], body.GetProperty("known").EnumerateArray().Select(name => name.GetString()));
        }
    }

    [Fact]
    public async Task A_format_that_there_is_not_is_406()
    {
        await using var bench = await Bench.RunningAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/external/observations?provider=fred") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("image/png") } } };
        Assert.Equal(HttpStatusCode.NotAcceptable, (await bench.ProblemAsync(request)).Status);
    }

    [Fact]
    public async Task Pages_lead_to_each_other_and_leave_out_nothing()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Observations.AddRange([Row("A", 1, 1), Row("A", 2, 2), Row("B", 1, 3), Row("B", 2, 4), Row("C", 1, 5)]);
        var found = new List<double>();
        string? path = "/v1/external/observations?provider=fred&limit=2";
        while (path is not null)
        {
            using var answer = await bench.Client.GetAsync(path);
            using var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            found.AddRange(body.RootElement.GetProperty("observations").EnumerateArray().Select(row => row.GetProperty("value").GetDouble()));
            path = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.Equal(path is null, body.RootElement.GetProperty("next_cursor").ValueKind == System.Text.Json.JsonValueKind.Null);
        }

        Assert.Equal([1, 2, 3, 4, 5], found);
    }

    [Theory]
    [InlineData("/v1/external/catalog")]
    [InlineData("/v1/admin/external/series")]
    [InlineData("/v1/admin/external/checkpoints")]
    public async Task Lists_page_by_cursor(string path)
    {
        await using var bench = await Bench.RunningAsync();
        SeriesId[] series = [new("eia", "X"), new("fred", "A"), new("fred", "B")];
        bench.Stores.Entries.AddRange(series.Select(id => new KnownEntry(new CatalogEntry(id, "title"), Now)));
        bench.Stores.Series.AddRange(series.Select(id => new SeriesStatus(id, Now, "run", "ok", Day(1), 5, 0, null, Now)));
        var (_, first) = await bench.GetAsync($"{path}?limit=2");
        var (_, second) = await bench.GetAsync($"{path}?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.Equal(["X", "A", "B"], new[] { first, second }.SelectMany(page => page.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("series_id").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        var (_, ofFred) = await bench.GetAsync($"{path}?provider=fred");
        Assert.Equal(2, ofFred.GetProperty("items").GetArrayLength());
    }

    private static async Task<string> TextAsync(Bench bench, string query, string? accept, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/external/observations?provider=fred{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await bench.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, expected), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsStringAsync();
    }

    private static DateTime Day(int day) => new(2026, 1, day, 0, 0, 0, DateTimeKind.Utc);

    private static StoredObservation Row(string code, int day, double? value) =>
        new(new SeriesId("fred", code), new Observation(Day(day), new DateOnly(2026, 2, 1), value), new SeriesAttributes("percent", "D", null, null), Now, "run", "event");
}
