using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>One page of the lists of economies and indicators.</summary>
internal static partial class WorldBankListing
{
    public const string EconomiesName = "economies", IndicatorsName = "indicators";

    public static FetchResult Parse(WorldBankListingFetch fetch, WorldBankCursor cursor, JsonElement body)
    {
        var envelope = WorldBankEnvelope.Read(body);
        if (envelope.Against(cursor, WorldBankListingFetch.PageLength) is { } failure)
        {
            return new FetchFailed(failure);
        }

        var next = envelope.Next(unmatched: false)?.ToString();
        return (fetch.IsOfEconomies, fetch.Dataset) switch
        {
            (true, { } dataset) => Page.OfFacts(EconomiesText(envelope, dataset.Wants), next) with { Count = envelope.Total },
            (_, { } dataset) => Page.OfFacts(IndicatorsText(envelope, dataset), next) with { Count = envelope.Total },
            _ => Page.OfCatalog(Entries(fetch, Indicators(envelope)), next) with { Count = envelope.Total },
        };
    }

    /// <summary>Economies are facts, whoever asked for them.</summary>
    public static FetchResult ExplainEconomies(long page, long? pageLength, JsonElement body) =>
        Explain(page, pageLength, body, (envelope, next) => Page.OfFacts(EconomiesText(envelope, _ => true), next));

    /// <summary>Indicators are entries of no economy.</summary>
    public static FetchResult ExplainIndicators(long page, long? pageLength, JsonElement body) =>
        Explain(page, pageLength, body, (envelope, next) => Page.OfCatalog([.. Indicators(envelope).Select(indicator => indicator.Entry())], next));

    /// <summary>Lists of databases, topics, regions and the like have nothing that is kept.</summary>
    public static FetchResult ExplainReference(long page, long? pageLength, JsonElement body) =>
        Explain(page, pageLength, body, (_, next) => Page.OfCatalog([], next));

    private static FetchResult Explain(long page, long? pageLength, JsonElement body, Func<WorldBankEnvelope, string?, Page> read)
    {
        var envelope = WorldBankEnvelope.Read(body);
        return envelope.Against(WorldBankCursor.First with { Page = page }, pageLength) is { } failure
            ? new FetchFailed(failure)
            : read(envelope, envelope.Next(unmatched: false)?.ToString()) with { Count = envelope.Total };
    }

    private static string EconomiesText(WorldBankEnvelope envelope, Func<WorldBankEconomy, bool> isWanted) =>
        WorldBankFacts.Write(EconomiesName, envelope, Rows(envelope).Select(at => Economy(at.Row, at.Path)).Where(isWanted).Select(economy => $"{economy}"));

    private static string IndicatorsText(WorldBankEnvelope envelope, WorldBankDataset dataset) =>
        WorldBankFacts.Write(IndicatorsName, envelope, Indicators(envelope).Where(indicator => dataset.Wants(indicator.Id, indicator.SourceId)).Select(indicator => indicator.Code));

    private static List<CatalogEntry> Entries(WorldBankListingFetch fetch, IEnumerable<WorldBankIndicator> indicators)
    {
        var byCode = indicators.Where(indicator => fetch.Source is not { } source || indicator.IsOf(source)).ToLookup(indicator => indicator.Code);
        return [.. from want in fetch.Wants
                   from indicator in byCode[WorldBankSeries.Of(want.Series).Indicator].Take(1)
                   select indicator.EntryOf(want.Series)];
    }

    private static IEnumerable<WorldBankIndicator> Indicators(WorldBankEnvelope envelope) => Rows(envelope).Select(at => WorldBankIndicator.Read(at.Row, at.Path));

    private static IEnumerable<(JsonElement Row, string Path)> Rows(WorldBankEnvelope envelope) =>
        envelope.IsEmpty ? [] : envelope.Rows.EnumerateArray().Select((row, index) => (row, $"$[1][{index}]"));

    private static WorldBankEconomy Economy(JsonElement row, string path) => new(
        Code(row.RequiredString("id", path), $"{path}.id"),
        Code(row.RequiredString("iso2Code", path), $"{path}.iso2Code"),
        Code(row.Required("region", path).RequiredString("id", $"{path}.region"), $"{path}.region.id"),
        Code(row.Required("incomeLevel", path).RequiredString("id", $"{path}.incomeLevel"), $"{path}.incomeLevel.id"));

    /// <summary>Codes go into addresses and facts; blanks around them were seen on names only, but cost nothing here.</summary>
    private static string Code(string text, string path) =>
        CodePattern().IsMatch(text.Trim()) ? text.Trim().ToUpperInvariant() : throw new MalformedBodyException(path, $"a code, not \"{ProviderJson.Shorten(text)}\"");

    [GeneratedRegex(@"\A[A-Za-z0-9]{0,8}\z")]
    private static partial Regex CodePattern();
}
