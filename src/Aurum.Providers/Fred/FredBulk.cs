using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>
/// The latest values of all series of a release, with version 2 of the API. Series that the bulk turns out not to have are asked for
/// alone in further pages; all of them, where FRED refuses the bulk.
/// </summary>
internal sealed record FredBulkFetch(IReadOnlyList<Want> Wants, int ReleaseId, long EstimatedRows)
    : FredFetch(FetchKind.Observations, Wants, $"release/observations {ReleaseId}")
{
    private IReadOnlyList<SeriesId> Asked => [.. Wants.Select(want => want.Series.Id).Distinct().OrderBy(series => series.Code, StringComparer.Ordinal)];

    public override HttpRequestMessage Request(string? cursor, ProviderAccess access)
    {
        if (FredBulkCursor.Parse(cursor, Asked) is { Alone: [var code, ..] } at)
        {
            return FredObservations.Request(access, new SeriesId(FredProvider.Name, code), Window.Everything, at.Place.Offset, realTime: null);
        }

        List<(string, string)> parameters =
        [
            ("release_id", ReleaseId.ToString(CultureInfo.InvariantCulture)),
            ("format", "json"),
            ("limit", FredBulk.RowsPerPage.ToString(CultureInfo.InvariantCulture)),
        ];
        if (FredBulkCursor.Parse(cursor, Asked).Theirs is { } next)
        {
            parameters.Add(("next_cursor", next));
        }

        // Version 2 refuses a key in the query.
        var request = KeyedQuery.Get(new ProviderAccess(access.BaseAddress, key: null), "fred/v2/release/observations", parameters);
        if (access.Key is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    public override FetchResult Parse(string? cursor, ProviderResponse response)
    {
        var at = FredBulkCursor.Parse(cursor, Asked);
        return at.Alone is [var code, ..] ? ParseAlone(at, new SeriesId(FredProvider.Name, code), response)
            : FredErrors.Of(response, $"release {ReleaseId}") is not { } failure ? ReadBulk(response, cursor, at)
            : failure.Kind is FailureKind.Rejected or FailureKind.Malformed && cursor is null ? OneByOne(at)
            : new FetchFailed(failure);
    }

    /// <summary>A bulk that has another shape than documented does not keep its series from being asked for one by one.</summary>
    private FetchResult ReadBulk(ProviderResponse response, string? cursor, FredBulkCursor at)
    {
        var received = response.ReceivedAt is { } moment ? DateOnly.FromDateTime(FredDay.InStLouis(moment)) : response.ReceivedOn;
        return KeyedTriage.ReadDocument(response, root => ReadBulk(root, at, received)) switch
        {
            FetchFailed { Failure.Kind: FailureKind.Malformed } when cursor is null => OneByOne(at),
            var read => read,
        };
    }

    private Page OneByOne(FredBulkCursor at) => Page.OfObservations([], new FredBulkCursor(null, [], default, at.Lacking).Text(Asked), completeBefore: null);

    public override FetchEstimate Estimate(DateOnly today) => new(
        FredEstimate.Pages(EstimatedRows, FredBulk.RowsPerPage),
        Wants.GroupBy(want => want.Series.Id).Sum(same => FredEstimate.Rows([.. same], same.Select(want => want.Window).Aggregate((a, b) => a.Cover(b)), today)));

    private Page ReadBulk(JsonElement root, FredBulkCursor at, DateOnly receivedOn)
    {
        var wants = Wants.ToLookup(want => want.Series.Id.Code, StringComparer.Ordinal);
        var page = FredBulk.Read(root, at.Theirs, receivedOn, wants.Contains);
        var slices = page.Series.Select(series => series.SliceFor([.. wants[series.Id.Code]]));
        var lacking = at.Lacking.Except(page.Series.Select(series => series.Id.Code)).ToArray();
        var next = page.Next is not null || lacking.Length > 0 ? new FredBulkCursor(page.Next, lacking, default, Alone: page.Next is null ? lacking : []) : null;
        return Page.OfObservations([.. slices.Where(slice => slice.Observations.Count > 0)], next?.Text(Asked), completeBefore: null);
    }

    private FetchResult ParseAlone(FredBulkCursor at, SeriesId series, ProviderResponse response)
    {
        if (FredErrors.Of(response, series) is { } failure)
        {
            // A series that is gone since the release was listed has nothing to tell; it must not cost the others their values.
            return FredErrors.IsUnknownSeries(response)
                ? Page.OfObservations([], at.WithoutFirst()?.Text(Asked), completeBefore: null)
                : new FetchFailed(failure);
        }

        return KeyedTriage.Read(response, body => FredObservations.ReadLatest([.. Wants.Where(want => want.Series.Id == series)], series, at.Place, body.Span)) switch
        {
            Page { Next: { } place } page => Page.OfObservations(page.Slices, (at with { Place = FredPlace.Parse(place) }).Text(Asked), completeBefore: null),
            Page page => Page.OfObservations(page.Slices, at.WithoutFirst()?.Text(Asked), completeBefore: null),
            var failed => failed,
        };
    }
}

/// <summary>Where the reading of a bulk stands.</summary>
/// <param name="Theirs">FRED's own cursor; null for its first page.</param>
/// <param name="Lacking">Codes of wanted series that no page had yet.</param>
/// <param name="Place">Where the next page begins in the first of <paramref name="Alone"/>.</param>
/// <param name="Alone">Codes of the series that the bulk does not have; while there are any, the first is read.</param>
internal sealed record FredBulkCursor(string? Theirs, IReadOnlyList<string> Lacking, FredPlace Place, IReadOnlyList<string> Alone)
{
    public static FredBulkCursor Parse(string? text, IReadOnlyList<SeriesId> asked)
    {
        if (text is null)
        {
            return new FredBulkCursor(null, [.. asked.Select(series => series.Code)], default, []);
        }

        var parts = text.Split(' ', 3);
        string[] codes = [.. asked.Where((_, index) => IsSet(parts[0], index)).Select(series => series.Code)];
        return parts[1] == "bulk"
            ? new FredBulkCursor(parts[2], codes, default, [])
            : new FredBulkCursor(null, [], FredPlace.Parse(parts[2]), codes);
    }

    /// <summary>Goes on to the next of the series that are read alone; null after the last.</summary>
    public FredBulkCursor? WithoutFirst() => Alone.Count > 1 ? this with { Place = default, Alone = [.. Alone.Skip(1)] } : null;

    /// <summary>The series are told by their places among those asked for: hundreds of codes would make a long cursor.</summary>
    public string Text(IReadOnlyList<SeriesId> asked)
    {
        var codes = (Theirs is null ? Alone : Lacking).ToHashSet(StringComparer.Ordinal);
        var bits = new byte[(asked.Count + 7) / 8];
        for (var index = 0; index < asked.Count; index++)
        {
            if (codes.Contains(asked[index].Code))
            {
                bits[index / 8] |= (byte)(1 << (index % 8));
            }
        }

        return Theirs is null
            ? string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bits)} alone {Place}")
            : $"{Convert.ToHexStringLower(bits)} bulk {Theirs}";
    }

    private static bool IsSet(string bits, int index) => (Convert.ToByte(bits.Substring(index / 8 * 2, 2), 16) & (1 << (index % 8))) != 0;
}

/// <summary>One page of <c>v2/release/observations</c>.</summary>
/// <param name="Series">Each with the observations of this page: a page may begin or end in the middle of a series.</param>
/// <param name="Next">FRED's cursor; null on the last page.</param>
internal sealed record FredBulk(IReadOnlyList<FredBulkSeries> Series, string? Next)
{
    /// <summary>The largest page that FRED gives is not documented; this many rows come well within a time-out.</summary>
    public const int RowsPerPage = 100_000;

    /// <summary>Rows of a series of which nothing is known.</summary>
    private const int UsualRows = 600;

    private const string KeyPrefix = "release:";

    public static string CoalescingKey(int releaseId) => string.Create(CultureInfo.InvariantCulture, $"{KeyPrefix}{releaseId}");

    /// <summary>The bulk call that takes the place of a call for each of these series; null where it would cost as many.</summary>
    /// <param name="wants">Of whole histories, with one coalescing key.</param>
    public static FredBulkFetch? Plan(IReadOnlyList<Want> wants, DateOnly today)
    {
        if (wants.Count == 0 || !wants[0].Series.CoalescingKey.StartsWith(KeyPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var releaseId = int.Parse(wants[0].Series.CoalescingKey[KeyPrefix.Length..], CultureInfo.InvariantCulture);
        var series = wants.GroupBy(want => want.Series.Id).ToArray();
        var rowsEach = series.Average(same => same.Any(want => want.Known is not null) ? FredEstimate.Rows([.. same], Window.Everything, today) : UsualRows);
        var listed = wants.Max(want => long.Parse(want.Series.Coordinates[FredDataset.ListedCoordinate], CultureInfo.InvariantCulture));
        var fetch = new FredBulkFetch(wants, releaseId, (long)(rowsEach * Math.Max(listed, series.Length)));
        return fetch.Estimate(today).Requests < series.Length ? fetch : null;
    }

    /// <param name="asked">The cursor that brought this page.</param>
    /// <param name="isWanted">By code: what is not is passed over, as a large release is read for a few of its series.</param>
    public static FredBulk Read(JsonElement root, string? asked, DateOnly receivedOn, Func<string, bool> isWanted)
    {
        var series = root.RequiredArray("series", "$").EnumerateArray()
            .Select((one, index) => (Json: one, Path: $"$.series[{index}]"))
            .Where(one => isWanted(one.Json.RequiredString("series_id", one.Path)))
            .Select(one => FredBulkSeries.Read(one.Json, one.Path, receivedOn))
            .ToArray();
        var more = root.Required("has_more", "$").ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new MalformedBodyException("$.has_more", "true or false"),
        };
        if (!more)
        {
            return new FredBulk(series, null);
        }

        var next = root.RequiredString("next_cursor", "$");
        return next.Length > 0 && next != asked
            ? new FredBulk(series, next)
            : throw new MalformedBodyException("$.next_cursor", "the place of the next page, as there is more");
    }
}

/// <summary>A series of a bulk page.</summary>
internal sealed record FredBulkSeries(CatalogEntry Entry, IReadOnlyList<Observation> Rows)
{
    /// <summary>Version 2 has no short codes.</summary>
    private static readonly (string Word, string Code)[] Frequencies =
    [
        ("Daily", FrequencyCodes.Daily), ("Weekly", FrequencyCodes.Weekly), ("Biweekly", FrequencyCodes.BiWeekly), ("Monthly", FrequencyCodes.Monthly),
        ("Quarterly", FrequencyCodes.Quarterly), ("Semiannual", FrequencyCodes.SemiAnnual), ("Annual", FrequencyCodes.Annual),
    ];

    public SeriesId Id => Entry.Series;

    public static FredBulkSeries Read(JsonElement series, string path, DateOnly receivedOn)
    {
        var code = series.RequiredString("series_id", path);
        if (!FredDataset.IsSeriesId(code))
        {
            throw new MalformedBodyException($"{path}.series_id", $"a series id, not \"{ProviderJson.Shorten(code)}\"");
        }

        var frequency = series.OptionalText("frequency");
        var metadata = new[] { "frequency", "seasonal_adjustment", "copyright_id" }
            .Select(key => (Key: key, Text: series.OptionalText(key)))
            .Where(extra => extra.Text is not null)
            .ToDictionary(extra => extra.Key, extra => extra.Text!);
        var entry = new CatalogEntry(
            new SeriesId(FredProvider.Name, code),
            series.OptionalText("title") ?? code,
            Description: series.OptionalText("notes"),
            UnitCode: series.OptionalText("units"),
            FrequencyCode: CodeOf(frequency),
            SourceUrl: FredCatalog.SourceUrl(code),
            LastUpdated: FredCatalog.LastUpdated(series, path),
            Metadata: metadata);
        return new FredBulkSeries(entry, [.. series.RequiredArray("observations", path).EnumerateArray().Select((row, index) => Row(row, $"{path}.observations[{index}]", receivedOn))]);
    }

    public ObservationSlice SliceFor(IReadOnlyList<Want> wants)
    {
        var known = wants.Select(want => want.Known).LastOrDefault(entry => entry is not null);
        return new ObservationSlice(
            Id,
            new SeriesAttributes(known?.UnitCode ?? Entry.UnitCode, known?.FrequencyCode ?? Entry.FrequencyCode, known?.DatasetCode, known?.GeoId),
            [.. Rows.Where(row => wants.Any(want => want.Window.Contains(row.Timestamp))).OrderBy(row => row.Timestamp)]);
    }

    private static Observation Row(JsonElement row, string path, DateOnly receivedOn)
    {
        var timestamp = ProviderJson.Date(row.RequiredString("date", path), $"{path}.date").AtMidnightUtc();
        var text = row.OptionalText("value") ?? throw new MalformedBodyException($"{path}.value", "to be present");
        if (text == ".")
        {
            return new Observation(timestamp, receivedOn, null);
        }

        return ValueText.TryParse(text, out var value, out var raw)
            ? new Observation(timestamp, receivedOn, value, raw)
            : throw new MalformedBodyException($"{path}.value", $"a number or \".\", not \"{ProviderJson.Shorten(text)}\"");
    }

    private static string? CodeOf(string? frequency) => frequency is null
        ? null
        : Frequencies.FirstOrDefault(one => frequency.StartsWith(one.Word, StringComparison.OrdinalIgnoreCase)).Code ?? frequency;
}
