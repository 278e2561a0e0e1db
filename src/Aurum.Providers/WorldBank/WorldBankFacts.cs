using System.Globalization;

namespace Aurum.Providers.WorldBank;

/// <summary>An economy as a list of economies tells it; of one that the configuration names, only its code is known.</summary>
/// <param name="Code">Three characters, or as configured.</param>
/// <param name="Iso2">Two characters, which data rows carry even where they lack the code.</param>
/// <param name="Region">Code of the region it lies in; <c>NA</c> marks an aggregate.</param>
internal sealed record WorldBankEconomy(string Code, string? Iso2 = null, string? Region = null, string? IncomeLevel = null)
{
    private const string RegionOfAggregates = "NA";

    public bool IsAggregate => Region == RegionOfAggregates;

    public static WorldBankEconomy Read(string text)
    {
        var parts = text.Split('/');
        return new WorldBankEconomy(parts[0], NotEmpty(parts[1]), NotEmpty(parts[2]), NotEmpty(parts[3]));
    }

    public override string ToString() => $"{Code}/{Iso2}/{Region}/{IncomeLevel}";

    private static string? NotEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>
/// What the facts of a dataset come to. Each is one page of a list, in one line: <c>economies 1/1/295 ABW/AW/LCN/HIC …</c>,
/// <c>indicators 2/3/1496 NY.GDP.MKTP.CD …</c>, where page, pages and total are those of the list, and the items those the dataset wants.
/// </summary>
/// <param name="Indicators">Null while pages are lacking.</param>
/// <param name="Economies">Null while pages are lacking.</param>
internal sealed record WorldBankFacts(IReadOnlyList<string>? Indicators, IReadOnlyList<WorldBankEconomy>? Economies, WorldBankListingFetch? Next)
{
    public static WorldBankFacts Read(WorldBankDataset dataset, IReadOnlyList<string> texts)
    {
        var (economies, indicators) = (Pages.Of(WorldBankListing.EconomiesName, texts), Pages.Of(WorldBankListing.IndicatorsName, texts));
        var next = dataset.Economies != WorldBankEconomies.Listed && !economies.AreAll ? WorldBankListingFetch.OfEconomies(dataset, economies.Next)
            : dataset.IndicatorListing is { } path && !indicators.AreAll ? WorldBankListingFetch.OfIndicators(dataset, path, indicators.Next)
            : null;
        return new WorldBankFacts(
            dataset.IndicatorListing is null ? dataset.Indicators : indicators.AreAll ? [.. indicators.Items.Distinct(StringComparer.Ordinal)] : null,
            dataset.Economies == WorldBankEconomies.Listed ? [.. dataset.Countries.Select(code => new WorldBankEconomy(code))]
                : economies.AreAll ? [.. economies.Items.Distinct(StringComparer.Ordinal).Select(WorldBankEconomy.Read)]
                : null,
            next);
    }

    public static string Write(string list, WorldBankEnvelope envelope, IEnumerable<string> items) =>
        string.Join(' ', items.Prepend(string.Create(CultureInfo.InvariantCulture, $"{list} {envelope.Page}/{envelope.Pages}/{envelope.Total}")));

    /// <summary>The pages of one list read so far, in order; a list that changed while it was read is begun anew.</summary>
    private sealed record Pages(long Next, long Count, long Total, IReadOnlyList<string> Items)
    {
        private static readonly Pages None = new(1, 1, 0, []);

        public bool AreAll => Next > Count;

        public static Pages Of(string list, IReadOnlyList<string> texts) =>
            texts.Where(text => text.StartsWith(list + " ", StringComparison.Ordinal)).Aggregate(None, (pages, text) => pages.With(text.Split(' ')));

        private Pages With(string[] words)
        {
            var numbers = words[1].Split('/').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            var (page, count, total) = (numbers[0], numbers[1], numbers[2]);
            return page <= 1 ? new Pages(2, count, total, words[2..])
                : page == Next && count == Count && total == Total ? this with { Next = page + 1, Items = [.. Items, .. words[2..]] }
                : None;
        }
    }
}
