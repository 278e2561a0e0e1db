using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>The series that FRED changed in a span of time, newest first.</summary>
/// <param name="CallsInstead">What asking every series costs: a longer list is not read.</param>
internal sealed record FredUpdatesFetch(string From, string To, int CallsInstead) : FredFetch(FetchKind.Changes, [], "series/updates")
{
    private const int RowsPerPage = 1000;

    /// <summary>FRED remembers two weeks; the overlap must lie within them.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(13);

    /// <summary>Changes that show late: FRED answers from a cache.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(2);

    /// <param name="callsInstead">What asking every series costs.</param>
    public static FredUpdatesFetch? Plan(int callsInstead, DateTimeOffset since, DateTimeOffset now)
    {
        if (callsInstead <= 5 || now - since > Memory)
        {
            return null;
        }

        // Nothing says in which zone FRED reads these times, St. Louis' or UTC. St. Louis lies behind: its clock at the start
        // and UTC's at the end cover the span in both.
        return new FredUpdatesFetch(FredDay.Minute(FredDay.InStLouis(since - Overlap)), FredDay.Minute((now + Overlap).UtcDateTime), callsInstead);
    }

    public override HttpRequestMessage Request(string? cursor, ProviderAccess access) => KeyedQuery.Get(
        access,
        "fred/series/updates",
        [
            ("start_time", From),
            ("end_time", To),
            ("file_type", "json"),
            ("limit", RowsPerPage.ToString(CultureInfo.InvariantCulture)),
            ("offset", Offset(cursor).ToString(CultureInfo.InvariantCulture)),
        ]);

    /// <summary>Where the list is longer than a fraction of the calls it spares, most series have changed anyway.</summary>
    private long MostPages => Math.Max(2, CallsInstead / 10);

    public override FetchResult Parse(string? cursor, ProviderResponse response) =>
        FredErrors.Of(response, "series updates") is { } failure
            ? new FetchFailed(failure)
            : KeyedTriage.ReadDocument(response, root =>
            {
                var page = FredSeriesPage.Read(root, Offset(cursor));
                return page.Failure is { } none ? new FetchFailed(none)
                    : FredEstimate.Pages(page.Count, RowsPerPage) > MostPages ? new Page([], [], Count: page.Count)
                    : new Page([], [], page.Next(most: null), Changed: page.Codes, Count: page.Count);
            });
}
