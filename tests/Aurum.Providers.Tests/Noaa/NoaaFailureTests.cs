using System.Text;
using Aurum.Domain;
using FsCheck;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaFailureTests
{
    private static readonly Fetch September = Fetch("GHCND", ["USC00200230"], ["PRCP"], Days(Day(2013, 9, 1), Day(2013, 10, 1)));
    private static readonly Fetch Station = Provider.PlanCatalog(Series("GHCND", ["USW00014895"], ["TMAX"]))[0];

    [Fact]
    public void A_bad_token_names_the_variable_that_holds_it()
    {
        var failure = FailureOf(September, null, Response(Recorded("error-400-token-invalid.json"), 400));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("NOAA_GHCND_TOKEN", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_question_is_rejected_in_the_services_own_words()
    {
        var failure = FailureOf(September, null, Response(Recorded("error-400-date-range.json"), 400));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("The date range must be less than 1 year.", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_a_second_asks_for_a_second()
    {
        var failure = FailureOf(September, null, Response(Recorded("error-429-per-second.json"), 429));

        Assert.Equal((FailureKind.Throttled, TimeSpan.FromSeconds(1)), (failure.Kind, failure.RetryAfter));
    }

    [Theory]
    [InlineData("2026-11-23T15:30:00Z", "13:31:00")]
    [InlineData("2026-11-24T04:59:30Z", "00:01:30")]
    [InlineData("2026-11-01T05:30:00Z", "23:31:00")]
    public void Too_many_a_day_asks_for_the_rest_of_new_yorks_day(string now, string rest)
    {
        var response = Response("""{"status":"429","message":"This token has reached its request limit of 10000 per day."}""", 429) with { ReceivedAt = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture) };

        Assert.Equal((FailureKind.Throttled, TimeSpan.Parse(rest, System.Globalization.CultureInfo.InvariantCulture)), (FailureOf(September, null, response).Kind, FailureOf(September, null, response).RetryAfter));
    }

    [Fact]
    public void Too_many_a_day_at_an_unknown_hour_asks_for_an_hour()
    {
        var failure = FailureOf(September, null, Response("""{"status":"429","message":"This token has reached its request limit of 10000 per day."}""", 429));

        Assert.Equal((FailureKind.Throttled, TimeSpan.FromHours(1)), (failure.Kind, failure.RetryAfter));
    }

    [Fact]
    public void The_header_knows_better_how_long_to_wait()
    {
        var response = Response(Recorded("error-429-per-second.json"), 429) with { RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(TimeSpan.FromSeconds(7), FailureOf(September, null, response).RetryAfter);
    }

    [Theory]
    [InlineData(500, """{"statusCode":"500","userMessage":"An error occured.","developerMessage":"Unknown."}""", FailureKind.Transient)]
    [InlineData(500, """{"statusCode":"500","userMessage":"There was an error with the request.","developerMessage":"Required parameter 'startdate' is missing"}""", FailureKind.Rejected)]
    [InlineData(500, """{"statusCode":"500","userMessage":"x","developerMessage":"Text '2008-06-31' could not be parsed: Invalid date 'JUNE 31'"}""", FailureKind.Rejected)]
    [InlineData(500, """{"statusCode":"500","userMess""", FailureKind.Transient)]
    [InlineData(500, "{}", FailureKind.Transient)]
    [InlineData(503, """{"statusCode":"503","developerMessage":"a parameter"}""", FailureKind.Transient)]
    [InlineData(400, """{"errorCode":400,"errorMessage":"The request is not valid.","errors":[{"field":"dataset","message":"unknown"}]}""", FailureKind.Rejected)]
    [InlineData(400, """{"status" : "400", "message" : "Token parameter is required."}""", FailureKind.Rejected)]
    [InlineData(502, "<html><head><title>Proxy Error</title></head></html>", FailureKind.Transient)]
    [InlineData(503, "<html><body>Service Unavailable</body></html>", FailureKind.Transient)]
    [InlineData(200, "<!DOCTYPE html><html><body>closed</body></html>", FailureKind.Transient)]
    [InlineData(200, "", FailureKind.Transient)]
    [InlineData(401, """{"message":"no"}""", FailureKind.Rejected)]
    [InlineData(403, "Forbidden", FailureKind.Rejected)]
    [InlineData(200, """{"statusCode":"400","userMessage":"x","developerMessage":"Required parameter 'startdate' is missing"}""", FailureKind.Rejected)]
    [InlineData(200, """{"status":"429","message":"temporary request limit of 5 per second."}""", FailureKind.Throttled)]
    [InlineData(200, "[]", FailureKind.Malformed)]
    [InlineData(200, "1", FailureKind.Malformed)]
    [InlineData(200, """{"outcome":[]}""", FailureKind.Malformed)]
    [InlineData(200, """{"results":{}}""", FailureKind.Malformed)]
    public void Every_answer_that_is_none_has_its_kind(int status, string body, FailureKind kind) =>
        Assert.Equal(kind, FailureOf(September, null, Response(body, status)).Kind);

    [Fact]
    public void A_refused_question_of_the_successor_names_the_fields()
    {
        var failure = FailureOf(September, null, Response("""{"errorCode":400,"errorMessage":"The request is not valid.","errors":[{"field":"dataset","message":"unknown"},{"field":"startDate"}]}""", 400));

        Assert.Equal("HTTP 400: The request is not valid. dataset unknown startDate", failure.Detail);
    }

    [Fact]
    public void Html_by_name_is_an_outage_whatever_it_looks_like() =>
        Assert.Equal(FailureKind.Transient, FailureOf(September, null, Response("closed for now", 200, "text/html; charset=utf-8")).Kind);

    [Fact]
    public void Not_found_is_rejected_even_as_html() =>
        Assert.Equal(FailureKind.Rejected, FailureOf(September, null, Response(Recorded("ncei-file-access-404-html.html"), 404, "text/html")).Kind);

    [Theory]
    [InlineData("date", "$.results[0].date: expected to be present")]
    [InlineData("station", "$.results[0].station: expected to be present")]
    [InlineData("datatype", "$.results[0].datatype: expected to be present")]
    [InlineData("value", "$.results[0].value: expected to be present")]
    public void A_known_field_that_is_missing_is_refused_with_its_path(string field, string expected)
    {
        var body = Body(1, 1, "2013-09-05|USC00200230|PRCP||1").Replace($"\"{field}\":", $"\"no{field}\":", StringComparison.Ordinal);

        var failure = FailureOf(September, null, body);
        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains(expected, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"much\"")]
    [InlineData("1e999")]
    [InlineData("[]")]
    public void A_value_that_is_no_number_is_refused_with_its_path(string value)
    {
        var failure = FailureOf(September, null, Body(1, 1, $"2013-09-05|USC00200230|PRCP||{value}"));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$.results[0].value", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2013-09-31")]
    [InlineData("2013-9-3")]
    [InlineData("September")]
    public void A_date_that_is_none_is_refused(string date) =>
        Assert.Equal(FailureKind.Malformed, FailureOf(September, null, Body(1, 1, $"{date}|USC00200230|PRCP||1")).Kind);

    [Fact]
    public void A_body_cut_short_is_transient_wherever_it_is_cut() =>
        Assert.All(
            BodyDamage.Cuts(Recorded("data-ghcnd-daily-prcp.json")),
            body => Assert.Equal(FailureKind.Transient, FailureOf(September, null, Response(body)).Kind));

    [Property(MaxTest = 300)]
    public void Random_damage_ends_in_a_page_or_a_failure(DoNotSize<int> seed)
    {
        Assert.NotNull(Provider.Parse(September, null, Response(BodyDamage.Mutate(Recorded("data-ghcnd-daily-prcp.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(Station, null, Response(BodyDamage.Mutate(Recorded("station-ghcnd-single.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(September, null, Response(BodyDamage.Mutate(Recorded("error-400-date-range.json"), seed.Item), 400)));
    }

    [Property(MaxTest = 50)]
    public void Order_of_keys_and_unknown_keys_change_nothing(DoNotSize<int> seed)
    {
        var body = Recorded("data-ghcnd-daily-prcp.json");
        Assert.Equal(Told(body), Told(BodyDamage.ShuffleKeys(body, seed.Item)));
    }

    [Property(MaxTest = 50)]
    public void Order_of_keys_and_numbers_as_texts_change_nothing_in_a_listing(DoNotSize<int> seed)
    {
        var fetch = Provider.PlanFacts(Dataset("""{"dataset":"GHCND","location":"FIPS:12017","datatypes":["TMAX"],"min_coverage":0.9}""").Dataset, [])!;
        var body = Recorded("stations-by-county.json");
        var told = PageOf(fetch, null, body).Facts;

        Assert.Equal(told, PageOf(fetch, null, BodyDamage.ShuffleKeys(body, seed.Item)).Facts);
        Assert.Equal(told, PageOf(fetch, null, BodyDamage.NumbersAsStrings(body)).Facts);
    }

    [Fact]
    public void Numbers_as_strings_change_nothing()
    {
        var body = Recorded("data-ghcnd-daily-prcp.json");
        Assert.Equal(Told(body), Told(BodyDamage.NumbersAsStrings(body)));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u00ff")]
    public void Text_that_is_no_unicode_is_malformed(string text)
    {
        var body = Encoding.Latin1.GetBytes(Body(1, 1, $"2013-09-05|{text}|PRCP||1"));

        Assert.Equal(FailureKind.Malformed, FailureOf(September, null, Response(body)).Kind);
    }

    private static IEnumerable<string> Told(byte[] body) =>
        PageOf(September, null, body).Slices.SelectMany(slice => slice.Observations).Select(one => $"{one.Timestamp:O} {one.Value} {one.ValueRaw} {one.Metadata?.Count}");
}
