using System.Text;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Noaa;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Tests.Noaa;

/// <summary>The provider, its questions and its answers, in the fewest words.</summary>
internal static class NoaaExample
{
    public static readonly NoaaProvider Provider = new();
    public static readonly DateOnly Today = new(2026, 11, 23);
    public static readonly ProviderAccess Access = new(new Uri("https://example.test/cdo-web/api/v2"), "tokentokentoken");

    public static byte[] Recorded(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Noaa", "Recorded", file));

    public static ProviderResponse Response(string body, int status = 200, string? contentType = "application/json;charset=UTF-8") => Response(Encoding.UTF8.GetBytes(body), status, contentType);

    public static ProviderResponse Response(byte[] body, int status = 200, string? contentType = "application/json;charset=UTF-8") => new(status, contentType, null, Today, body);

    public static (NoaaDataset Dataset, IReadOnlyList<string> Problems) Dataset(string json)
    {
        var problems = new List<string>();
        var dataset = (NoaaDataset)Provider.ReadDataset(new SettingsNode(JsonDocument.Parse(json).RootElement, "$.datasets[0]", problems));
        return (dataset, problems);
    }

    public static IReadOnlyList<SeriesDefinition> Series(string dataset, string[] stations, string[] dataTypes, string? start = null) =>
        Provider.Expand(
            Dataset(JsonSerializer.Serialize(start is null
                ? new Dictionary<string, object> { ["dataset"] = dataset, ["stations"] = stations, ["datatypes"] = dataTypes }
                : new Dictionary<string, object> { ["dataset"] = dataset, ["stations"] = stations, ["datatypes"] = dataTypes, ["start"] = start })).Dataset,
            [])!;

    public static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    public static Window Days(DateTime from, DateTime to) => new(from, to);

    public static Want Want(SeriesDefinition series, Window window, DateTime? knownStart = null) =>
        new(series, window, knownStart is null ? null : new CatalogEntry(series.Id, "a title", Start: knownStart));

    /// <summary>One fetch for all pairs of these stations and data types in one window.</summary>
    public static Fetch Fetch(string dataset, string[] stations, string[] dataTypes, Window window) =>
        Assert.Single(Provider.PlanObservations([.. Series(dataset, stations, dataTypes).Select(series => Want(series, window))], Today));

    public static string Asked(Fetch fetch, string? cursor = null)
    {
        using var request = Provider.Request(fetch, cursor, Access);
        return request.RequestUri!.AbsoluteUri["https://example.test/cdo-web/api/v2/".Length..];
    }

    public static Page PageOf(Fetch fetch, string? cursor, byte[] body) => Assert.IsType<Page>(Provider.Parse(fetch, cursor, Response(body)));

    public static Page PageOf(Fetch fetch, string? cursor, string body) => PageOf(fetch, cursor, Encoding.UTF8.GetBytes(body));

    public static Failure FailureOf(Fetch fetch, string? cursor, ProviderResponse response) => Assert.IsType<FetchFailed>(Provider.Parse(fetch, cursor, response)).Failure;

    public static Failure FailureOf(Fetch fetch, string? cursor, string body) => FailureOf(fetch, cursor, Response(body));

    /// <summary>A body in the API's shape; rows are <c>date|station|datatype|attributes|value</c>.</summary>
    public static string Body(long offset, long? count, params string[] rows)
    {
        var results = rows.Select(row => row.Split('|')).Select(cells =>
            $$"""{"date":"{{cells[0]}}T00:00:00","datatype":"{{cells[2]}}","station":"GHCND:{{cells[1]}}","attributes":"{{cells[3]}}","value":{{cells[4]}}}""");
        var metadata = count is null ? "" : $$$"""{"metadata":{"resultset":{"offset":{{{offset}}},"count":{{{count}}},"limit":1000}},""";
        return $$"""{{(metadata.Length == 0 ? "{" : metadata)}}"results":[{{string.Join(',', results)}}]}""";
    }
}
