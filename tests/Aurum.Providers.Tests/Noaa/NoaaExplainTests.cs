using System.Text.Json;
using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaExplainTests
{
    private const string Cdo = "https://www.ncdc.noaa.gov/cdo-web/api/v2/", Ncei = "https://www.ncei.noaa.gov/access/services/data/v1";

    /// <summary>Every recorded answer, with the status and the address that its index says.</summary>
    public static TheoryData<string> Recordings() => [.. Index(Folder()).Select(entry => entry.File)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_recorded_answer_comes_out_as_what_it_is(string file)
    {
        var entry = Index(Folder()).Single(one => one.File == file);

        var result = Provider.Explain(new Uri(entry.Url), Response(File.ReadAllBytes(Path.Combine(Folder(), file)), entry.Status, file.EndsWith(".html", StringComparison.Ordinal) ? "text/html" : "application/json"));

        Assert.Equal(Expected(file), Told(result));
    }

    [Fact]
    public void Every_answer_recorded_beside_the_project_comes_out_as_what_it_is()
    {
        var beside = Beside();
        Assert.All(beside is null ? [] : Index(beside), entry =>
            Assert.Equal(Expected(entry.File), Told(Provider.Explain(new Uri(entry.Url), Response(File.ReadAllBytes(Path.Combine(beside!, entry.File)), entry.Status, null)))));
    }

    [Fact]
    public void Explained_rows_are_the_collected_ones()
    {
        var body = Recorded("data-ghcnd-daily-prcp.json");
        var collected = Assert.Single(PageOf(Fetch("GHCND", ["USC00200230"], ["PRCP"], Days(Day(2013, 9, 1), Day(2013, 10, 1))), null, body).Slices);

        var explained = Assert.Single(PageAt("https://proxy.test/some/where/data?datasetid=GHCND&startdate=2013-09-03&enddate=2013-09-30&limit=30&units=metric", body).Slices);

        Assert.Equal(collected.Series, explained.Series);
        Assert.Equal(collected.Attributes, explained.Attributes);
        Assert.Equal(collected.Observations.Select(one => (one.Timestamp, one.Value, one.AsOf)), explained.Observations.Select(one => (one.Timestamp, one.Value, one.AsOf)));
    }

    [Fact]
    public void Without_units_a_value_is_said_to_be_in_tenths()
    {
        var page = PageAt(Cdo + "data?datasetid=GHCND&startdate=2017-01-01&enddate=2017-01-31", Recorded("data-ghcnd-mixed-datatypes.json"));

        Assert.Equal(
            ["PRCP 0.1 mm", "SNOW mm", "SNWD mm", "TMAX 0.1 degC", "TMIN 0.1 degC", "TOBS 0.1 degC"],
            page.Slices.Select(slice => $"{slice.Series.Code.Split(':')[2]} {slice.Attributes.UnitCode}").Order());
        Assert.Equal((186L, "2017-01-01;7;2017-01-01T00:00:00;186;2017-01-01T00:00:00 GHCND:USC00173046 TOBS"), (page.Count, page.Next));
    }

    [Fact]
    public void Wide_rows_are_taken_apart()
    {
        var page = PageAt(Ncei + "?dataset=daily-summaries&stations=USW00094728&dataTypes=TMAX&startDate=2023-07-15&endDate=2023-07-17&format=json", Recorded("ncei-v1-daily-summaries-padded-strings.json"));

        var highest = page.Slices.Single(slice => slice.Series.Code == "GHCND:USW00094728:TMAX");
        Assert.Equal("0.1 degC", highest.Attributes.UnitCode);
        Assert.Equal([311, 256, 311], highest.Observations.Select(one => one.Value!.Value));
        Assert.Equal(5, page.Slices.Count);
    }

    [Fact]
    public void Stations_of_one_data_type_are_series()
    {
        var page = PageAt(Cdo + "stations?datasetid=GHCND&locationid=FIPS%3A12017&datatypeid=TMAX", Recorded("stations-by-county.json"));

        Assert.Equal(14, page.Catalog.Count);
        Assert.Equal("GHCND:US1FLCT0002:TMAX", page.Catalog[0].Series.Code);
        Assert.Equal("Maximum temperature at INVERNESS 1.6 WSW, FL US", page.Catalog[0].Title);
        Assert.StartsWith("stations TMAX 0 14 ", page.Facts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://www.ncei.noaa.gov/data/local-climatological-data/access/1945/02413099999.csv")]
    [InlineData("https://api.stlouisfed.org/fred/series/observations?series_id=DGS10")]
    [InlineData("https://www.ncei.noaa.gov/")]
    [InlineData("mailto:someone@example.test")]
    public void An_address_of_something_else_is_rejected_with_what_is_known(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Provider.Explain(new Uri(address), Response("{}"))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("/access/services/data/v1", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data?datasetid=NEXRAD2&startdate=2020-01-01&enddate=2020-01-02", "GHCND")]
    [InlineData("data?startdate=2020-01-01", "GHCND")]
    [InlineData("access/services/data/v1?dataset=global-hourly", "daily-summaries")]
    public void A_data_set_that_cannot_be_read_is_rejected_with_those_that_can(string path, string known)
    {
        var failure = Assert.IsType<FetchFailed>(Provider.Explain(new Uri(Cdo + path), Response("{}"))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains(known, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data?datasetid=GHCND&offset=99999999999999999999&limit=-1&startdate=x&enddate=9999-12-31")]
    [InlineData("data?datasetid=GHCND&%&=&&offset=0&units=%zz")]
    [InlineData("stations/%zz?datasetid=GHCND")]
    [InlineData("datatypes?stationid=a b c&stationid=d")]
    public void A_strange_address_is_understood_as_far_as_it_goes(string path)
    {
        Assert.NotNull(Provider.Explain(new Uri(Cdo + path), Response(Recorded("data-ghcnd-daily-prcp.json"))));
        Assert.NotNull(Provider.Explain(new Uri("/" + path, UriKind.Relative), Response("{}")));
    }

    [Fact]
    public void A_token_in_an_address_is_in_no_text()
    {
        var failure = Assert.IsType<FetchFailed>(Provider.Explain(new Uri(Cdo + "nothing?token=hWzKqRvTnYbXcJdL"), Response("{}"))).Failure;

        Assert.DoesNotContain("hWzKqRvTnYbXcJdL", failure.Detail, StringComparison.Ordinal);
    }

    private static string Expected(string file) => file switch
    {
        "data-ghcnd-daily-prcp.json" => "28 observations of 1 series, of 28, the last page",
        "data-ghcnd-mixed-datatypes.json" => "6 observations of 6 series, of 186, more follow",
        "data-ghcnd-tmax-2020-boston-results-only.json" => "366 observations of 1 series, of unknown, the last page",
        "data-normal-dly-page1.json" => "25 observations of 25 series, of 75010, more follow",
        "datacategories-page1.json" => "nothing, of 42, more follow",
        "datacategory-single.json" => "nothing, of 1, the last page",
        "datasets-list.json" => "nothing, of 11, the last page",
        "empty-result.json" => "facts, of 0, the last page",
        "error-400-date-range.json" or "error-400-token-invalid.json" or "ncei-file-access-404-html.html" => "Rejected",
        "error-429-per-second.json" => "Throttled",
        "locationcategories-list.json" => "nothing, of 12, the last page",
        "locations-normal-dly-page1.json" => "nothing, of 13532, more follow",
        "ncei-v1-daily-summaries-padded-strings.json" => "15 observations of 5 series, of 3, the last page",
        "ncei-v1-daily-summaries-standard-units.json" => "4 observations of 4 series, of 1, the last page",
        "station-dulles-single.json" or "station-ghcnd-single.json" => "facts, of 1, the last page",
        "stations-by-county.json" => "facts, of 14, the last page",
        _ => $"what {file} is was not said",
    };

    private static string Told(FetchResult result) => result switch
    {
        FetchFailed failed => failed.Failure.Kind.ToString(),
        Page page => string.Join(", ", page.Slices.Count > 0 ? $"{page.Slices.Sum(slice => slice.Observations.Count)} observations of {page.Slices.Count} series" : page.Facts is not null ? "facts" : "nothing",
            $"of {page.Count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}",
            page.Next is null ? "the last page" : "more follow"),
        _ => "",
    };

    private static Page PageAt(string address, byte[] body) => Assert.IsType<Page>(Provider.Explain(new Uri(address), Response(body)));

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Noaa", "Recorded");

    /// <summary>The shared recordings beside the project; null where there are none.</summary>
    private static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aurum.Actors.sln")) && folder.Parent is { } parent && Path.Combine(parent.FullName, "shared", "fixtures", "noaa") is var found && File.Exists(Path.Combine(found, "index.json")))
            {
                return found;
            }
        }

        return null;
    }

    private static IReadOnlyList<(string File, string Url, int Status)> Index(string folder) =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json"))).RootElement.EnumerateArray().Select(entry =>
            (entry.GetProperty("file").GetString()!, entry.GetProperty("url").GetString()!, entry.GetProperty("status").GetInt32()))];
}
