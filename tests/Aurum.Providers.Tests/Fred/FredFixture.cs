using System.Text;
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

    /// <summary>The first page of a call whose answer is written out.</summary>
    public static Page Page(Fetch fetch, string body, string? cursor = null) => Page(fetch, Encoding.UTF8.GetBytes(body), cursor);

    public static string AddressOf(Fetch fetch, string? cursor = null) => Provider.Request(fetch, cursor, Access).RequestUri!.PathAndQuery.Replace($"&api_key={Access.Key}", "");

    /// <summary>An answer that lists series, with the keys of the recorded ones.</summary>
    public static string SeriesList(long count, long offset, params IEnumerable<string> ids) =>
        $$"""{"count":{{count}},"offset":{{offset}},"limit":1000,"seriess":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","title":"Title of {{id}}","units":"Percent","frequency_short":"M","observation_start":"2000-01-01","observation_end":"2024-09-01","last_updated":"2024-10-30 07:54:01-05"}"""))}}]}""";

    public static string Categories(params IEnumerable<int> ids) =>
        $$"""{"categories":[{{string.Join(',', ids.Select(id => $$"""{"id":{{id}},"name":"Category {{id}}","parent_id":1}"""))}}]}""";

    /// <summary>Plays the part of the collector and of FRED until the dataset's series are known; gives them and the addresses asked.</summary>
    public static (IReadOnlyList<SeriesDefinition> Series, IReadOnlyList<string> Asked) Discover(Dataset dataset, Func<string, string> answer)
    {
        List<string> facts = [], asked = [];
        while (Provider.Expand(dataset, facts) is null)
        {
            var fetch = Provider.PlanFacts(dataset, facts)!;
            string? cursor = null;
            do
            {
                asked.Add(AddressOf(fetch, cursor));
                var page = Page(fetch, answer(asked[^1]), cursor);
                facts.Add(page.Facts!);
                cursor = page.Next;
            }
            while (cursor is not null);

            Assert.True(asked.Count < 100, "asks without end");
        }

        return (Provider.Expand(dataset, facts)!, asked);
    }

    public static IReadOnlyList<Observation> Rows(this Page page) => [.. page.Slices.SelectMany(slice => slice.Observations)];

    public static DateTime Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, DateTimeKind.Utc);
}
