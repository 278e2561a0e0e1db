using System.Text;
using System.Text.Json;
using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankExplanationTests
{
    /// <summary>Series, observations, entries, count and whether a page follows; or the kind of failure.</summary>
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["countries-page1.json"] = "0 series, 0 observations, 0 entries, facts of 297, more",
        ["country-jpn.json"] = "0 series, 0 observations, 0 entries, facts of 1",
        ["data-empty.json"] = "0 series, 0 observations, 0 entries of 0",
        ["data-gdp-all-mrv1.json"] = "2 series, 2 observations, 0 entries of 264, more",
        ["data-gdp-all-page1.json"] = "1 series, 50 observations, 0 entries of 16104, more",
        ["data-gdp-bra-full-2025.json"] = "1 series, 65 observations, 0 entries of 65",
        ["data-multi-indicator-footnote.json"] = "1 series, 50 observations, 0 entries of 244, more",
        ["data-multi-indicator-source2.json"] = "1 series, 50 observations, 0 entries of 244, more",
        ["data-pop-region-aggregates.json"] = "7 series, 35 observations, 0 entries of 35",
        ["data-pop-three-countries.json"] = "3 series, 9 observations, 0 entries of 9",
        ["error-200-invalid-indicator.json"] = "Rejected",
        ["error-400-bad-source.html"] = "Transient",
        ["error-invalid-value.xml"] = "Rejected",
        ["indicator-get.json"] = "0 series, 0 observations, 1 entries of 1",
        ["indicators-page1.json"] = "0 series, 0 observations, 2 entries of 18958, more",
        ["regions.json"] = "0 series, 0 observations, 0 entries of 42",
        ["source-2.json"] = "0 series, 0 observations, 0 entries of 1",
        ["sources.json"] = "0 series, 0 observations, 0 entries of 65, more",
        ["topic-1.json"] = "0 series, 0 observations, 0 entries of 1",
    };

    public static IEnumerable<object[]> All =>
        JsonDocument.Parse(Recorded("index.json")).RootElement.EnumerateArray().Select(row => new object[] { row.GetProperty("file").GetString()!, row.GetProperty("url").GetString()!, row.GetProperty("status").GetInt32() });

    [Theory]
    [MemberData(nameof(All))]
    public void Every_recorded_answer_comes_out_as_what_it_is(string file, string url, int status) =>
        Assert.Equal(Meanings[file], Told(Explained(url, Response(Recorded(file), status))));

    [Theory]
    [InlineData("https://api.worldbank.org/v2/en/country/bra/indicator/NY.GDP.MKTP.CD?per_page=20000&format=json")]
    [InlineData("http://10.0.0.1:8080/some/where/v2/countries/BR/indicators/ny.gdp.mktp.cd?format=json&per_page=20000&page=1")]
    [InlineData("https://example.test/Country/all/Indicator/NY.GDP.MKTP.CD/?PER_PAGE=20000&format=json&date=1850%3A1900")]
    [InlineData("https://example.test/country/USA%3BBRA/indicator/NY.GDP.MKTP.CD;SP.POP.TOTL?source=2&per_page=20000&format=json")]
    [InlineData("https://example.test/country//indicator/NY.GDP.MKTP.CD?per_page=20000&format=json")]
    [InlineData("https://example.test/country/BRA/indicator/NY.GDP.MKTP.CD?per_page=20000&page=99999999999999999999")]
    [InlineData("https://example.test/country/BRA/indicator/NY.GDP.MKTP.CD?per_page=100000")]
    public void Host_prefix_case_and_plural_do_not_matter(string address)
    {
        var slice = Assert.Single(Assert.IsType<Page>(Explained(address, Response(Recorded("data-gdp-bra-full-2025.json")))).Slices);

        Assert.Equal("NY.GDP.MKTP.CD:BRA", slice.Series.Code);
        Assert.Equal(new SeriesAttributes("current US$", "A", "2", "BRA"), slice.Attributes);
        Assert.Equal(65, slice.Observations.Count);
        Assert.Equal((Year(1960), new DateOnly(2025, 7, 1)), (slice.Observations[0].Timestamp, slice.Observations[0].AsOf));
    }

    [Fact]
    public void All_forms_of_dates_and_all_series_come_out()
    {
        var page = Assert.IsType<Page>(Explained("https://h/v2/country/all/indicator/X.Y?format=json&per_page=20000", Response(Body(["US|USA|2020|1", "US|USA|2020M02|2", "US|USA|2020Q2|3", "1W||2020|4"]))));

        Assert.Equal(["X.Y:USA", "X.Y:USA:M", "X.Y:USA:Q", "X.Y:1W"], page.Slices.Select(slice => slice.Series.Code));
    }

    [Theory]
    [InlineData("https://h/v2/country/PER/indicator/NY.GDP.MKTP.CD?per_page=20000&format=json")]
    [InlineData("https://h/v2/country/BRA/indicator/SP.POP.TOTL?per_page=20000&format=json")]
    [InlineData("https://h/v2/country/BRA/indicator/;?per_page=20000&format=json")]
    [InlineData("https://h/v2/country/BRA/indicator/NY.GDP.MKTP.CD?format=json")]
    [InlineData("https://h/v2/country/BRA/indicator/NY.GDP.MKTP.CD?per_page=20000&page=2&format=json")]
    public void An_answer_to_another_question_is_told(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Explained(address, Response(Recorded("data-gdp-bra-full-2025.json")))).Failure;

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("another question", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://h/v2/")]
    [InlineData("https://h/v2/nothing?api_key=s3cret")]
    [InlineData("https://h/v2/sources/2/series/s3cret/country/USA/time/YR2020")]
    [InlineData("mailto:s3cret@example.test")]
    [InlineData("file:///s3cret")]
    public void An_address_of_no_endpoint_is_rejected_with_those_that_are_known(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Explained(address, Response(Recorded("data-gdp-bra-full-2025.json")))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("country/CODES/indicator/IDS", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("country/BRA/indicator/NY.GDP.MKTP.CD?per_page=20000", "65")]
    [InlineData("/v2/sources/2", null)]
    [InlineData("", null)]
    [InlineData("//", null)]
    [InlineData("country/%/indicator/%zz", null)]
    public void Relative_addresses_are_read_as_below_the_root(string address, string? observations)
    {
        var result = Provider.Explain(new Uri(address, UriKind.RelativeOrAbsolute), Response(Recorded("data-gdp-bra-full-2025.json")));

        Assert.Equal(observations, (result as Page)?.Slices[0].Observations.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Xml_that_nobody_asked_otherwise_is_rejected_with_the_remedy()
    {
        const string Xml = """<?xml version="1.0" encoding="utf-8"?><wb:data page="1" xmlns:wb="http://www.worldbank.org"></wb:data>""";
        FetchFailed Of(string query) => Assert.IsType<FetchFailed>(Explained($"https://h/v2/country/BRA/indicator/A.B?{query}", Response(Xml)));

        Assert.Equal(FailureKind.Rejected, Of("per_page=5").Failure.Kind);
        Assert.Contains("format=json", Of("per_page=5").Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Transient, Of("format=json").Failure.Kind);
    }

    [Fact]
    public void What_was_asked_for_one_by_one_is_explained_alike()
    {
        var fetch = Fetch("SP.POP.TOTL", ["GEO", "ALB", "MNG"]);
        var response = Response(Recorded("data-pop-three-countries.json"));

        Assert.Equal(Lines(Assert.IsType<Page>(Provider.Parse(fetch, null, response))), Lines(Assert.IsType<Page>(Explained("https://h/v2/" + Asked(fetch), response))));
    }

    private static IEnumerable<string> Lines(Page page) =>
        page.Slices.SelectMany(slice => slice.Observations.Select(one => $"{slice.Series} {slice.Attributes} {one}")).Order(StringComparer.Ordinal);

    private static string Told(FetchResult result)
    {
        if (result is not Page page)
        {
            return $"{((FetchFailed)result).Failure.Kind}";
        }

        var text = new StringBuilder($"{page.Slices.Select(slice => slice.Series).Distinct().Count()} series, {page.Slices.Sum(slice => slice.Observations.Count)} observations, {page.Catalog.Count} entries");
        return text.Append(page.Facts is null ? "" : ", facts").Append($" of {page.Count}").Append(page.Next is null ? "" : ", more").ToString();
    }
}
