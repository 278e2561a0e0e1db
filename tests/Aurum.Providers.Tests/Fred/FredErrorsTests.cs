using System.Text;
using Aurum.Domain;
using FsCheck;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredErrorsTests
{
    [Theory]
    [InlineData("error-400-key-missing.xml", "check FRED_API_KEY")]
    [InlineData("error-400-key-not-registered.json", "check FRED_API_KEY")]
    [InlineData("error-400-unknown-series.json", "FRED has no series GDP")]
    [InlineData("error-400-too-many-vintages.json", "maximum number of vintage dates")]
    public void Recorded_errors_are_rejected_with_a_reason(string file, string reason)
    {
        var failure = Failure(Observations(), Recorded(file), 400);

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains(reason, failure.Detail);
    }

    [Fact]
    public void A_longer_sentence_about_a_series_is_not_taken_for_an_unknown_one()
    {
        var failure = Failure(Observations(), """{"error_code":400,"error_message":"Bad Request.  The series does not exist in ALFRED but may exist in FRED."}"""u8.ToArray(), 400);

        Assert.DoesNotContain("FRED has no series", failure.Detail);
    }

    [Theory]
    [InlineData(400, """{"error_code":400,"error_message":"Bad Request.  The value for variable api_key is not a 32 character alpha-numeric lower-case string."}""", "check FRED_API_KEY")]
    [InlineData(400, """{"error_code":400,"error_message":"Bad Request.  Variable realtime_start is not a YYYY-MM-DD formatted date (e.g. 2000-02-24)."}""", "realtime_start is not a YYYY-MM-DD")]
    [InlineData(400, """{"error_code":400,"error_message":"Bad Request.  No vintage dates exist for the specified real-time period: 2024-11-01 to 2024-11-01."}""", "No vintage dates exist")]
    [InlineData(400, """{"error_code":400,"error_message":"Bad Request.  There are 5125 vintage dates, allowed for this file type (2000)."}""", "allowed for this file type (2000)")]
    [InlineData(404, """{"error_code":404,"error_message":"Not Found"}""", "Not Found")]
    [InlineData(401, "", "check FRED_API_KEY")]
    [InlineData(400, "<error code=\"400\" message=\"Bad Request.  The series does not exist.\"/>", "FRED has no series GDP")]
    public void Errors_of_the_request_are_rejected_with_FREDs_reason(int status, string body, string reason)
    {
        var failure = Failure(Observations(), Encoding.UTF8.GetBytes(body), status);

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains(reason, failure.Detail);
    }

    [Fact]
    public void A_refusal_by_the_edge_says_that_the_key_is_not_at_fault()
    {
        var failure = Failure(Observations(), "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>"u8.ToArray(), 403);

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("the edge in front of FRED (Akamai) refuses this network address for now; the key is not at fault", failure.Detail);
    }

    [Theory]
    [InlineData(429, """{"error_code":429,"error_message":"Too Many Requests.  Exceeded Rate Limit"}""", FailureKind.Throttled)]
    [InlineData(200, """{"error_code":429,"error_message":"Too Many Requests.  Exceeded Rate Limit"}""", FailureKind.Throttled)]
    [InlineData(500, """{"error_code":500,"error_message":"Internal Server Error"}""", FailureKind.Transient)]
    [InlineData(423, """{"error_code":423,"error_message":"Locked"}""", FailureKind.Transient)]
    [InlineData(423, "<error code=\"423\" message=\"Locked\"/>", FailureKind.Transient)]
    [InlineData(520, "<html><body>unknown error</body></html>", FailureKind.Transient)]
    [InlineData(504, "", FailureKind.Transient)]
    [InlineData(429, "<html><body>slow down</body></html>", FailureKind.Throttled)]
    [InlineData(503, "<html><body>busy</body></html>", FailureKind.Transient)]
    [InlineData(200, "<!DOCTYPE html><html></html>", FailureKind.Transient)]
    [InlineData(403, "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>", FailureKind.Transient)]
    [InlineData(200, "", FailureKind.Transient)]
    [InlineData(200, "<observations count=\"0\"/>", FailureKind.Malformed)]
    [InlineData(404, """{"error_code":404,"error_message":"Not Found"}""", FailureKind.Rejected)]
    [InlineData(400, "<error><code>400</code><message>Bad Request.</message></error>", FailureKind.Rejected)]
    [InlineData(400, "no reason", FailureKind.Rejected)]
    public void Failures_are_sorted_by_what_helps(int status, string body, FailureKind kind)
    {
        Assert.Equal(kind, Failure(Observations(), Encoding.UTF8.GetBytes(body), status).Kind);
    }

    [Theory]
    [InlineData(400, """{"error_code":400,"error_message":"Bad value &api_key=0123456789abcdef0123456789abcdef"}""")]
    [InlineData(500, """{"error_code":500,"error_message":"0123456789abcdef0123456789abcdef is at fault"}""")]
    [InlineData(503, "<html>http://api.stlouisfed.org/fred/series?api_key=0123456789abcdef0123456789abcdef</html>")]
    [InlineData(500, "api_key=0123456789abcdef0123456789abcdef")]
    [InlineData(200, """{"count":"0123456789abcdef0123456789abcdef","observations":[}""")]
    [InlineData(200, """{"count":1,"observations":[{"realtime_start":"2024-01-01","date":"2024-01-01","value":"0123456789abcdef0123456789abcdef"}]}""")]
    public void A_key_that_a_body_repeats_does_not_reach_the_detail(int status, string body)
    {
        Assert.DoesNotContain("0123456789abcdef", Failure(Observations(), Encoding.UTF8.GetBytes(body), status).Detail);
    }

    [Theory]
    [InlineData("observations-dhhngsp-daily-missing.json")]
    [InlineData("observations-gdp-quarterly.json")]
    [InlineData("observations-cpiaucsl-output-type-3.xml")]
    [InlineData("error-400-key-missing.xml")]
    [InlineData("error-400-unknown-series.json")]
    [InlineData("series-gdp.json")]
    public void A_body_cut_anywhere_is_a_named_failure(string file)
    {
        foreach (var cut in BodyDamage.Cuts(Recorded(file)))
        {
            foreach (var status in new[] { 200, 400, 500 })
            {
                Assert.NotEqual("", Failure(Observations(), cut, status).Detail);
                Assert.NotEqual("", Failure(Catalog(), cut, status).Detail);
            }
        }
    }

    [Property(MaxTest = 500)]
    public void A_garbled_body_is_a_page_or_a_named_failure(DoNotSize<int> seed)
    {
        string[] files = ["observations-dhhngsp-daily-missing.json", "error-400-key-missing.xml", "error-400-unknown-series.json", "series-gdp.json"];
        foreach (var file in files)
        {
            var body = BodyDamage.Mutate(Recorded(file), seed.Item);
            Assert.NotNull(Parse(Observations(), body));
            Assert.NotNull(Parse(Catalog(), body));
            Assert.NotNull(Parse(Observations(), body, status: 400));
        }
    }
}
