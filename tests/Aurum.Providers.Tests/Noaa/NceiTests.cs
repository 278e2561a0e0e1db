using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

/// <summary>The successor of Climate Data Online: other addresses, other rows, the same observations.</summary>
public sealed class NceiTests
{
    private static readonly Fetch July = Fetch(["USW00094728", "USW00014739"], ["TMAX", "AWND"], Days(Day(2023, 7, 15), Day(2023, 7, 18)));

    [Fact]
    public void A_request_has_comma_lists_no_namespace_and_no_token()
    {
        using var request = Provider.Request(July, null, Access);

        Assert.Equal(
            "https://example.test/cdo-web/api/v2/access/services/data/v1?dataset=daily-summaries&stations=USW00094728,USW00014739&dataTypes=TMAX,AWND"
            + "&startDate=2023-07-15&endDate=2023-07-17&format=json&units=metric&includeAttributes=true",
            request.RequestUri!.AbsoluteUri);
        Assert.False(request.Headers.Contains("token"));
    }

    [Theory]
    [InlineData("https://www.ncdc.noaa.gov/cdo-web/api/v2/")]
    [InlineData("https://www.ncei.noaa.gov/cdo-web/api/v2/")]
    public void Noaa_serves_it_from_its_own_host(string address)
    {
        using var request = Provider.Request(July, null, new(new Uri(address), "token"));

        Assert.StartsWith("https://www.ncei.noaa.gov/access/services/data/v1?dataset=", request.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void Padded_texts_are_numbers_and_flags_stand_beside_them()
    {
        var page = PageOf(July, null, """[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":"  31.10","TMAX_ATTRIBUTES":"L,I,W,2400","AWND":"    2","NAME":"PARK"}]""");

        var highest = page.Slices.Single(slice => slice.Series.Code == "GHCND:USW00094728:TMAX");
        var observation = Assert.Single(highest.Observations);
        Assert.Equal((31.1, null, "I", Day(2023, 7, 15)), (observation.Value, observation.ValueRaw, observation.QualityFlag, observation.Timestamp));
        Assert.Equal("2400", observation.Metadata!["observation_time"]);
        Assert.Equal(new("degC", "D", "GHCND", "USW00094728"), highest.Attributes);
        Assert.Equal((null, 1L), (page.Next, page.Count));
    }

    [Theory]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728"}]""")]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":"     "}]""")]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":"-9999"}]""")]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":null}]""")]
    [InlineData("[]")]
    public void What_is_missing_is_no_observation_however_it_is_missing(string body) => Assert.Empty(PageOf(July, null, body).Slices);

    [Theory]
    [InlineData("{}")]
    [InlineData("""[{"DATE":"2023-07-15","TMAX":"1"}]""")]
    [InlineData("""[{"DATE":"15 July","STATION":"USW00094728","TMAX":"1"}]""")]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":"warm"}]""")]
    [InlineData("""[{"DATE":"2023-07-15","STATION":"USW00094728","TMAX":[]}]""")]
    public void Another_shape_is_malformed(string body) => Assert.Equal(FailureKind.Malformed, FailureOf(July, null, body).Kind);

    [Theory]
    [InlineData("GSOM", "2023-07", "2023-07-01")]
    [InlineData("GSOY", "2023", "2023-01-01")]
    public void Months_and_years_stand_on_their_first_day(string dataset, string date, string timestamp)
    {
        var fetch = Fetch(["A"], ["TMAX"], Days(Day(2020, 1, 1), Day(2024, 1, 1)), dataset);

        var slice = Assert.Single(PageOf(fetch, null, $$"""[{"DATE":"{{date}}","STATION":"A","TMAX":" 20.1"}]""").Slices);

        Assert.Equal(timestamp, $"{Assert.Single(slice.Observations).Timestamp:yyyy-MM-dd}");
    }

    [Fact]
    public void A_body_cut_short_is_transient_wherever_it_is_cut() =>
        Assert.All(
            BodyDamage.Cuts(Recorded("ncei-v1-daily-summaries-padded-strings.json")),
            body => Assert.Equal(FailureKind.Transient, FailureOf(July, null, Response(body)).Kind));

    [Fact]
    public void An_answer_has_at_most_twenty_thousand_rows()
    {
        var stations = Enumerable.Range(0, 130).Select(index => $"USW{index:D8}").ToArray();
        var wants = Series(stations, ["TMAX"], "GHCND").Select(series => Want(series, Days(Day(2000, 1, 1), Day(2026, 1, 1)))).ToList();

        var fetches = Provider.PlanObservations(wants, Today);

        Assert.Equal(wants.Count, fetches.Sum(fetch => fetch.Wants.Count));
        Assert.All(fetches, fetch =>
        {
            var (requests, rows) = Provider.Estimate(fetch, Today);
            Assert.InRange(rows / requests, 1, 20_000);
            Assert.InRange(fetch.Wants.Count, 1, 54);
        });
    }

    [Fact]
    public void Few_stations_are_asked_for_many_years_at_once()
    {
        var fetch = Fetch(["A"], ["TMAX"], Days(Day(1990, 5, 1), Day(2026, 1, 1)));

        Assert.Equal(1, Provider.Estimate(fetch, Today).Requests);
        var page = PageOf(Fetch(["A"], ["TMAX"], Days(Day(1890, 5, 1), Day(2026, 1, 1))), null, "[]");
        Assert.NotNull(page.Next);
        Assert.Equal(page.CompleteBefore, Day(1890 + 54 - (1890 % 54), 1, 1));
    }

    private static IReadOnlyList<SeriesDefinition> Series(string[] stations, string[] dataTypes, string dataset) => Provider.Expand(
        Dataset($$"""{"dataset":"{{dataset}}","stations":["{{string.Join("\",\"", stations)}}"],"datatypes":["{{string.Join("\",\"", dataTypes)}}"],"transport":"ncei"}""").Dataset, [])!;

    private static Fetch Fetch(string[] stations, string[] dataTypes, Window window, string dataset = "GHCND") =>
        Assert.Single(Provider.PlanObservations([.. Series(stations, dataTypes, dataset).Select(series => Want(series, window))], Today));
}
