using System.Text;
using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

/// <summary>Damaged answers of every kind: each ends in a page or a failure that says something.</summary>
public sealed class NoaaFuzzTests
{
    private const int Times = 2_500;

    private static readonly Aurum.Providers.Settings.Dataset Discovered = Dataset("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX"]}""").Dataset;

    private static readonly Window September = Days(Day(2013, 9, 1), Day(2013, 10, 1));

    /// <summary>A recorded or written body, the call it answers, and the address it would have been saved from.</summary>
    public static TheoryData<string> Kinds() => [.. Subjects.Keys];

    private static readonly Dictionary<string, (Fetch Fetch, string Address, int Status, byte[] Body)> Subjects = new()
    {
        ["rows"] = (Fetch("GHCND", ["USC00200230"], ["PRCP"], September), "data?datasetid=GHCND&startdate=2013-09-03&enddate=2013-09-30&limit=30", 200, Few(Recorded("data-ghcnd-daily-prcp.json"))),
        ["months"] = (Fetch("GSOM", ["A"], ["EMXP", "CDSD"], Days(Day(2013, 1, 1), Day(2014, 1, 1))), "data?datasetid=GSOM&units=metric", 200, Encoding.UTF8.GetBytes(Body(1, 2, "2013-01-01|A|EMXP|2,T,W,17,+|12.3", "2013-02-01|A|CDSD|W|9999"))),
        ["rain of hours"] = (Fetch("PRECIP_15", ["COOP:010957"], ["QPCP"], Days(Day(2013, 1, 1), Day(2014, 1, 1))), "data?datasetid=PRECIP_15&units=metric", 200, Encoding.UTF8.GetBytes(Body(1, 1, "2013-01-01|010957|QPCP|,,,HT|99999"))),
        ["normals"] = (Fetch("NORMAL_DLY", ["AQW00061705"], ["DLY-TMAX-NORMAL"], Window.Everything), "data?datasetid=NORMAL_DLY&limit=25", 200, Few(Recorded("data-normal-dly-page1.json"))),
        ["wide rows"] = (Wide(), "access/services/data/v1?dataset=daily-summaries", 200, Recorded("ncei-v1-daily-summaries-padded-strings.json")),
        ["station"] = (Provider.PlanCatalog(Series("GHCND", ["USW00014895"], ["TMAX"]))[0], "stations/GHCND:USW00014895", 200, Recorded("station-ghcnd-single.json")),
        ["stations"] = (Provider.PlanFacts(Dataset("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX"],"min_coverage":0.5}""").Dataset, [])!, "stations?datasetid=GHCND&datatypeid=TMAX", 200, Few(Recorded("stations-by-county.json"))),
        ["types"] = (Provider.PlanFacts(Dataset("""{"dataset":"GHCND","stations":["A"],"datatypes":["*"]}""").Dataset, [])!, "datatypes?stationid=GHCND:A", 200, Few(Recorded("datacategories-page1.json"))),
        ["errors"] = (Fetch("GHCND", ["A"], ["PRCP"], September), "data?datasetid=GHCND", 500, Recorded("error-400-date-range.json")),
        ["errors of the successor"] = (Wide(), "access/services/data/v1?dataset=daily-summaries", 400, """{"errorCode":400,"errorMessage":"no","errors":[{"field":"dataset","message":"missing"}]}"""u8.ToArray()),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_ends_in_a_page_or_a_named_failure(string kind)
    {
        var (fetch, path, status, body) = Subjects[kind];
        var address = new Uri("https://www.ncdc.noaa.gov/cdo-web/api/v2/" + path);
        for (var seed = 0; seed < Times; seed++)
        {
            var response = Response(BodyDamage.Mutate(body, seed), status);
            Sound(Provider.Parse(fetch, null, response), kind, seed);
            Sound(Provider.Explain(address, response), kind, seed);
        }
    }

    [Fact]
    public void Damaged_addresses_end_in_a_page_or_a_named_failure()
    {
        var body = Recorded("stations-by-county.json");
        foreach (var (kind, subject) in Subjects)
        {
            for (var seed = 0; seed < 100; seed++)
            {
                var text = Encoding.Latin1.GetString(BodyDamage.Mutate(Encoding.Latin1.GetBytes("https://h.test/" + subject.Address), seed));
                if (Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var address))
                {
                    Sound(Provider.Explain(address, Response(seed % 2 == 0 ? body : subject.Body)), kind, seed);
                }
            }
        }
    }

    private static void Sound(FetchResult result, string kind, int seed)
    {
        Assert.True(result is Page || result is FetchFailed { Failure.Detail.Length: > 10 and < 600 }, $"{kind}, seed {seed}: {result}");
        if (result is Page { Facts: { } facts })
        {
            // Facts are kept and read again: what a page makes of a damaged body must still be facts.
            Assert.NotNull(Provider.PlanFacts(Discovered, [facts]) is null ? Provider.Expand(Discovered, [facts]) : []);
        }
    }

    private static Fetch Wide() => Assert.Single(Provider.PlanObservations(
        [.. Provider.Expand(Dataset("""{"dataset":"GHCND","stations":["USW00094728"],"datatypes":["TMAX","TMIN"],"transport":"ncei"}""").Dataset, [])!.Select(series => Want(series, Days(Day(2023, 7, 1), Day(2023, 8, 1))))],
        Today));

    /// <summary>A few rows are as good to damage as many, and faster to read.</summary>
    private static byte[] Few(byte[] body) => BodyDamage.Edited(body, root =>
    {
        var rows = root["results"]!.AsArray();
        while (rows.Count > 4)
        {
            rows.RemoveAt(rows.Count - 1);
        }
    });
}
