using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.WorldBank;

/// <summary>A call, and what its failure may be about: the service's own messages never name what was wrong.</summary>
internal abstract record WorldBankFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label) : Fetch(Kind, Wants, Label)
{
    public abstract string Suspects { get; }

    /// <summary>Below the base address, with its query.</summary>
    public abstract string Path(WorldBankCursor cursor);
}

/// <summary>Some indicators of some economies, from one period to another, both asked for.</summary>
/// <param name="From">As the API writes periods: its form says which rows of a series are meant.</param>
internal sealed record WorldBankObservationsFetch(IReadOnlyList<Want> Wants, string Label, WorldBankQuestion Question, string FrequencyCode, string From, string To)
    : WorldBankFetch(FetchKind.Observations, Wants, Label)
{
    /// <summary>The service takes up to 32,500; more rows than this were not seen to come reliably.</summary>
    public const int PageLength = 20_000;

    /// <summary>One unknown economy or indicator voids the answer for all, and the error names none.</summary>
    public override bool SplitOnRejection => Wants.Count > 1;

    public override string Suspects => Question.Suspects;

    public override string Path(WorldBankCursor cursor)
    {
        var source = Question.Source is { } number ? $"&source={number}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"country/{string.Join(';', Question.Countries)}/indicator/{string.Join(';', Question.Indicators)}?format=json&per_page={PageLength}&page={cursor.Page}&date={From}:{To}{source}");
    }
}

/// <summary>What a data call asks for; the answer must speak of nothing else.</summary>
/// <param name="Countries">Codes of either length; empty for all economies there are.</param>
/// <param name="OtherCodes">Codes by which answers may name the same economies.</param>
internal sealed record WorldBankQuestion(IReadOnlyList<string> Indicators, IReadOnlyList<string> Countries, string? Source, IReadOnlyList<string> OtherCodes)
{
    private const int MostNamed = 12;

    public string Suspects =>
        $"{Named("indicator", "indicators", Indicators)} or {Named("country", "countries", Countries)} is invalid{(Source is null ? "" : $" in source {Source}")}";

    public string Asked => $"{AndMore(Indicators)} of {(Countries.Count == 0 ? "all economies" : AndMore(Countries))}";

    public static string AndMore(IReadOnlyList<string> codes) => codes.Count switch
    {
        0 => "nothing",
        1 => codes[0],
        var count => $"{codes[0]} and {count - 1} more",
    };

    private static string Named(string one, string many, IReadOnlyList<string> codes) => codes.Count switch
    {
        0 => $"a {one}",
        1 => $"the {one} {codes[0]}",
        <= MostNamed => $"one of the {many} {string.Join(", ", codes)}",
        _ => $"one of the {many} {string.Join(", ", codes.Take(MostNamed))} and {codes.Count - MostNamed} more",
    };
}

/// <summary>One indicator's facts, for all its wanted economies.</summary>
/// <param name="Source">Where several databases share the id, the one that is meant.</param>
internal sealed record WorldBankIndicatorFetch(IReadOnlyList<Want> Wants, string Label, string Indicator, int? Source)
    : WorldBankFetch(FetchKind.Catalog, Wants, Label)
{
    /// <summary>What the service does when it is not told.</summary>
    public const int PageLength = 50;

    public override string Suspects => $"the indicator {Indicator} is invalid, deleted or archived";

    public override string Path(WorldBankCursor cursor) => $"indicator/{Indicator}?format=json";
}

/// <summary>Pages of a list of economies or indicators: to find a dataset's series, or to look up many indicators at once.</summary>
/// <param name="Source">Where several databases share an id, the one that is meant.</param>
/// <param name="Dataset">Whose facts are asked for; null for a catalog.</param>
internal sealed record WorldBankListingFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, string List, long FirstPage, int? Source, WorldBankDataset? Dataset)
    : WorldBankFetch(Kind, Wants, Label)
{
    /// <summary>Longer pages of these lists were seen to time out.</summary>
    public const int PageLength = 500;

    public const string EconomiesPath = "country";

    public bool IsOfEconomies => List == EconomiesPath;

    public override string Suspects => $"there is no list {List}";

    public static WorldBankListingFetch OfEconomies(WorldBankDataset dataset, long page) => new(FetchKind.Facts, [], EconomiesPath, EconomiesPath, page, dataset.Source, dataset);

    public static WorldBankListingFetch OfIndicators(WorldBankDataset dataset, string path, long page) => new(FetchKind.Facts, [], path, path, page, dataset.Source, dataset);

    public static WorldBankListingFetch OfCatalog(string path, int? source, IReadOnlyList<Want> wants) =>
        new(FetchKind.Catalog, wants, $"{path} for {wants.Count} series", path, 1, source, null);

    public override string Path(WorldBankCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{List}?format=json&per_page={PageLength}&page={cursor.Page}");

    public WorldBankCursor Cursor(string? text) => text is null ? WorldBankCursor.First with { Page = FirstPage } : WorldBankCursor.Read(text);
}
