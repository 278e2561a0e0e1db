using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Fred;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Tests.Fred;

/// <summary>Short ways to the FRED provider.</summary>
internal static class FredFixture
{
    public static readonly FredProvider Provider = new();

    public static readonly ProviderAccess Access = new(new Uri("https://api.stlouisfed.org/"), "0123456789abcdef0123456789abcdef");

    public static byte[] Recorded(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fred", "Recorded", name));

    public static (Dataset Dataset, List<string> Problems) Read(string json)
    {
        var problems = new List<string>();
        return (Provider.ReadDataset(new SettingsNode(JsonDocument.Parse(json).RootElement, "$.datasets[0]", problems)), problems);
    }

    public static SeriesDefinition Series(string id = "GDP") =>
        Provider.Expand(Read($$"""{"series": ["{{id}}"]}""").Dataset, [])!.Single();

    public static Fetch Observations(string id = "GDP", Window? window = null, CatalogEntry? known = null) =>
        Provider.PlanObservations([new Want(Series(id), window ?? Window.Everything, known)], new DateOnly(2024, 11, 3)).Single();

    public static Fetch Catalog(string id = "GDP") => Provider.PlanCatalog([Series(id)]).Single();

    public static FetchResult Parse(Fetch fetch, byte[] body, int status = 200, string? cursor = null) =>
        Provider.Parse(fetch, cursor, new ProviderResponse(status, "application/json", null, new DateOnly(2024, 11, 3), body));

    public static Page Page(Fetch fetch, byte[] body, string? cursor = null) => Assert.IsType<Page>(Parse(fetch, body, 200, cursor));

    public static Failure Failure(Fetch fetch, byte[] body, int status = 200, string? cursor = null) =>
        Assert.IsType<FetchFailed>(Parse(fetch, body, status, cursor)).Failure;

    public static IReadOnlyList<Observation> Rows(this Page page) => [.. page.Slices.SelectMany(slice => slice.Observations)];

    public static DateTime Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, DateTimeKind.Utc);
}
