using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>One planned call of FRED; each kind knows its request, how its answer is read, and what it will cost.</summary>
internal abstract record FredFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label) : Fetch(Kind, Wants, Label)
{
    public abstract HttpRequestMessage Request(string? cursor, ProviderAccess access);

    public abstract FetchResult Parse(string? cursor, ProviderResponse response);

    public virtual FetchEstimate Estimate(DateOnly today) => new(1, 0);

    protected static long Offset(string? cursor) => cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
}

/// <summary>What FRED says about one series.</summary>
/// <param name="EveryVersion">How it was described at any time is wanted too. A series without an archive has only today's description.</param>
internal sealed record FredSeriesFetch(IReadOnlyList<Want> Wants, SeriesId Series, bool EveryVersion = false) : FredFetch(FetchKind.Catalog, Wants, $"series {Series.Code}")
{
    private const string Today = "today";

    public override HttpRequestMessage Request(string? cursor, ProviderAccess access) => Request(access, Series, EveryVersion && cursor is null);

    public static HttpRequestMessage Request(ProviderAccess access, SeriesId series, bool everyVersion)
    {
        List<(string, string)> parameters = [("series_id", series.Code), ("file_type", "json")];
        if (everyVersion)
        {
            parameters.Add(("realtime_start", FredDay.Text(FredDay.Earliest)));
            parameters.Add(("realtime_end", FredDay.Text(FredDay.Never)));
        }

        return KeyedQuery.Get(access, "fred/series", parameters);
    }

    public override FetchResult Parse(string? cursor, ProviderResponse response)
    {
        if (FredErrors.Of(response, Series) is { } failure)
        {
            return EveryVersion && cursor is null && FredErrors.IsOutsideArchive(response) ? Page.OfCatalog([], Today) : new FetchFailed(failure);
        }

        return KeyedTriage.ReadDocument(response, root => Page.OfCatalog([FredCatalog.Read(root, Series)]));
    }
}

/// <summary>The latest values of one series.</summary>
/// <param name="Window">Covers the windows of all wants.</param>
internal sealed record FredObservationsFetch(IReadOnlyList<Want> Wants, SeriesId Series, Window Window)
    : FredFetch(FetchKind.Observations, Wants, $"series/observations {Series.Code}")
{
    public override HttpRequestMessage Request(string? cursor, ProviderAccess access) =>
        FredObservations.Request(access, Series, Window, FredPlace.Parse(cursor).Offset, realTime: null);

    public override FetchResult Parse(string? cursor, ProviderResponse response) =>
        FredErrors.Of(response, Series) is { } failure
            ? new FetchFailed(failure)
            : KeyedTriage.Read(response, body => FredObservations.ReadLatest(Wants, Series, FredPlace.Parse(cursor), body.Span));

    public override FetchEstimate Estimate(DateOnly today)
    {
        var rows = FredEstimate.Rows(Wants, Window, today);
        return new FetchEstimate(FredEstimate.Pages(rows, FredProvider.RowsPerPage), rows);
    }
}
