using System.Text;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;
using Aurum.Providers.WorldBank;

namespace Aurum.Providers.Tests.WorldBank;

/// <summary>The provider, its questions and its answers, in the fewest words.</summary>
internal static class WorldBankExample
{
    public static readonly WorldBankProvider Provider = new();
    public static readonly DateOnly Today = new(2026, 11, 23);
    public static readonly ProviderAccess Access = new(new Uri("https://example.test/v2/"), null);

    public static byte[] Recorded(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "WorldBank", "Recorded", file));

    public static ProviderResponse Response(string body, int status = 200) => Response(Encoding.UTF8.GetBytes(body), status);

    public static ProviderResponse Response(byte[] body, int status = 200) => new(status, "application/json;charset=utf-8", null, Today, body);

    public static (WorldBankDataset Dataset, IReadOnlyList<string> Problems) Dataset(string json)
    {
        var problems = new List<string>();
        var dataset = (WorldBankDataset)Provider.ReadDataset(new SettingsNode(JsonDocument.Parse(json).RootElement, "$.datasets[0]", problems));
        return (dataset, problems);
    }

    public static IReadOnlyList<SeriesDefinition> Series(string[] indicators, string[] countries) =>
        SeriesOf(JsonSerializer.Serialize(new { indicators, countries }));

    public static IReadOnlyList<SeriesDefinition> SeriesOf(string json, params string[] facts) => Provider.Expand(Dataset(json).Dataset, facts)!;

    public static IReadOnlyList<Fetch> FetchesOf(string json, Window? window = null) =>
        Provider.PlanObservations([.. SeriesOf(json).Select(series => Want(series, window ?? Window.Everything))], Today);

    public static DateTime Year(int year, int month = 1) => new(year, month, 1, 0, 0, 0, DateTimeKind.Utc);

    public static Want Want(SeriesDefinition series, Window window, CatalogEntry? known = null) => new(series, window, known);

    public static Fetch Fetch(string indicator, string[] countries, Window? window = null) =>
        Assert.Single(Provider.PlanObservations([.. Series([indicator], countries).Select(series => Want(series, window ?? Window.Everything))], Today));

    public static string Asked(Fetch fetch, string? cursor = null)
    {
        using var request = Provider.Request(fetch, cursor, Access);
        return request.RequestUri!.AbsoluteUri["https://example.test/v2/".Length..];
    }

    public static FetchResult Explained(string address, ProviderResponse response) => Provider.Explain(new Uri(address), response);

    public static Page PageOf(Fetch fetch, string? cursor, byte[] body) => Assert.IsType<Page>(Provider.Parse(fetch, cursor, Response(body)));

    public static Page PageOf(Fetch fetch, string? cursor, string body) => PageOf(fetch, cursor, Encoding.UTF8.GetBytes(body));

    public static Failure FailureOf(Fetch fetch, string? cursor, ProviderResponse response) => Assert.IsType<FetchFailed>(Provider.Parse(fetch, cursor, response)).Failure;

    public static Failure FailureOf(Fetch fetch, string? cursor, string body) => FailureOf(fetch, cursor, Response(body));

    /// <summary>A body in the API's shape, of one page unless told; rows are <c>two-character id|three-character code|date|value</c> of indicator X.Y.</summary>
    public static string Body(string[] rows, int page = 1, int pages = 1, int perPage = 20_000, int? total = null, string lastUpdated = "2026-07-13") =>
        $$$"""[{"page":{{{page}}},"pages":{{{pages}}},"per_page":{{{perPage}}},"total":{{{total ?? rows.Length}}},"sourceid":"2","lastupdated":"{{{lastUpdated}}}"},[{{{string.Join(',', rows.Select(Row))}}}]]""";

    private static string Row(string row)
    {
        var cells = row.Split('|');
        return $$"""{"indicator":{"id":"X.Y","value":"X (y)"},"country":{"id":"{{cells[0]}}","value":"Somewhere"},"countryiso3code":"{{cells[1]}}","date":"{{cells[2]}}","value":{{cells[3]}},"unit":"","obs_status":"","decimal":0}""";
    }
}
