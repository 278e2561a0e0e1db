using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>From the address of a saved answer to what was asked, and from there along the road of every answer.</summary>
internal static class WorldBankExplanation
{
    private const long LargestNumber = 1_000_000_000;

    /// <summary>Nobody has seen what length the service uses where a longer one is asked for.</summary>
    private const long LongestPage = 32_500;

    private const string Known =
        "expected country/CODES/indicator/IDS, country, country/CODES, indicator, indicator/ID, source/N/indicator, topic/N/indicator, source, topic, region, incomelevel, lendingtype or languages";

    public static FetchResult Explain(Uri address, ProviderResponse response)
    {
        if (!Uri.TryCreate(new Uri("https://api.worldbank.org/v2/"), address, out var absolute) || Find(Segments(absolute)) is not { } reading)
        {
            return Rejected($"the address is none of the World Bank's Indicators API; {Known}");
        }

        var query = Query(absolute);
        var length = Number(query, "per_page", WorldBankIndicatorFetch.PageLength);
        var asked = new Asked(Number(query, "page", 1), length <= LongestPage ? length : null, query.GetValueOrDefault("source"));
        var isXml = !"json".Equals(query.GetValueOrDefault("format"), StringComparison.OrdinalIgnoreCase) && ResponseTriage.Trimmed(response.Body).Span is [(byte)'<', ..];
        return WorldBankErrors.Read(response, () => reading.Suspects, body => reading.Read(asked, body, response.ReceivedOn)) switch
        {
            FetchFailed { Failure.Kind: FailureKind.Transient } when isXml && response.Status == 200 => Rejected("the answer is XML, which is what comes without format=json in the address; ask for JSON"),
            var result => result,
        };
    }

    /// <summary>The end of the path tells; singular and plural mean the same, and any prefix may stand before, a language among them.</summary>
    private static Reading? Find(string[] segments) => segments switch
    {
        [.., "country" or "countries", var codes, "indicator" or "indicators", var ids] => OfData(ids, codes),
        [.., "source" or "sources" or "topic" or "topics", _, "indicator" or "indicators"] => OfIndicators("the source or topic is invalid"),
        [.., "indicator" or "indicators"] => OfIndicators("there is no such list of indicators"),
        [.., "indicator" or "indicators", var id] => OfIndicators($"the indicator {ProviderJson.Shorten(id)} is invalid, deleted or archived"),
        [.., "country" or "countries"] => OfEconomies("the region, income level or lending type is invalid"),
        [.., "country" or "countries", var codes] => OfEconomies($"one of the countries {ProviderJson.Shorten(codes)} is invalid"),
        [.., var list] when IsReference(list) => OfReference,
        [.., var list, _] when IsReference(list) => OfReference,
        _ => null,
    };

    private static Reading OfReference => new("the list has no such item", (asked, body, _) => WorldBankListing.ExplainReference(asked.Page, asked.PageLength, body));

    private static bool IsReference(string list) =>
        list is "source" or "sources" or "topic" or "topics" or "region" or "regions" or "incomelevel" or "incomelevels" or "lendingtype" or "lendingtypes" or "language" or "languages";

    private static Reading OfData(string ids, string codes)
    {
        var question = new WorldBankQuestion(Codes(ids), codes == "all" ? [] : Codes(codes), Source: null, OtherCodes: []);
        return new Reading(question.Suspects, (asked, body, receivedOn) => WorldBankObservations.Explain(question with { Source = asked.Source }, asked.Page, asked.PageLength, body, receivedOn));
    }

    private static string[] Codes(string list) => list.ToUpperInvariant().Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static Reading OfIndicators(string suspects) => new(suspects, (asked, body, _) => WorldBankListing.ExplainIndicators(asked.Page, asked.PageLength, body));

    private static Reading OfEconomies(string suspects) => new(suspects, (asked, body, _) => WorldBankListing.ExplainEconomies(asked.Page, asked.PageLength, body));

    private static FetchFailed Rejected(string detail) => new(new Failure(FailureKind.Rejected, detail));

    /// <summary>In lower case, as the service reads them in any.</summary>
    private static string[] Segments(Uri address) => [.. address.AbsolutePath.Trim('/').Split('/').Select(segment => Uri.UnescapeDataString(segment).ToLowerInvariant())];

    private static Dictionary<string, string> Query(Uri address)
    {
        var query = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2))
        {
            query.TryAdd(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]));
        }

        return query;
    }

    private static long Number(Dictionary<string, string> query, string key, long fallback) =>
        query.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= LargestNumber ? number : fallback;

    private sealed record Asked(long Page, long? PageLength, string? Source);

    /// <param name="Suspects">Says what a rejection may be about.</param>
    private sealed record Reading(string Suspects, Func<Asked, JsonElement, DateOnly, FetchResult> Read);
}
