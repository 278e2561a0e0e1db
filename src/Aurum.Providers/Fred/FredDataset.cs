using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Fred;

/// <summary>Some FRED series: named one by one, or those of a release, of a category or of a search.</summary>
/// <param name="AllVintages">Every revision is wanted, those from before the first collection too.</param>
public abstract record FredDataset(string Key, DateOnly? Start, int LookbackObservations, bool AllVintages) : Dataset(Key, Start, LookbackObservations)
{
    internal const string ListingCoordinate = "listing", ListedCoordinate = "listed", VintagesCoordinate = "vintages";

    private const string Latest = "latest", All = "all";

    private static readonly string[] Forms = ["series", "release_id", "category_id", "search"];

    internal static FredDataset Read(SettingsNode entry)
    {
        var forms = Forms.Where(entry.Has).ToArray();
        if (forms.Length == 0)
        {
            entry.Problem("series", $"is missing; an entry has exactly one of {string.Join(", ", Forms)}");
        }

        foreach (var other in forms.Skip(1))
        {
            entry.Problem(other, $"stands beside {forms[0]}; an entry has exactly one of {string.Join(", ", Forms)}");
        }

        var common = new Common(
            entry.OptionalDate("start"),
            entry.Integer("lookback_observations", 30, 0, 100_000),
            entry.OptionalString("vintages", text => text is Latest or All ? null : $"\"{Latest}\" or \"{All}\"") == All);
        FredDataset dataset = forms.FirstOrDefault() switch
        {
            "release_id" => FredReleaseDataset.Read(entry, common),
            "category_id" => FredCategoryDataset.Read(entry, common),
            "search" => FredSearchDataset.Read(entry, common),
            _ => FredSeriesDataset.Read(entry, common, isNamed: forms.Length > 0),
        };
        if (forms.Length == 1)
        {
            entry.NothingElse();
        }

        return dataset;
    }

    internal abstract IReadOnlyList<SeriesDefinition>? Expand(IReadOnlyList<string> facts);

    internal abstract FredFetch? PlanFacts(IReadOnlyList<string> facts);

    internal static bool IsSeriesId(string text) =>
        text.Length is > 0 and <= 60 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private protected SeriesDefinition Define(string code, string? coalescingKey = null, params IEnumerable<(string Name, string Value)> coordinates) => new(
        new SeriesId(FredProvider.Name, code),
        Key,
        coalescingKey ?? code,
        coordinates
            .Concat(AllVintages ? [(VintagesCoordinate, All)] : Array.Empty<(string, string)>())
            .Prepend(("series", code))
            .ToDictionary(coordinate => coordinate.Item1, coordinate => coordinate.Item2, StringComparer.Ordinal),
        Start,
        LookbackObservations);

    /// <summary>The series of a list that is known to its end.</summary>
    private protected IEnumerable<SeriesDefinition> Define(FredDiscovery known, FredListing listing, string? coalescingKey = null)
    {
        var listed = known.CountOf(listing).ToString(CultureInfo.InvariantCulture);
        return known.CodesOf(listing)!.Select(code => Define(code, coalescingKey, (ListingCoordinate, listing.Address), (ListedCoordinate, listed)));
    }

    /// <summary>What every entry may say.</summary>
    internal sealed record Common(DateOnly? Start, int Lookback, bool AllVintages)
    {
        /// <param name="says">What the entry says beyond this; what is left at its default is not said, so that old keys stay.</param>
        public string KeyOf(string name, IEnumerable<string> says) =>
            EntryKey.Of(name, Start, Lookback, AllVintages ? says.Append("vintages=all") : says);
    }
}

/// <summary>Series named one by one.</summary>
public sealed record FredSeriesDataset(string Key, DateOnly? Start, int LookbackObservations, bool AllVintages, IReadOnlyList<string> Series)
    : FredDataset(Key, Start, LookbackObservations, AllVintages)
{
    internal static FredSeriesDataset Read(SettingsNode entry, Common common, bool isNamed)
    {
        var series = isNamed ? entry.Strings("series", id => IsSeriesId(id) ? null : "a FRED series id, such as DGS10") : [];
        var name = series.Count switch { 0 => "fred", 1 => series[0], var count => $"{series[0]}+{count - 1}" };
        return new FredSeriesDataset(common.KeyOf(name, series.Order(StringComparer.Ordinal)), common.Start, common.Lookback, common.AllVintages, series);
    }

    internal override IReadOnlyList<SeriesDefinition> Expand(IReadOnlyList<string> facts) => [.. Series.Select(id => Define(id))];

    internal override FredFetch? PlanFacts(IReadOnlyList<string> facts) => null;
}

/// <summary>All series of a release.</summary>
/// <param name="Bulk">Whole histories may be read with version 2 of the API, the release in one call.</param>
public sealed record FredReleaseDataset(string Key, DateOnly? Start, int LookbackObservations, bool AllVintages, int ReleaseId, bool Bulk)
    : FredDataset(Key, Start, LookbackObservations, AllVintages)
{
    private readonly FredListing _listing = FredListing.OfRelease(ReleaseId);

    public override bool IsDiscovered => true;

    internal static FredReleaseDataset Read(SettingsNode entry, Common common)
    {
        var id = entry.Integer("release_id", 1, 1, int.MaxValue);
        var bulk = entry.Boolean("bulk", fallback: true);
        var key = common.KeyOf($"release:{id}", bulk ? [$"release_id={id}"] : [$"release_id={id}", "bulk=false"]);
        return new FredReleaseDataset(key, common.Start, common.Lookback, common.AllVintages, id, bulk);
    }

    internal override IReadOnlyList<SeriesDefinition>? Expand(IReadOnlyList<string> facts)
    {
        var known = new FredDiscovery(facts, most: null);

        // Only what shares a key can share a bulk call, and the bulk knows no earlier vintages.
        var shared = Bulk && !AllVintages ? FredBulk.CoalescingKey(ReleaseId) : null;
        return known.CodesOf(_listing) is null ? null : [.. Define(known, _listing, shared)];
    }

    internal override FredFetch? PlanFacts(IReadOnlyList<string> facts) => new FredListingFetch(FetchKind.Facts, [], _listing);
}

/// <summary>The series of a category.</summary>
/// <param name="Recursive">Those of the categories below it, too.</param>
public sealed record FredCategoryDataset(string Key, DateOnly? Start, int LookbackObservations, bool AllVintages, int CategoryId, bool Recursive)
    : FredDataset(Key, Start, LookbackObservations, AllVintages)
{
    public override bool IsDiscovered => true;

    internal static FredCategoryDataset Read(SettingsNode entry, Common common)
    {
        var id = entry.Integer("category_id", 1, 1, int.MaxValue);
        var recursive = entry.Boolean("recursive", fallback: true);
        var key = common.KeyOf($"category:{id}", recursive ? [$"category_id={id}"] : [$"category_id={id}", "recursive=false"]);
        return new FredCategoryDataset(key, common.Start, common.Lookback, common.AllVintages, id, recursive);
    }

    internal override IReadOnlyList<SeriesDefinition>? Expand(IReadOnlyList<string> facts)
    {
        var known = new FredDiscovery(facts, most: null);
        var (listings, unknown) = known.Walk(CategoryId, Recursive);
        return unknown is not null || listings.Any(listing => known.CodesOf(listing) is null)
            ? null
            : [.. listings.SelectMany(listing => Define(known, listing)).DistinctBy(definition => definition.Id)];
    }

    internal override FredFetch? PlanFacts(IReadOnlyList<string> facts)
    {
        var known = new FredDiscovery(facts, most: null);
        var (listings, unknown) = known.Walk(CategoryId, Recursive);
        return (unknown ?? listings.FirstOrDefault(listing => known.CodesOf(listing) is null)) is { } next
            ? new FredListingFetch(FetchKind.Facts, [], next)
            : null;
    }
}

/// <summary>The series that a search finds.</summary>
/// <param name="Limit">Only so many of them, the best ones; null for all.</param>
public sealed record FredSearchDataset(string Key, DateOnly? Start, int LookbackObservations, bool AllVintages, string Text, KeyValuePair<string, string>? Filter, int? Limit)
    : FredDataset(Key, Start, LookbackObservations, AllVintages)
{
    private static readonly string[] Filters = ["frequency", "units", "seasonal_adjustment"];

    public override bool IsDiscovered => true;

    /// <summary>All of a list is read in an order that does not change under it; the best of it come in the order of search rank.</summary>
    private FredListing Listing => FredListing.Of(
        "series/search",
        [
            ("search_text", Text),
            .. Filter is { } filter ? [("filter_variable", filter.Key), ("filter_value", filter.Value)] : Array.Empty<(string, string)>(),
            .. Limit is null ? [("order_by", "series_id"), ("sort_order", "asc")] : new[] { ("order_by", "search_rank"), ("sort_order", "desc") },
        ]);

    internal static FredSearchDataset Read(SettingsNode entry, Common common)
    {
        var text = entry.String("search");
        var filters = entry.Texts("filter", key => Filters.Contains(key) ? null : $"is no filter; valid here: {string.Join(", ", Filters)}");
        if (filters.Count > 1)
        {
            entry.Problem("filter", $"has {filters.Count} keys; FRED filters by one");
        }

        foreach (var (key, _) in filters.Where(one => string.IsNullOrWhiteSpace(one.Value)))
        {
            entry.Problem($"filter.{key}", "is empty; expected some text");
        }

        KeyValuePair<string, string>? filter = filters.Count > 0 ? filters.First() : null;
        var limit = entry.NullableInteger("limit_series", null, 1, 100_000);
        List<string> says = [$"search={text}"];
        if (filter is { } one)
        {
            says.Add($"filter={one.Key}={one.Value}");
        }

        if (limit is { } most)
        {
            says.Add($"limit_series={most}");
        }

        return new FredSearchDataset(common.KeyOf($"search:{string.Join('-', text.Split(' ', StringSplitOptions.RemoveEmptyEntries))}", says), common.Start, common.Lookback, common.AllVintages, text, filter, limit);
    }

    internal override IReadOnlyList<SeriesDefinition>? Expand(IReadOnlyList<string> facts)
    {
        var known = new FredDiscovery(facts, Limit);
        return known.CodesOf(Listing) is null ? null : [.. Define(known, Listing)];
    }

    internal override FredFetch? PlanFacts(IReadOnlyList<string> facts) => new FredListingFetch(FetchKind.Facts, [], Listing, Limit);
}
