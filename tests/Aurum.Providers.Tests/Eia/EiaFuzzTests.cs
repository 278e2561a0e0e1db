using Aurum.Providers.Http;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaFuzzTests
{
    private const int Mutations = 25_000;

    private const string Base = "https://api.eia.gov/v2/";

    /// <summary>When the bridge has answered, and the answer of the route is due.</summary>
    private const string CheckOfRoute = """
        {"Read":1,"Unchecked":[{"Entry":{"Series":{"Provider":"eia","Code":"STEO.TOPRAC.Q"},"Title":"t","Metadata":{"seriesId":"TOPRAC"}},"Period":"2025-10-01T00:00:00Z","Value":0.1}]}
        """;

    private static readonly (string File, Fetch Fetch, Uri Address)[] Answers =
    [
        Answer("petroleum-pri-spt-monthly-brent.json", Observations(SpotPrices), "petroleum/pri/spt/data?frequency=monthly&data[0]=value&facets[series][]=RBRTE"),
        Answer("retail-sales-monthly-null-column.json", Observations(RetailSales, RetailFacts), "electricity/retail-sales/data?frequency=monthly&data[0]=price&data[1]=customers&facets[stateid][]=AK"),
        Answer("rto-hourly-null-value-2022.json", Observations("""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"respondent": ["PGE"]}}"""), "electricity/rto/fuel-type-data/data?data[]=value"),
        Answer("electric-power-ops-warning-under-5000-rows.json", Survey("location", "sectorid"), "electricity/electric-power-operational-data/data?data[]=generation&length=10"),
        Answer("international-monthly-null-flags.json", Legacy("INTL.57-1-AGO-TBPD.M"), "seriesid/INTL.57-1-AGO-TBPD.M"),
        Answer("steo-quarterly-ten-series.json", Provider.PlanCatalog(Series("""{"series": ["STEO.TOPRAC.Q"]}""")).Single(), "seriesid/STEO.TOPRAC.Q?length=1"),
        Answer("crude-oil-imports-metadata.json", Provider.PlanCatalog(Series(RetailSales, RetailFacts)).Single(), "crude-oil-imports"),
        Answer("crude-oil-imports-facet-list.json", Provider.PlanFacts(Read(RetailSales).Dataset, [])!, "crude-oil-imports/facet"),
        Answer("crude-oil-imports-facet-origintype.json", Provider.PlanFacts(Read(EiaDiscoveryTests.AllRetailSales).Dataset, [RetailFacts])!, "crude-oil-imports/facet/originType"),
        Answer("root-routes-array-only.json", Provider.PlanFacts(Read(RetailSales).Dataset, [])!, ""),
        Answer("error-403-api-key-missing.json", Observations(SpotPrices), ""),
    ];

    [Fact]
    public void Mutated_bodies_are_always_a_page_or_a_named_failure()
    {
        var bodies = Answers.Select(answer => Recorded(answer.File)).ToArray();
        for (var seed = 0; seed < Mutations; seed++)
        {
            var at = seed % Answers.Length;
            var response = new ProviderResponse(seed % 5 == 0 ? 403 : 200, "application/json", null, Today, BodyDamage.Mutate(bodies[at], seed));
            var cursor = seed % 3 != 0 ? null : Answers[at].Fetch.Label.StartsWith("seriesid of", StringComparison.Ordinal) ? CheckOfRoute : "4999 0123456789abcdef 1 2025-01 RBRTE";

            AssertNamed(Provider.Parse(Answers[at].Fetch, cursor, response), seed);
            AssertNamed(Provider.Explain(Answers[at].Address, response), seed);
        }
    }

    private static void AssertNamed(FetchResult result, int seed) =>
        Assert.True(result is Page or FetchFailed { Failure.Detail.Length: > 0 }, $"seed {seed}");

    private static (string, Fetch, Uri) Answer(string file, Fetch fetch, string call) => (file, fetch, new Uri(Base + call));

    private static Fetch Survey(params string[] facets) => Provider.PlanFacts(
        Read($$$"""{"route": "a", "frequency": "monthly", "facets": {{{{string.Join(',', facets.Select(facet => $"\"{facet}\": \"*\""))}}}}}""").Dataset,
        [$"""["{string.Join("\",\"", facets)}"]""", .. facets.Select(facet => $$"""{"facet":"{{facet}}","values":["x"]}""")])!;
}
