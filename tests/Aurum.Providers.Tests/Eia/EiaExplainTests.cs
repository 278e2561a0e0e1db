using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaExplainTests
{
    private const string Base = "https://api.eia.gov/v2/";

    /// <summary>Where recorded bodies came from, and what they are: series, observations, names of facts, what EIA counts, or the kind of failure.</summary>
    public static readonly TheoryData<string, string, int, string> RecordedAnswers = new()
    {
        { "crude-oil-imports-facet-list.json", "crude-oil-imports/facet", 200, """facts ["originId","originType","destinationId","destinationType","gradeId"] of 5""" },
        { "crude-oil-imports-facet-origintype.json", "crude-oil-imports/facet/originType", 200, """facts {"facet":"originType","values":["REG","CTY","OPN","WORLD"]} of 4""" },
        { "crude-oil-imports-metadata.json", "crude-oil-imports", 200, """facts ["originId","originType","destinationId","destinationType","gradeId"]""" },
        { "electricity-routes.json", "electricity", 200, "page of 6" },
        { "root-routes-array-only.json", "", 200, "page of 14" },
        { "electric-power-ops-warning-under-5000-rows.json", "electricity/electric-power-operational-data/data?frequency=monthly&data[]=generation&length=10", 200, "10 observations of 10 series of 4184767, more" },
        { "electricity-annual-ng-puerto-rico.json", "electricity/electric-power-operational-data/data?data[]=consumption-for-eg&facets[fueltypeid][]=NG&facets[sectorid][]=99&facets[location][]=PR&frequency=annual&start=2020&end=2023", 200, "4 observations of electricity/electric-power-operational-data:annual:PR.99.NG of 4" },
        { "error-400-invalid-frequency.json", "electricity/electric-power-operational-data/data?frequency=yearly&data[]=generation&length=10", 400, "Rejected" },
        { "error-403-api-key-missing.json", "", 403, "Rejected" },
        { "error-404-not-found.json", "nosuch/route/data", 404, "Rejected" },
        { "facility-fuel-empty-result.json", "electricity/facility-fuel/data?data[]=generation&facets[fuel2002][]=gas", 200, "page of 0" },
        { "facility-fuel-page1-truncated-5000.json", "electricity/facility-fuel/data?frequency=monthly&data[0]=generation&data[1]=gross-generation&facets[state][]=CO&start=2022-01&end=2022-12&sort[0][column]=period&sort[0][direction]=desc&offset=0", 200, "80 observations of 80 series of 10426, more" },
        { "international-monthly-null-flags.json", "international/data/?data%5B0%5D=value&facets%5BactivityId%5D%5B%5D=1&facets%5BcountryRegionId%5D%5B%5D=AGO&facets%5BcountryRegionTypeId%5D%5B%5D=c&facets%5BproductId%5D%5B%5D=57&facets%5Bunit%5D%5B%5D=TBPD&frequency=monthly&sort%5B0%5D%5Bcolumn%5D=period&offset=0", 200, "1 observations of international:monthly:57.1.AGO.c.TBPD of 1" },
        { "natural-gas-fut-daily-page1-truncated.json", "natural-gas/pri/fut/data/?frequency=daily&data[]=value&facets[series][]=RNGC1&sort[0][column]=period&sort[0][direction]=desc&offset=0&length=5000", 200, "60 observations of natural-gas/pri/fut:daily:RNGC1 of 7592, more" },
        { "natural-gas-fut-weekly-single-row.json", "natural-gas/pri/fut/data/?data%5B0%5D=value&facets%5Bduoarea%5D%5B%5D=Y35NY&facets%5Bprocess%5D%5B%5D=PE4&facets%5Bproduct%5D%5B%5D=EPG0&facets%5Bseries%5D%5B%5D=RNGC4&frequency=weekly", 200, "1 observations of natural-gas/pri/fut:weekly:Y35NY.EPG0.PE4.RNGC4 of 1" },
        { "petroleum-pri-spt-monthly-brent.json", "petroleum/pri/spt/data/?data%5B0%5D=value&facets%5Bproduct%5D%5B%5D=EPCBRENT&frequency=monthly&start=2025-01", 200, "3 observations of petroleum/pri/spt:monthly:EPCBRENT of 3" },
        { "retail-sales-monthly-null-column.json", "electricity/retail-sales/data/?data%5B0%5D=customers&data%5B1%5D=price&data%5B2%5D=revenue&data%5B3%5D=sales&facets%5Bsectorid%5D%5B%5D=ALL&facets%5Bstateid%5D%5B%5D=AK&frequency=monthly", 200, "4 observations of 4 series of 1" },
        { "rto-fuel-type-data-metadata-local-hourly.json", "electricity/rto/fuel-type-data/", 200, """facts ["respondent","fueltype"]""" },
        { "rto-hourly-null-value-2022.json", "electricity/rto/fuel-type-data/data/?data[]=value&facets[respondent][]=PGE&facets[fueltype][]=NG&frequency=hourly", 200, "2 observations of electricity/rto/fuel-type-data:hourly:PGE.NG of 3" },
        { "rto-region-data-hourly-single-row.json", "electricity/rto/region-data/data/?data%5B0%5D=value&end=2019-01-02T00&facets%5Brespondent%5D%5B%5D=AEC&facets%5Btype%5D%5B%5D=D&frequency=hourly", 200, "1 observations of electricity/rto/region-data:hourly:AEC.D of 1" },
        { "seriesid-steo-monthly-numbers.json", "seriesid/STEO.PATC_WORLD.M", 200, "432 observations of STEO.PATC_WORLD.M of 432, 1 entry" },
        { "steo-monthly-opec-disruptions.json", "steo/data/?frequency=monthly&data[]=value&facets[seriesId][]=PADI_OPEC&sort[0][column]=period&sort[0][direction]=desc", 200, "189 observations of steo:monthly:PADI_OPEC of 189" },
        { "steo-quarterly-ten-series.json", "steo/data/?data%5B0%5D=value&facets%5BseriesId%5D%5B%5D=TOPRAC&facets%5BseriesId%5D%5B%5D=TOPRBK&frequency=quarterly", 200, "20 observations of 10 series of 20" },
    };

    [Theory]
    [MemberData(nameof(RecordedAnswers))]
    public void Recorded_answers_come_out_as_what_they_are(string file, string call, int status, string meaning)
    {
        Assert.Equal(meaning, Meaning(Explain(Base + call, Recorded(file), status)));
        Assert.Equal(meaning, Meaning(Explain("http://localhost:8080/some/eia/v2/" + call, Recorded(file), status)));
    }

    [Fact]
    public void Every_recorded_answer_is_explained_by_its_own_address()
    {
        if (SharedFixtures() is not { } folder)
        {
            return;
        }

        foreach (var entry in JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json"))).RootElement.EnumerateArray())
        {
            var (file, status) = (entry.GetProperty("file").GetString()!, entry.GetProperty("status").GetInt32());
            var result = Explain(entry.GetProperty("url").GetString()!, File.ReadAllBytes(Path.Combine(folder, file)), status);

            var isUsable = !file.Contains("error", StringComparison.Ordinal) && !file.EndsWith(".xml", StringComparison.Ordinal);
            Assert.True(isUsable == result is Page, $"{file}: {Meaning(result)}");
        }
    }

    [Theory]
    [InlineData("https://api.eia.gov/swagger.json")]
    [InlineData("https://api.eia.gov/series/?series_id=PET.RWTC.D")]
    [InlineData("https://api.eia.gov/v2020/petroleum")]
    [InlineData("https://api.worldbank.org/v2/country/all/indicator/NY.GDP.MKTP.CD")]
    [InlineData("https://www.ncei.noaa.gov/cdo-web/api/v2/data?datasetid=GHCND")]
    [InlineData("https://api.stlouisfed.org/fred/series")]
    [InlineData("https://example.com/electricity/news")]
    [InlineData("mailto:somebody@example.com")]
    [InlineData("data")]
    [InlineData("")]
    public void An_address_of_another_API_is_rejected_with_those_known(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Explain(address, Recorded("petroleum-pri-spt-monthly-brent.json"))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("known below v2/ are {route}, {route}/data", failure.Detail);
    }

    [Theory]
    [InlineData("http://proxy.example/energy/petroleum/pri/spt/data?frequency=monthly&data[0]=value&facets[series][]=RBRTE")]
    [InlineData("/v2/petroleum/pri/spt/data?frequency=monthly&data[0]=value&facets[series][]=RBRTE")]
    [InlineData("petroleum/pri/spt/data/?data[0]=value&facets%5Bseries%5D%5B0%5D=RBRTE#x")]
    public void Host_prefix_and_slashes_do_not_matter(string address)
    {
        Assert.Equal("3 observations of petroleum/pri/spt:monthly:RBRTE of 3", Meaning(Explain(address, Recorded("petroleum-pri-spt-monthly-brent.json"))));
    }

    [Fact]
    public void Requests_of_ours_come_out_as_the_series_that_were_asked_for()
    {
        var fetch = Observations(RetailSales, RetailFacts);
        var address = Provider.Request(fetch, null, Access).RequestUri!;

        var explained = Assert.IsType<Page>(Provider.Explain(address, Response(Recorded("retail-sales-monthly-null-column.json"))));

        var parsed = Page(fetch, Recorded("retail-sales-monthly-null-column.json"));
        Assert.Equal(parsed.Slices.Select(slice => slice.Series).Order(), explained.Slices.Select(slice => slice.Series).Order());
        Assert.Equal(parsed.Slices.Select(slice => slice.Attributes).ToHashSet(), explained.Slices.Select(slice => slice.Attributes).ToHashSet());
    }

    [Fact]
    public void Rows_without_a_column_asked_for_are_counted_and_bring_nothing()
    {
        Assert.Equal("page of 3", Meaning(Explain(Base + "petroleum/pri/spt/data?frequency=monthly", Recorded("petroleum-pri-spt-monthly-brent.json"))));
    }

    [Theory]
    [InlineData("seriesid/RWTC", "is no legacy id")]
    [InlineData("petroleum/pri/spt/data?frequency=yearly&data[]=value", "expected one of annual")]
    public void What_cannot_be_understood_is_said(string call, string reason)
    {
        Assert.Contains(reason, Assert.IsType<FetchFailed>(Explain(Base + call, Recorded("petroleum-pri-spt-monthly-brent.json"))).Failure.Detail);
    }

    [Theory]
    [InlineData(Base + "petroleum/pri/spt/data?frequency=KEY&api_key=KEY")]
    [InlineData(Base + "seriesid/KEY?api_key=KEY")]
    [InlineData("https://api.eia.gov/KEY/?api_key=KEY")]
    public void The_key_of_an_address_reaches_no_text(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Explain(address.Replace("KEY", Key, StringComparison.Ordinal), Recorded("petroleum-pri-spt-monthly-brent.json"))).Failure;

        Assert.DoesNotContain(Key[..8], failure.Detail);
    }

    internal static FetchResult Explain(string address, byte[] body, int status = 200) =>
        Provider.Explain(new Uri(address, UriKind.RelativeOrAbsolute), Response(body, status));

    private static ProviderResponse Response(byte[] body, int status = 200) => new(status, "application/json", null, Today, body);

    private static string Meaning(FetchResult result) => result switch
    {
        FetchFailed { Failure.Kind: var kind } => kind.ToString(),
        Page { Facts: { } facts } page => $"facts {facts}{Of(page)}",
        Page { Slices.Count: 0 } page => $"page{Of(page)}",
        Page page => $"{page.Rows().Count} observations of {Series(page)}{Of(page)}{(page.Catalog.Count > 0 ? $", {page.Catalog.Count} entry" : "")}{(page.Next is null ? "" : ", more")}",
        _ => "nothing",
    };

    private static string Series(Page page) =>
        page.Slices.Select(slice => slice.Series.Code).Distinct().ToList() is [var one] ? one : $"{page.Slices.Select(slice => slice.Series).Distinct().Count()} series";

    private static string Of(Page page) => page.Count is { } count ? $" of {count}" : "";

    private static string? SharedFixtures()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var fixtures = Path.Combine(folder.FullName, "shared", "fixtures", "eia");
            if (Directory.Exists(fixtures))
            {
                return fixtures;
            }
        }

        return null;
    }
}
