using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>A list that FRED keeps, of series or of categories.</summary>
/// <param name="Address">Its path and parameters, escaped: <c>release/series?release_id=53</c>; holds no blanks, and names it among a dataset's facts.</param>
internal sealed record FredListing(string Address)
{
    public const int RowsPerPage = 1000;

    private const string Children = "category/children";

    public string Path => Address[..Address.IndexOf('?', StringComparison.Ordinal)];

    /// <summary>Categories come all at once and under another key.</summary>
    public bool IsOfCategories => Path == Children;

    /// <summary>What it lists the series of, for people: <c>release 53</c>.</summary>
    public string About => $"{Path.Split('/')[0]} {Parameters[0].Value}";

    public IReadOnlyList<(string Name, string Value)> Parameters =>
    [
        .. Address[(Path.Length + 1)..].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], Uri.UnescapeDataString(pair[1]))),
    ];

    public static FredListing OfRelease(int id) => Of("release/series", ("release_id", Number(id)));

    public static FredListing OfCategory(string id) => Of("category/series", ("category_id", id));

    public static FredListing OfChildren(string category) => Of(Children, ("category_id", category));

    public static FredListing Of(string path, params IReadOnlyList<(string Name, string Value)> parameters) => new($"{path}?{KeyedQuery.Text(parameters)}");

    private static string Number(int id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The series or categories of a list: as facts of a dataset, or as catalog entries of wanted series.</summary>
/// <param name="Most">More of the list is not wanted; null for all of it.</param>
/// <param name="Listed">How many series are known to be in it; null before it was asked.</param>
internal sealed record FredListingFetch(FetchKind Kind, IReadOnlyList<Want> Wants, FredListing Listing, int? Most = null, long? Listed = null)
    : FredFetch(Kind, Wants, $"{Listing.Path} {Listing.Parameters[0].Value}")
{
    public override HttpRequestMessage Request(string? cursor, ProviderAccess access)
    {
        List<(string, string)> parameters = [.. Listing.Parameters, ("file_type", "json")];
        if (!Listing.IsOfCategories)
        {
            parameters.Add(("limit", Math.Min(FredListing.RowsPerPage, Most ?? int.MaxValue).ToString(CultureInfo.InvariantCulture)));
            parameters.Add(("offset", Offset(cursor).ToString(CultureInfo.InvariantCulture)));
        }

        return KeyedQuery.Get(access, $"fred/{Listing.Path}", parameters);
    }

    public override FetchResult Parse(string? cursor, ProviderResponse response) =>
        FredErrors.Of(response, Listing.About) is { } failure
            ? new FetchFailed(failure)
            : KeyedTriage.ReadDocument(response, root => Listing.IsOfCategories ? Categories(root) : Series(root, Offset(cursor)));

    public override FetchEstimate Estimate(DateOnly today) => new(FredEstimate.Pages(Math.Min(Listed ?? 1, Most ?? long.MaxValue), FredListing.RowsPerPage), 0);

    private Page Categories(JsonElement root)
    {
        var ids = root.RequiredArray("categories", "$").EnumerateArray()
            .Select((category, index) => category.RequiredCount("id", $"$.categories[{index}]").ToString(CultureInfo.InvariantCulture))
            .ToArray();
        return new Page([], [], Facts: new FredFact(Listing.Address, 0, ids.Length, ids).ToString(), Count: ids.Length);
    }

    private FetchResult Series(JsonElement root, long offset)
    {
        var page = FredSeriesPage.Read(root, offset);
        if (page.Failure is { } failure)
        {
            return new FetchFailed(failure);
        }

        var next = page.Next(Most);
        if (Kind == FetchKind.Facts)
        {
            return new Page([], page.Entries(), next, Facts: new FredFact(Listing.Address, offset, page.Count, page.Codes).ToString(), Count: page.Count);
        }

        var wanted = Wants.Select(want => want.Series.Id).ToHashSet();
        return new Page([], [.. page.Entries().Where(entry => wanted.Contains(entry.Series))], next, Count: page.Count);
    }
}

/// <summary>One page of any answer that lists series.</summary>
/// <param name="Count">How many series FRED says the whole list has.</param>
internal sealed record FredSeriesPage(JsonElement Rows, IReadOnlyList<string> Codes, long Offset, long Count)
{
    public Failure? Failure => Codes.Count == 0 && Offset < Count
        ? new Failure(FailureKind.Transient, $"no series at offset {Offset} although FRED counts {Count}; expected the series from there on")
        : null;

    public static FredSeriesPage Read(JsonElement root, long offset)
    {
        var rows = root.RequiredArray("seriess", "$");
        var count = root.RequiredCount("count", "$");
        if (root.OptionalText("offset") is { } echoed && echoed != offset.ToString(CultureInfo.InvariantCulture))
        {
            throw new MalformedBodyException("$.offset", $"{offset}, the offset asked for");
        }

        return new FredSeriesPage(rows, [.. rows.EnumerateArray().Select(Code)], offset, count);
    }

    public string? Next(int? most) => Offset + Codes.Count is var read && read < Math.Min(Count, most ?? long.MaxValue)
        ? read.ToString(CultureInfo.InvariantCulture)
        : null;

    public IReadOnlyList<CatalogEntry> Entries() =>
    [
        .. Rows.EnumerateArray().Select((row, index) => FredCatalog.ReadOne(row, new SeriesId(FredProvider.Name, Codes[index]), $"$.seriess[{index}]")),
    ];

    private static string Code(JsonElement row, int index)
    {
        var path = $"$.seriess[{index}]";
        var code = row.RequiredString("id", path);
        return FredDataset.IsSeriesId(code) ? code : throw new MalformedBodyException($"{path}.id", $"a series id, not \"{ProviderJson.Shorten(code)}\"");
    }
}
