using System.Text;
using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankFuzzTests
{
    private const int Mutations = 25_000;

    [Fact]
    public void Any_damage_ends_in_a_page_or_a_named_failure()
    {
        var questions = Questions().ToArray();
        for (var seed = 0; seed < Mutations; seed++)
        {
            var (fetch, address, body, status) = questions[seed % questions.Length];
            var response = Response(BodyDamage.Mutate(body, seed), status);
            var damaged = Encoding.UTF8.GetString(BodyDamage.Mutate(Encoding.UTF8.GetBytes(address.OriginalString), seed));
            if (seed % 4 == 0 && Uri.TryCreate(damaged, UriKind.RelativeOrAbsolute, out var other))
            {
                address = other;
            }

            foreach (var result in new[] { Provider.Parse(fetch, null, response), Provider.Explain(address, response) })
            {
                Assert.True(result is Page or FetchFailed { Failure.Detail.Length: > 0 }, $"seed {seed}");
            }
        }
    }

    private static IEnumerable<(Fetch Fetch, Uri Address, byte[] Body, int Status)> Questions()
    {
        var population = Fetch("SP.POP.TOTL", ["GEO", "ALB", "MNG"]);
        var economies = Provider.PlanFacts(Dataset("""{"indicators":["A.B"],"countries":["all"]}""").Dataset, [])!;
        var indicators = Provider.PlanFacts(Dataset("""{"source":37,"countries":["BRA"]}""").Dataset, [])!;
        var indicator = Assert.Single(Provider.PlanCatalog(Series(["1.0.HCOUNT.1.90USD"], ["BRA"])));
        foreach (var (fetch, address, file, status) in new[]
        {
            (population, "country/geo;alb;mng/indicator/SP.POP.TOTL?per_page=20000", "data-pop-three-countries.json", 200),
            (population, "country/all/indicator/SP.POP.TOTL?per_page=20000", "data-empty.json", 200),
            (population, "country/all/indicator/NY.GDP.MKTP.CD?per_page=2", "data-gdp-all-mrv1.json", 200),
            (population, "country/all/indicator/SP.POP.TOTL", "error-200-invalid-indicator.json", 200),
            (population, "country/all/indicator/SP.POP.TOTL", "error-400-bad-source.html", 400),
            (population, "country/all/indicator/SP.POP.TOTL", "error-invalid-value.xml", 200),
            (economies, "country?per_page=2", "countries-page1.json", 200),
            (economies, "sources/2", "source-2.json", 200),
            (indicators, "indicator?per_page=2", "indicators-page1.json", 200),
            (indicator, "indicator/1.0.hcount.1.90usd", "indicator-get.json", 200),
        })
        {
            var recorded = Recorded(file);
            yield return (fetch, new Uri("https://h/v2/" + address), recorded, status);
            if (fetch.Kind == FetchKind.Facts)
            {
                yield return (fetch, new Uri("https://h/v2/" + Asked(fetch)), AsFirstOfOne(recorded), status);
            }
        }
    }

    /// <summary>A recorded page as it would have answered a request for the longest pages.</summary>
    private static byte[] AsFirstOfOne(byte[] body) => BodyDamage.Edited(body, root =>
    {
        (root[0]!["pages"], root[0]!["per_page"], root[0]!["total"]) = (1, "500", root[1]!.AsArray().Count);
    });
}
