using System.Text;
using Aurum.Domain;
using FsCheck;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaErrorsTests
{
    private static readonly Fetch[] Fetches =
    [
        Observations(SpotPrices),
        Observations(RetailSales, RetailFacts),
        Legacy("STEO.PATC_WORLD.M"),
        Provider.PlanCatalog(Series(SpotPrices)).Single(),
        Provider.PlanCatalog(Series("""{"series": ["STEO.PATC_WORLD.M"]}""")).Single(),
        Provider.PlanFacts(Read(RetailSales).Dataset, [])!,
        Provider.PlanFacts(Read(EiaDiscoveryTests.AllRetailSales).Dataset, [RetailFacts])!,
        Provider.PlanFacts(Read(EiaDiscoveryTests.AllRetailSales).Dataset, [RetailFacts, """{"facet":"stateid","values":["AK"]}""", """{"facet":"sectorid","values":["RES"]}"""])!,
    ];

    [Theory]
    [InlineData("error-400-invalid-frequency.json", 400, "The only valid frequencies are 'monthly'")]
    [InlineData("error-400-invalid-frequency.json", 200, "The only valid frequencies are 'monthly'")]
    [InlineData("error-403-api-key-missing.json", 403, "check EIA_API_KEY: API_KEY_MISSING")]
    [InlineData("error-404-not-found.json", 404, "Not found.")]
    public void Recorded_errors_are_rejected_with_a_reason(string file, int status, string reason)
    {
        var failure = Failure(Observations(SpotPrices), Recorded(file), status);

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains(reason, failure.Detail);
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"API_KEY_INVALID","message":"An invalid api_key was supplied."}}""", FailureKind.Rejected)]
    [InlineData(403, """{"error":{"code":"API_KEY_DISABLED","message":"The api_key supplied has been disabled."}}""", FailureKind.Rejected)]
    [InlineData(200, """{"error":{"code":"API_KEY_INVALID","message":"An invalid api_key was supplied."}}""", FailureKind.Rejected)]
    [InlineData(404, """{"error":"EIA retired APIv1 on March 13th, 2023. Please use an APIv2 call starting with /v2.","code":404}""", FailureKind.Rejected)]
    [InlineData(200, """{"error":"EIA retired APIv1 on March 13th, 2023. Please use an APIv2 call starting with /v2.","code":404}""", FailureKind.Rejected)]
    [InlineData(403, """{"error":"Forbidden","code":403}""", FailureKind.Throttled)]
    [InlineData(403, "<!DOCTYPE html><html>", FailureKind.Transient)]
    [InlineData(404, "<html>", FailureKind.Transient)]
    [InlineData(414, "", FailureKind.Rejected)]
    [InlineData(414, "<html>414 Request-URI Too Large</html>", FailureKind.Rejected)]
    [InlineData(403, """{"error":{"code":"OVER_RATE_LIMIT","message":"You have exceeded your rate limit."}}""", FailureKind.Throttled)]
    [InlineData(429, """{"error":{"code":"OVER_RATE_LIMIT","message":"You have exceeded your rate limit."}}""", FailureKind.Throttled)]
    [InlineData(200, """{"error":{"code":"OVER_RATE_LIMIT","message":"You have exceeded your rate limit."}}""", FailureKind.Throttled)]
    [InlineData(403, """{"error":{"code":"SUSPENDED","message":"Wait."}}""", FailureKind.Throttled)]
    [InlineData(403, """{}""", FailureKind.Throttled)]
    [InlineData(200, """{"error":"boom","code":500}""", FailureKind.Transient)]
    [InlineData(404, """{"error":"boom","code":400}""", FailureKind.Rejected)]
    [InlineData(404, """{}""", FailureKind.Rejected)]
    [InlineData(429, "", FailureKind.Throttled)]
    [InlineData(500, """{"error":"boom","code":500}""", FailureKind.Transient)]
    [InlineData(502, "<html>", FailureKind.Transient)]
    [InlineData(200, "<html>", FailureKind.Transient)]
    [InlineData(200, "[]", FailureKind.Malformed)]
    [InlineData(200, """{"response":{"data":[""", FailureKind.Transient)]
    [InlineData(200, """{"response":{"data":[}""", FailureKind.Malformed)]
    public void Failures_are_sorted_by_what_helps(int status, string body, FailureKind kind)
    {
        Assert.Equal(kind, Failure(Observations(SpotPrices), Encoding.UTF8.GetBytes(body), status).Kind);
    }

    [Theory]
    [InlineData(200, "{\"request\":{\"params\":{\"api_key\":\"KEY\"}},\"response\":{\"data\":[}")]
    [InlineData(200, "{\"request\":{\"params\":{\"api_key\":\"KEY\"}},\"response\":{}}")]
    [InlineData(500, "{\"request\":{\"params\":{\"api_key\":\"KEY\"}}}")]
    [InlineData(429, "{\"request\":{\"params\":{\"api_key\":\"KEY\"}}}")]
    [InlineData(503, "<html>https://api.eia.gov/v2/?api_key=KEY</html>")]
    [InlineData(400, "{\"error\":\"Invalid parameter api_key=KEY\",\"code\":400}")]
    [InlineData(403, "{\"error\":{\"code\":\"API_KEY_INVALID\",\"message\":\"KEY is no key\"}}")]
    public void The_key_that_a_body_repeats_does_not_reach_the_detail(int status, string body)
    {
        var failure = Failure(Observations(SpotPrices), Encoding.UTF8.GetBytes(body.Replace("KEY\"", Key + "\"", StringComparison.Ordinal).Replace("=KEY", "=" + Key, StringComparison.Ordinal).Replace("KEY is", Key + " is", StringComparison.Ordinal)), status);

        Assert.DoesNotContain(Key[..8], failure.Detail);
    }

    [Theory]
    [MemberData(nameof(RecordedFiles))]
    public void A_body_cut_anywhere_is_a_page_or_a_named_failure(string file)
    {
        foreach (var cut in BodyDamage.Cuts(Recorded(file)))
        {
            foreach (var fetch in Fetches)
            {
                Assert.NotEqual("", Failure(fetch, cut).Detail);
                Assert.NotEqual("", Failure(fetch, cut, 403).Detail);
            }
        }
    }

    [Property(MaxTest = 500)]
    public void A_garbled_body_is_a_page_or_a_named_failure(DoNotSize<int> seed)
    {
        string[] files = ["petroleum-pri-spt-monthly-brent.json", "retail-sales-monthly-null-column.json", "rto-hourly-null-value-2022.json", "crude-oil-imports-metadata.json", "error-403-api-key-missing.json"];
        foreach (var file in files)
        {
            var body = BodyDamage.Mutate(Recorded(file), seed.Item);
            foreach (var fetch in Fetches)
            {
                Assert.NotNull(Parse(fetch, body));
                Assert.NotNull(Parse(fetch, body, 400));
            }
        }
    }

    public static TheoryData<string> RecordedFiles() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Eia", "Recorded"), "*.json").Select(path => Path.GetFileName(path)!).Where(name => new FileInfo(Path.Combine(AppContext.BaseDirectory, "Eia", "Recorded", name)).Length < 30_000)];
}
