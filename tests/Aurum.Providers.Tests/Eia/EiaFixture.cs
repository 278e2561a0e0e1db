using System.Text;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Eia;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Tests.Eia;

/// <summary>Short ways to the EIA provider.</summary>
internal static class EiaFixture
{
    public const string Key = "0123456789abcdefghijklmnopqrstuvwxyzABCD";

    public const string SpotPrices = """{"route": "petroleum/pri/spt", "frequency": "monthly", "facets": {"series": ["RBRTE"]}}""";

    public const string RetailSales = """
        {"route": "electricity/retail-sales", "frequency": "monthly", "facets": {"sectorid": ["ALL", "RES"], "stateid": ["AK", "CO"]}, "data": ["price", "customers"]}
        """;

    public const string RetailFacts = """["stateid","sectorid"]""";

    public static readonly DateOnly Today = new(2024, 11, 3);

    public static readonly EiaProvider Provider = new();

    public static readonly ProviderAccess Access = new(new Uri("https://api.eia.gov/v2/"), Key);

    public static byte[] Recorded(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Eia", "Recorded", name));

    public static (Dataset Dataset, List<string> Problems) Read(string json)
    {
        var problems = new List<string>();
        return (Provider.ReadDataset(new SettingsNode(JsonDocument.Parse(json).RootElement, "$.datasets[0]", problems)), problems);
    }

    public static IReadOnlyList<SeriesDefinition> Series(string json, params IReadOnlyList<string> facts) => Provider.Expand(Read(json).Dataset, facts)!;

    public static IReadOnlyList<Fetch> Plan(IEnumerable<SeriesDefinition> series, Window? window = null, CatalogEntry? known = null) =>
        Provider.PlanObservations([.. series.Select(one => new Want(one, window ?? Window.Everything, known))], Today);

    public static Fetch Observations(string json, string? facts = null, Window? window = null) => Plan(Series(json, facts is null ? [] : [facts]), window).Single();

    public static Fetch Legacy(string id, Window? window = null) => Observations($$"""{"series": ["{{id}}"]}""", window: window);

    public static FetchResult Parse(Fetch fetch, byte[] body, int status = 200, string? cursor = null) =>
        Provider.Parse(fetch, cursor, new ProviderResponse(status, "application/json", null, Today, body));

    public static Page Page(Fetch fetch, byte[] body, string? cursor = null) => Assert.IsType<Page>(Parse(fetch, body, 200, cursor));

    public static Failure Failure(Fetch fetch, byte[] body, int status = 200, string? cursor = null) =>
        Assert.IsType<FetchFailed>(Parse(fetch, body, status, cursor)).Failure;

    public static string Query(Fetch fetch, string? cursor = null) => Uri.UnescapeDataString(Provider.Request(fetch, cursor, Access).RequestUri!.PathAndQuery);

    public static byte[] Body(string rows, string total = "\"1\"", string extra = "") =>
        Encoding.UTF8.GetBytes($$$$"""{"response":{"total":{{{{total}}}},"data":[{{{{rows}}}}]}{{{{extra}}}},"request":{"params":{"api_key":"{{{{Key}}}}"}}}""");

    public static IReadOnlyList<Observation> Rows(this Page page) => [.. page.Slices.SelectMany(slice => slice.Observations)];

    public static DateTime Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, DateTimeKind.Utc);
}
