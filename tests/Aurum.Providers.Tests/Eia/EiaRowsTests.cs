using System.Text;
using System.Text.Json.Nodes;
using Aurum.Domain;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaRowsTests
{
    [Fact]
    public void A_price_has_its_unit_place_and_text()
    {
        var slice = Assert.Single(Page(Observations(SpotPrices), Recorded("petroleum-pri-spt-monthly-brent.json")).Slices);

        Assert.Equal(new SeriesAttributes("$/BBL", "M", "petroleum/pri/spt", "ZEU"), slice.Attributes);
        Assert.Equal(
            [new Observation(Utc(2025, 1, 1), Today, 79.27), new Observation(Utc(2025, 2, 1), Today, 75.44), new Observation(Utc(2025, 3, 1), Today, 72.73)],
            slice.Observations);
    }

    [Fact]
    public void Each_column_is_a_series_with_a_unit_of_its_own()
    {
        var page = Page(Observations(RetailSales, RetailFacts), Recorded("retail-sales-monthly-null-column.json"));

        Assert.Equal(
            [("electricity/retail-sales:monthly:AK.ALL:price", "cents per kilowatt-hour", 9.97), ("electricity/retail-sales:monthly:AK.ALL:customers", "number of customers", (double?)null)],
            page.Slices.Select(slice => (slice.Series.Code, slice.Attributes.UnitCode!, Assert.Single(slice.Observations).Value)));
        Assert.All(page.Slices, slice => Assert.Equal("AK", slice.Attributes.GeoId));
    }

    [Fact]
    public void Rows_of_many_series_are_sorted_out()
    {
        var fetch = Observations("""{"route": "steo", "frequency": "quarterly", "facets": {"seriesId": ["TOPRBK", "TOPRAC", "UNHEARD"]}}""");

        var page = Page(fetch, Recorded("steo-quarterly-ten-series.json"));

        Assert.Equal(["steo:quarterly:TOPRBK", "steo:quarterly:TOPRAC"], page.Slices.Select(slice => slice.Series.Code));
        Assert.Equal([Utc(2024, 1, 1), Utc(2024, 4, 1)], page.Slices[0].Observations.Select(row => row.Timestamp));
        Assert.Equal((.11326150549, ".11326150549"), (page.Slices[1].Observations[0].Value!.Value, page.Slices[1].Observations[0].ValueRaw));
    }

    [Fact]
    public void Facet_values_are_matched_with_their_letter_case()
    {
        Assert.Empty(Page(Observations(SpotPrices.Replace("RBRTE", "rbrte", StringComparison.Ordinal)), Recorded("petroleum-pri-spt-monthly-brent.json")).Slices);
    }

    [Fact]
    public void Old_bodies_with_numbers_are_read_as_well()
    {
        var fetch = Observations("""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"respondent": ["PGE"]}}""");

        var slice = Assert.Single(Page(fetch, Recorded("rto-hourly-null-value-2022.json")).Slices);

        Assert.Equal(new SeriesAttributes("megawatthours", "H", "electricity/rto/fuel-type-data", "PGE"), slice.Attributes);
        Assert.Equal([new Observation(Utc(2022, 10, 31, 11), Today, null), new Observation(Utc(2022, 10, 31, 12), Today, 400)], slice.Observations);
    }

    [Theory]
    [InlineData("rto-region-data-hourly-single-row.json", "electricity/rto/region-data", "hourly", "respondent", "AEC", "2019-01-02T00:00:00", 486)]
    [InlineData("natural-gas-fut-weekly-single-row.json", "natural-gas/pri/fut", "weekly", "series", "RNGC4", "1993-12-24T00:00:00", 1.869)]
    [InlineData("international-monthly-null-flags.json", "international", "monthly", "countryRegionId", "AGO", "1973-01-01T00:00:00", 162)]
    public void Recorded_rows_are_read(string file, string route, string frequency, string facet, string member, string timestamp, double value)
    {
        var fetch = Observations($$$"""{"route": "{{{route}}}", "frequency": "{{{frequency}}}", "facets": {"{{{facet}}}": ["{{{member}}}"]}}""");

        var row = Assert.Single(Page(fetch, Recorded(file)).Rows());

        Assert.Equal((timestamp, value), (row.Timestamp.ToString("s"), row.Value!.Value));
        Assert.Equal(DateTimeKind.Utc, row.Timestamp.Kind);
    }

    [Fact]
    public void Annual_periods_are_years_as_text_or_number()
    {
        const string Dataset = """{"route": "electricity/electric-power-operational-data", "frequency": "annual", "facets": {"location": ["PR"]}, "data": ["consumption-for-eg"]}""";
        var body = Recorded("electricity-annual-ng-puerto-rico.json");
        var numbered = BodyDamage.Edited(body, root => root["response"]!["data"]!.AsArray().ToList().ForEach(row => row!["period"] = int.Parse(row["period"]!.GetValue<string>())));

        Assert.Equal([2020, 2021, 2022, 2023], Page(Observations(Dataset), body).Rows().Select(row => row.Timestamp.Year));
        Assert.Equal(Page(Observations(Dataset), body).Rows(), Page(Observations(Dataset), numbered).Rows());
    }

    [Theory]
    [InlineData("annual", "\"2024\"", "2024-01-01T00")]
    [InlineData("annual", "2024", "2024-01-01T00")]
    [InlineData("quarterly", "\"2024-Q3\"", "2024-07-01T00")]
    [InlineData("monthly", "\"2024-05\"", "2024-05-01T00")]
    [InlineData("weekly", "\"2024-10-04\"", "2024-10-04T00")]
    [InlineData("daily", "\"2024-02-29\"", "2024-02-29T00")]
    [InlineData("four-week-average", "\"2024-10-04\"", "2024-10-04T00")]
    [InlineData("hourly", "\"2019-01-02T23\"", "2019-01-02T23")]
    [InlineData("local-hourly", "\"2019-01-01T00-05\"", "2019-01-01T05")]
    [InlineData("local-hourly", "\"2019-01-01T00+09:00\"", "2018-12-31T15")]
    public void Periods_of_every_frequency_become_timestamps(string frequency, string period, string timestamp)
    {
        var fetch = Observations($$"""{"route": "a", "frequency": "{{frequency}}"}""");

        Assert.Equal(timestamp, Assert.Single(Page(fetch, Body($$"""{"period":{{period}},"value":"1"}""")).Rows()).Timestamp.ToString("yyyy-MM-dd'T'HH"));
    }

    [Theory]
    [InlineData("annual", "24")]
    [InlineData("annual", "2024-01")]
    [InlineData("quarterly", "2024-Q5")]
    [InlineData("monthly", "2024-13")]
    [InlineData("monthly", "2024-05-01")]
    [InlineData("daily", "2023-02-29")]
    [InlineData("daily", "0000-01-01")]
    [InlineData("hourly", "2019-01-02T24")]
    [InlineData("hourly", "2019-01-02T00-05")]
    [InlineData("local-hourly", "2019-01-02T00")]
    [InlineData("local-hourly", "2019-01-02T00*05")]
    public void A_period_in_another_format_is_malformed(string frequency, string period)
    {
        var failure = Failure(Observations($$"""{"route": "a", "frequency": "{{frequency}}"}"""), Body($$"""{"period":"{{period}}","value":"1"}"""));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$.response.data[0].period: expected a period such as", failure.Detail);
    }

    [Theory]
    [InlineData("null", null, null)]
    [InlineData("\"\"", null, null)]
    [InlineData("\"NA\"", "NA", "NA")]
    [InlineData("\"na\"", "na", "na")]
    [InlineData("\"--\"", "--", null)]
    [InlineData("\"-\"", "-", null)]
    [InlineData("\"W\"", "W", "W")]
    [InlineData("\"(s)\"", "(s)", "(s)")]
    public void Missing_values_keep_the_word_that_says_so(string value, string? raw, string? status)
    {
        var row = Assert.Single(Page(Observations("""{"route": "a", "frequency": "annual"}"""), Body($$"""{"period":"2024","value":{{value}}}""")).Rows());

        Assert.Equal((null, raw, status), (row.Value, row.ValueRaw, row.Status));
    }

    [Fact]
    public void A_flag_is_the_status_and_its_words_are_kept()
    {
        var row = Assert.Single(Page(
            Observations("""{"route": "international", "frequency": "annual"}"""),
            Body("""{"period":"2024","value":"NA","dataFlagId":"2","dataFlagDescription":"Not available"}""")).Rows());

        Assert.Equal((null, "NA", "2", "Not available"), (row.Value, row.ValueRaw, row.Status, row.Metadata!["dataFlagDescription"]));
    }

    [Fact]
    public void A_column_of_texts_is_refused_with_what_to_do()
    {
        var failure = Failure(
            Observations("""{"route": "electricity/operating-generator-capacity", "frequency": "monthly", "data": ["county"]}"""),
            Body("""{"period":"2024-01","county":"Travis"}"""));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("""$.response.data[0].county: expected a number or a word for a missing one, not "Travis"; a column of texts cannot be collected""", failure.Detail);
    }

    [Fact]
    public void Rows_in_several_units_at_once_ask_for_the_facet()
    {
        var failure = Failure(
            Observations("""{"route": "international", "frequency": "annual", "facets": {"countryRegionId": ["NOR"]}}"""),
            Body("""{"period":"2023","countryRegionId":"NOR","value":"1","unit":"MTOE"},{"period":"2023","countryRegionId":"NOR","value":"2","unit":"TBPD"}"""));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("one unit of international:annual:NOR, not both MTOE and TBPD for 2023; configure the facet unit", failure.Detail);
    }

    [Fact]
    public void Rows_of_several_places_at_once_ask_for_more_facets()
    {
        var body = Body("""{"period":"2023","stateid":"CO","value":"1"},{"period":"2023","stateid":"TX","value":"1"}""");

        Assert.Contains("more facets may be needed", Failure(Observations("""{"route": "a", "frequency": "annual"}"""), body).Detail);
    }

    [Theory]
    [InlineData("\".306\"", .306, ".306")]
    [InlineData("\"-20.71\"", -20.71, null)]
    [InlineData("\"97.80\"", 97.8, "97.80")]
    [InlineData("12.50", 12.5, "12.50")]
    [InlineData("400", 400, null)]
    public void Values_may_be_texts_or_numbers(string value, double expected, string? raw)
    {
        var row = Assert.Single(Page(Observations("""{"route": "a", "frequency": "annual"}"""), Body($$"""{"period":"2024","value":{{value}}}""")).Rows());

        Assert.Equal((expected, raw), (row.Value!.Value, row.ValueRaw));
    }

    [Theory]
    [InlineData("$.response", """{}""")]
    [InlineData("$.response.data", """{"response":{"total":"1"}}""")]
    [InlineData("$.response.data", """{"response":{"data":{"value":{}}}}""")]
    [InlineData("$.response.data[0].period", """{"response":{"data":[{"value":"1","f":"x"}]}}""")]
    [InlineData("$.response.data[0].period", """{"response":{"data":["x"]}}""")]
    [InlineData("$.response.data[0].f", """{"response":{"data":[{"period":"2024","value":"1"}]}}""")]
    [InlineData("$.response.data[0].value", """{"response":{"data":[{"period":"2024","f":"x"}]}}""")]
    [InlineData("$.response.data[0].value", """{"response":{"data":[{"period":"2024","f":"x","value":"1,5"}]}}""")]
    [InlineData("$.response.data[0].value", """{"response":{"data":[{"period":"2024","f":"x","value":true}]}}""")]
    public void A_body_that_breaks_the_contract_is_refused_with_its_path(string path, string body)
    {
        var failure = Failure(Observations("""{"route": "a", "frequency": "annual", "facets": {"f": ["x"]}}"""), Encoding.UTF8.GetBytes(body));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains($" {path}: expected", failure.Detail);
    }

    [Fact]
    public void Metadata_in_place_of_rows_is_malformed_and_never_an_empty_page()
    {
        Assert.Equal(FailureKind.Malformed, Failure(Observations(SpotPrices), Recorded("crude-oil-imports-metadata.json")).Kind);
    }

    [Fact]
    public void An_unknown_facet_value_is_an_empty_page()
    {
        Assert.Empty(Page(Observations("""{"route": "electricity/facility-fuel", "frequency": "monthly"}"""), Recorded("facility-fuel-empty-result.json")).Slices);
    }

    [Fact]
    public void Rows_with_another_unit_are_a_slice_of_their_own()
    {
        var page = Page(Observations("""{"route": "a", "frequency": "annual"}"""), Body("""{"period":"2023","value":"1","unit":"QBTU"},{"period":"2024","value":"2","unit":"TBPD"},{"period":"2025","value":"3","unit":"TBPD"}"""));

        Assert.Equal([("QBTU", 1), ("TBPD", 2)], page.Slices.Select(slice => (slice.Attributes.UnitCode!, slice.Observations.Count)));
    }

    [Fact]
    public void Facets_that_leave_several_values_for_one_period_are_found_out()
    {
        var failure = Failure(
            Observations("""{"route": "electricity/facility-fuel", "frequency": "monthly", "facets": {"state": ["CO"]}, "data": ["generation"]}"""),
            Recorded("facility-fuel-page1-truncated-5000.json"));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("more facets may be needed", failure.Detail);
    }

    [Fact]
    public void A_row_that_stands_twice_counts_once()
    {
        var row = """{"period":"2023","value":"1"}""";

        Assert.Single(Page(Observations("""{"route": "a", "frequency": "annual"}"""), Body($"{row},{row}")).Rows());
    }

    [Property]
    public void The_order_of_keys_and_unknown_keys_change_nothing(int seed)
    {
        var fetch = Observations(RetailSales, RetailFacts);
        var body = Recorded("retail-sales-monthly-null-column.json");

        Assert.Equal(Page(fetch, body).Rows(), Page(fetch, BodyDamage.ShuffleKeys(body, seed)).Rows());
    }

    [Fact]
    public void Numbers_in_place_of_texts_change_nothing()
    {
        var body = Recorded("steo-quarterly-ten-series.json");
        var numbers = BodyDamage.Edited(body, root =>
        {
            root["response"]!["total"] = 20;
            foreach (var row in root["response"]!["data"]!.AsArray())
            {
                row!["value"] = JsonNode.Parse(row["value"]!.GetValue<string>() is ['.', ..] text ? "0" + text : row["value"]!.GetValue<string>());
            }
        });
        var fetch = Observations("""{"route": "steo", "frequency": "quarterly", "facets": {"seriesId": ["TOPRBK", "TOPRAC"]}}""");

        Assert.Equal(Page(fetch, body).Rows().Select(row => row.Value), Page(fetch, numbers).Rows().Select(row => row.Value));
    }
}
