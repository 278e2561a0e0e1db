using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>
/// Every revision of one series: first the days on which it changed, then its observations in real-time periods that hold no more of
/// those days than FRED allows.
/// </summary>
/// <param name="Window">Covers the windows of all wants.</param>
/// <param name="From">Only what became known on or after this day; null for all that ever did.</param>
internal sealed record FredVintagesFetch(IReadOnlyList<Want> Wants, SeriesId Series, Window Window, DateOnly? From)
    : FredFetch(FetchKind.Observations, Wants, $"series/observations {Series.Code}, all vintages")
{
    private const int DatesPerPage = 10_000;

    private CatalogEntry? Known => Wants.Select(want => want.Known).LastOrDefault(entry => entry is not null);

    /// <summary>FRED allows 2000; a vintage more may begin while the pages are read, and another lies before the first day asked for.</summary>
    private const int DatesPerPeriod = 1998;

    /// <summary>Few series have vintages from before.</summary>
    private static readonly DateTime ArchiveBegin = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The day from which on news of a series may be unread that was read at a moment: a day back, as FRED answers from a cache.</summary>
    public static DateOnly Since(DateTimeOffset coveredAt) => DateOnly.FromDateTime(FredDay.InStLouis(coveredAt)).AddDays(-1);

    /// <summary>What became known since the last read, however old the period it is about: a revision reaches back as far as it likes.</summary>
    public static FredVintagesFetch OfNews(IReadOnlyList<Want> wants, SeriesDefinition series)
    {
        var whole = new Window(series.Start?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) ?? DateTime.MinValue, DateTime.MaxValue);
        return new FredVintagesFetch([.. wants.Select(want => want with { Window = whole })], series.Id, whole, Since(wants.Min(want => want.CoveredAt!.Value)));
    }

    public override HttpRequestMessage Request(string? cursor, ProviderAccess access) => FredVintageCursor.Parse(cursor) switch
    {
        FredVintageCursor.Dates dates => DatesRequest(dates, access),
        FredVintageCursor.Rows rows => FredObservations.Request(access, Series, Window, rows.Offset, (rows.Bounds[0], rows.Bounds[1])),
        FredVintageCursor.Description => FredSeriesFetch.Request(access, Series, everyVersion: true),
        var latest => FredObservations.Request(access, Series, Window, latest.Offset, realTime: null),
    };

    public override FetchResult Parse(string? cursor, ProviderResponse response)
    {
        var at = FredVintageCursor.Parse(cursor);
        if (FredErrors.Of(response, Series) is { } failure)
        {
            return at is not FredVintageCursor.Dates ? new FetchFailed(failure)
                : FredErrors.IsOutsideArchive(response) ? Page.OfObservations([], new FredVintageCursor.Latest(default).ToString(), completeBefore: null)
                : FredErrors.HasNoVintages(response) ? WithoutVintages()
                : new FetchFailed(failure);
        }

        return at switch
        {
            FredVintageCursor.Dates dates => KeyedTriage.ReadDocument(response, root => ReadDates(root, dates)),
            FredVintageCursor.Rows rows => KeyedTriage.Read(response, body => ReadRows(body.Span, rows)),
            FredVintageCursor.Description description => KeyedTriage.ReadDocument(response, root => ReadDescription(root, Series, description)),
            FredVintageCursor.Latest latest => KeyedTriage.Read(response, body => ReadLatest(body.Span, latest.Place)),
            _ => throw new ArgumentException($"No place in a series' vintages: {cursor}.", nameof(cursor)),
        };
    }

    /// <summary>How often a series was revised is not known before its vintage dates are; taken is one for each period since the archive began.</summary>
    public override FetchEstimate Estimate(DateOnly today)
    {
        var rows = FredEstimate.Rows(Wants, Window, today);
        var vintages = From is null ? FredEstimate.Rows(Wants, new Window(ArchiveBegin, DateTime.MaxValue), today) : 1;
        return new FetchEstimate(1 + FredEstimate.Pages(vintages, DatesPerPeriod), rows);
    }

    private HttpRequestMessage DatesRequest(FredVintageCursor.Dates dates, ProviderAccess access)
    {
        List<(string, string)> parameters =
        [
            ("series_id", Series.Code),
            ("file_type", "json"),
            ("sort_order", "asc"),
            ("limit", DatesPerPage.ToString(CultureInfo.InvariantCulture)),
            ("offset", dates.Offset.ToString(CultureInfo.InvariantCulture)),
        ];
        if (From is { } from)
        {
            parameters.Add(("realtime_start", FredDay.Text(from)));
            parameters.Add(("realtime_end", FredDay.Text(FredDay.Never)));
        }

        return KeyedQuery.Get(access, "fred/series/vintagedates", parameters);
    }

    private FetchResult ReadDates(JsonElement root, FredVintageCursor.Dates before)
    {
        var page = FredVintageDates.Read(root, before.Offset);
        if (page.Failure is { } failure)
        {
            return new FetchFailed(failure);
        }

        var bounds = before.Bounds.ToList();
        if (bounds.Count > 0 && page.Days.Count > 0 && page.Days[0] <= bounds[^1])
        {
            return new FetchFailed(new Failure(
                FailureKind.Transient, $"vintage dates moved between two pages: the one at offset {before.Offset} is {FredDay.Text(page.Days[0])}, and {FredDay.Text(bounds[^1])} lies before it", BeginAnew: true));
        }

        for (var index = 0; index < page.Days.Count; index++)
        {
            // The day before the first vintage: then no row that begins there is more than a clipped older one.
            var number = before.Offset + index;
            if (number == 0)
            {
                bounds.Add(page.Days[index].AddDays(-1));
            }
            else if (number % DatesPerPeriod == 0 && number < page.Count - 1)
            {
                bounds.Add(page.Days[index]);
            }
        }

        var read = before.Offset + page.Days.Count;
        if (read < page.Count)
        {
            return Page.OfObservations([], new FredVintageCursor.Dates(read, bounds).ToString(), completeBefore: null);
        }

        if (bounds.Count == 0)
        {
            return WithoutVintages();
        }

        FredVintageCursor next = page.Days is [.., var newest] && DescriptionIsOlderThan(newest)
            ? new FredVintageCursor.Description([.. bounds, FredDay.Never])
            : new FredVintageCursor.Rows(0, Last: null, [.. bounds, FredDay.Never], FredUnits.Of(Known));
        return Page.OfObservations([], next.ToString(), completeBefore: null);
    }

    /// <summary>With news may come a new unit, which the catalog does not know where it was read before them.</summary>
    private bool DescriptionIsOlderThan(DateOnly vintage) =>
        From is not null && Known is { } known && !(known.LastUpdated is { } updated && DateOnly.FromDateTime(FredDay.InStLouis(updated)) >= vintage);

    private static Page ReadDescription(JsonElement root, SeriesId series, FredVintageCursor.Description at) =>
        Page.OfObservations([], new FredVintageCursor.Rows(0, Last: null, at.Bounds, FredUnits.Of(FredCatalog.Read(root, series))).ToString(), completeBefore: null);

    /// <summary>Nothing changed since, or the archive is empty and only the latest values are to be had.</summary>
    private Page WithoutVintages() => Page.OfObservations([], From is null ? new FredVintageCursor.Latest(default).ToString() : null, completeBefore: null);

    private FetchResult ReadRows(ReadOnlySpan<byte> body, FredVintageCursor.Rows at)
    {
        var (count, rows) = FredObservations.ReadRows(Wants, at.Offset, body);
        if (FredObservations.MissingRows(at.Offset, count, rows) is { } failure)
        {
            return failure;
        }

        if (at.Last is { } last and not FredVintageCursor.Rows.Untold && (rows.First is not { } first || FredVintageCursor.Rows.Name(first) != last))
        {
            return new FetchFailed(new Failure(
                FailureKind.Transient, $"rows moved between two pages: the one at offset {at.Offset} was {last} and is {(rows.First is { } other ? FredVintageCursor.Rows.Name(other) : "gone")} now", BeginAnew: true));
        }

        var revisions = Revisions(rows, at);
        return new Page(
            InTheUnitsOf(at.Units, revisions),
            [],
            at.After(rows, count)?.ToString(),
            Count: count,
            IsNewsOnly: From is not null,
            Dropped: rows.Kept.Count - revisions.Count);
    }

    /// <summary>A slice for each unit, in the order of time: what was known under several units comes in several slices.</summary>
    private IReadOnlyList<ObservationSlice> InTheUnitsOf(FredUnits units, IReadOnlyList<Observation> rows) =>
    [
        .. rows.GroupBy(row => units.PeriodOf(row.AsOf))
            .OrderBy(same => same.Key)
            .SelectMany(same => FredObservations.Slices(Wants, Series, [.. same]).Select(slice => slice with { Attributes = slice.Attributes with { UnitCode = units.UnitOf(same.Key) } })),
    ];

    /// <summary>The rows that tell something new, in the order of their timestamps and then of when they became known.</summary>
    private static List<Observation> Revisions(FredRows rows, FredVintageCursor.Rows at)
    {
        var revisions = new List<Observation>();
        Observation? last = null;
        foreach (var row in rows.ByVintage())
        {
            var says = last is { } before && row.SaysTheSameAs(before);
            last = row;

            // What begins with the period is known from the period before, and a page begins with the last row of the page before.
            if (!says && row.AsOf > at.Bounds[0] && !(at.Last is not null && row == rows.First))
            {
                revisions.Add(row);
            }
        }

        return revisions;
    }

    private FetchResult ReadLatest(ReadOnlySpan<byte> body, FredPlace place) => FredObservations.ReadLatest(Wants, Series, place, body) switch
    {
        Page { Next: { } next } page => page with { Next = new FredVintageCursor.Latest(FredPlace.Parse(next)).ToString() },
        var result => result,
    };
}

/// <summary>The days on which a series changed: one page of <c>series/vintagedates</c>.</summary>
internal sealed record FredVintageDates(IReadOnlyList<DateOnly> Days, long Offset, long Count)
{
    public Failure? Failure => Days.Count == 0 && Offset < Count
        ? new Failure(FailureKind.Transient, $"no vintage dates at offset {Offset} although FRED counts {Count}; expected the dates from there on")
        : null;

    public static FredVintageDates Read(JsonElement root, long offset)
    {
        var days = root.RequiredArray("vintage_dates", "$").EnumerateArray().Select((day, index) => day.ValueKind == JsonValueKind.String
            ? ProviderJson.Date(day.GetString()!, $"$.vintage_dates[{index}]")
            : throw new MalformedBodyException($"$.vintage_dates[{index}]", "a date as YYYY-MM-DD")).ToArray();
        for (var index = 1; index < days.Length; index++)
        {
            if (days[index] <= days[index - 1])
            {
                throw new MalformedBodyException($"$.vintage_dates[{index}]", $"a day after {FredDay.Text(days[index - 1])}");
            }
        }

        if (days.Length > 0 && days[0] == DateOnly.MinValue)
        {
            throw new MalformedBodyException("$.vintage_dates[0]", "a day that has one before it");
        }

        return new FredVintageDates(days, offset, root.RequiredCount("count", "$"));
    }
}

/// <summary>Where the reading of a series' vintages stands, as the text of a cursor.</summary>
internal abstract record FredVintageCursor(long Offset)
{
    public static FredVintageCursor Parse(string? text)
    {
        if (text is null)
        {
            return new Dates(0, []);
        }

        var parts = text.Split(' ');
        var offset = long.Parse(parts[1], CultureInfo.InvariantCulture);
        DateOnly[] bounds = parts.Length > 2 ? [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(FredDay.Parse)] : [];
        return parts[0] switch
        {
            "dates" => new Dates(offset, bounds),
            "describe" => new Description(bounds),
            "rows" => new Rows(offset, Last: null, bounds, FredUnits.Parse(parts[3])),
            "rows+" => new Rows(offset, parts[3], bounds, FredUnits.Parse(parts[4])),
            _ => new Latest(new FredPlace(offset, bounds.Length > 0 ? bounds[0] : null)),
        };
    }

    private static string Text(string phase, long offset, IEnumerable<DateOnly> bounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{phase} {offset} {string.Join(',', bounds.Select(FredDay.Text))}");

    /// <summary>The vintage dates are being read.</summary>
    /// <param name="Bounds">Of the real-time periods found so far.</param>
    internal sealed record Dates(long Offset, IReadOnlyList<DateOnly> Bounds) : FredVintageCursor(Offset)
    {
        public override string ToString() => Text("dates", Offset, Bounds);
    }

    /// <summary>The vintage dates are known, and the series is asked for its units before its rows are.</summary>
    /// <param name="Bounds">Of the real-time periods.</param>
    internal sealed record Description(IReadOnlyList<DateOnly> Bounds) : FredVintageCursor(0)
    {
        public override string ToString() => Text("describe", Offset, Bounds);
    }

    /// <summary>The rows of the first of some real-time periods are being read.</summary>
    /// <param name="Last">
    /// Date and vintage of the last row of the page before, with which this one begins, so that a value is compared with the vintage before
    /// it and rows that moved are noticed; null where a page begins behind the one before.
    /// </param>
    /// <param name="Bounds">Each period ends where the next begins.</param>
    /// <param name="Units">Those of the series, over all time.</param>
    internal sealed record Rows(long Offset, string? Last, IReadOnlyList<DateOnly> Bounds, FredUnits Units) : FredVintageCursor(Offset)
    {
        /// <summary>The <see cref="Last"/> of a page that is looked at without the one before it.</summary>
        public const string Untold = "?";

        public static string Name(in Observation row) => $"{FredDay.Text(row.Timestamp)}/{FredDay.Text(row.AsOf)}";

        /// <summary>What comes after a page of so many rows; null after the last period.</summary>
        public Rows? After(FredRows rows, long count)
        {
            var read = rows.Count;
            if (Offset + read < count)
            {
                // A page of one row alone cannot overlap and move on.
                return read > 1 ? this with { Offset = Offset + read - 1, Last = Name(rows.Last!.Value) } : this with { Offset = Offset + read, Last = null };
            }

            return Bounds.Count > 2 ? this with { Offset = 0, Last = null, Bounds = [.. Bounds.Skip(1)] } : null;
        }

        public override string ToString() => $"{(Last is null ? Text("rows", Offset, Bounds) : $"{Text("rows+", Offset, Bounds)} {Last}")} {Units}";
    }

    /// <summary>The archive does not have the series: its latest values are read instead.</summary>
    internal sealed record Latest(FredPlace Place) : FredVintageCursor(Place.Offset)
    {
        public override string ToString() => Text("latest", Offset, Place.After is { } after ? [after] : []);
    }
}
