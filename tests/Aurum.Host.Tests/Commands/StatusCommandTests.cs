using System.Text.Json;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

public sealed class StatusCommandTests : IDisposable
{
    private static readonly DateTimeOffset Ran = new(2024, 5, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly CommandLine _line = new();

    public StatusCommandTests()
    {
        _line.WriteStore();
        _line.Store.Providers.Add(new ProviderStatus("fred", Ran, "run-1", "holding", 12, 40, 1000, new DateOnly(2024, 5, 1), Ran.AddMinutes(1), "closed", null, Ran));
        _line.Store.Providers.Add(new ProviderStatus("worldbank", null, null, "idle", 0, 0, null, null, null, "open", Ran.AddMinutes(30), Ran));
        _line.Store.Series.Add(new SeriesStatus(new SeriesId("fred", "DGS10"), Ran, "run-1", "ok", new DateTime(2024, 4, 30, 0, 0, 0, DateTimeKind.Utc), 16000, 0, null, Ran));
        _line.Store.Series.Add(new SeriesStatus(new SeriesId("fred", "NOPE"), Ran, "run-1", "failed", null, 0, 3, "Rejected: no such series", Ran));
    }

    [Fact]
    public async Task The_table_shows_providers_and_their_series()
    {
        var answer = await _line.RunAsync("status");

        Assert.Equal(
            """
            PROVIDER   STATE    LAST RUN              REQUESTS     PERMITS  HOLD UNTIL            BREAKER  OPEN UNTIL
            fred       holding  2024-05-01T10:00:00Z        12     40/1000  2024-05-01T10:01:00Z  closed   -
            worldbank  idle     -                            0  0/no quota  -                     open     2024-05-01T10:30:00Z

            fred
            SERIES ID  OUTCOME  LAST RUN              CHECKPOINT  OBSERVATIONS  FAILURES  LAST FAILURE
            DGS10      ok       2024-05-01T10:00:00Z  2024-04-30         16000         0  -
            NOPE       failed   2024-05-01T10:00:00Z  -                      0         3  Rejected: no such series

            """.ReplaceLineEndings("\n"),
            answer.Output);
        Assert.Equal(0, answer.Code);
    }

    [Fact]
    public async Task Json_says_the_same_with_nulls_for_what_is_not()
    {
        var answer = await _line.RunAsync("status --format json");

        using var json = JsonDocument.Parse(answer.Output);
        var fred = json.RootElement.GetProperty("providers")[0];
        Assert.Equal("2024-05-01T10:01:00Z", fred.GetProperty("hold_until").GetString());
        Assert.Equal((40, 1000), (fred.GetProperty("permits_spent").GetInt32(), fred.GetProperty("daily_quota").GetInt32()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("providers")[1].GetProperty("daily_quota").ValueKind);
        var series = json.RootElement.GetProperty("series")[1];
        Assert.Equal(("NOPE", "failed", 3), (series.GetProperty("series_id").GetString(), series.GetProperty("outcome").GetString(), series.GetProperty("consecutive_failures").GetInt32()));
        Assert.Equal(JsonValueKind.Null, series.GetProperty("checkpoint").ValueKind);
    }

    [Fact]
    public async Task A_store_that_nothing_ran_on_says_so()
    {
        _line.Store.Providers.Clear();
        _line.Store.Series.Clear();

        Assert.Equal(new Answer(0, "", "nothing has run on this store yet\n"), await _line.RunAsync("status"));
    }

    [Fact]
    public async Task The_catalog_lists_series_also_before_their_entry_is_known()
    {
        var first = new DateTime(1962, 1, 2, 0, 0, 0, DateTimeKind.Utc);
        _line.Store.Summaries.Add(new SeriesSummary(new SeriesId("fred", "DGS10"), new CatalogEntry(new SeriesId("fred", "DGS10"), "Ten years", UnitCode: "Percent", FrequencyCode: "D"), 16000, 16010, first, first.AddDays(1)));
        _line.Store.Summaries.Add(new SeriesSummary(new SeriesId("worldbank", "X"), null, 0, 0, null, null));

        var answer = await _line.RunAsync("query series --format ndjson");

        Assert.Equal(
            """
            {"provider":"fred","series_id":"DGS10","title":"Ten years","unit_code":"Percent","frequency_code":"D","dataset_code":null,"observations":16000,"first":"1962-01-02T00:00:00Z","last":"1962-01-03T00:00:00Z"}
            {"provider":"worldbank","series_id":"X","title":null,"unit_code":null,"frequency_code":null,"dataset_code":null,"observations":0,"first":null,"last":null}

            """.ReplaceLineEndings("\n"),
            answer.Output);
        Assert.Equal(2, (await _line.RunAsync("query series --provider worldbank --format csv")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    public void Dispose() => _line.Dispose();
}
