using System.Globalization;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>Lists of series and categories, and what changed lately.</summary>
internal sealed partial class FredApi
{
    private const int LargestListing = 1000;

    private static readonly string[] Lists = ["fred/release/series", "fred/category/series", "fred/category/children", "fred/series/search", "fred/series/updates"];

    /// <summary>What updates are remembered.</summary>
    private static readonly TimeSpan Fortnight = TimeSpan.FromDays(14);

    private Answer List(ApiRequest request, bool json) => request.Path switch
    {
        "fred/release/series" => Id(request, "release_id") is not { } id ? Bad(json, "Variable release_id is not a positive integer.")
            : FredReleases.All.FirstOrDefault(release => release.Id == id) is { } release ? Listing(request, json, release.Series, "series_id", "asc")
            : Bad(json, "The release does not exist."),
        "fred/series/search" => Search(request, json),
        "fred/series/updates" => Updates(request, json),
        _ => Id(request, "category_id") is not { } id ? Bad(json, "Variable category_id is not 0 or a positive integer.")
            : FredReleases.Categories.FirstOrDefault(category => category.Id == id) is not { } category ? Bad(json, "The category does not exist.")
            : request.Path == "fred/category/series" ? Listing(request, json, category.Series, "series_id", "asc")
            : Table(json, "categories", "category", [], category.Children.Select(child => Fields(FredReleases.Categories.Single(other => other.Id == child)))),
    };

    private static (string Name, object Value)[] Fields(FredCategory category) => [("id", category.Id), ("name", category.Name), ("parent_id", category.Parent)];

    private Answer Search(ApiRequest request, bool json)
    {
        if (request["search_text"] is not { } text)
        {
            return Bad(json, "Variable search_text has not been set.");
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = AllIds().Select(id => FredCatalog.Find(id)!)
            .Where(series => words.All(word => series.Title.Contains(word, StringComparison.OrdinalIgnoreCase) || series.Id.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Where(series => request["filter_variable"] switch
            {
                "frequency" => request["filter_value"] == series.Frequency,
                "units" => request["filter_value"] == series.Units,
                "seasonal_adjustment" => request["filter_value"] == series.AdjustmentLong,
                _ => true,
            });
        return Listing(
            request,
            json,
            [.. found.OrderByDescending(series => series.Popularity).ThenBy(series => series.Id, StringComparer.Ordinal).Select(series => series.Id)],
            "search_rank",
            "desc");
    }

    /// <summary>A page of series; in the order given unless another is asked for.</summary>
    private Answer Listing(ApiRequest request, bool json, IReadOnlyList<string> ids, string usualOrder, string usualDirection)
    {
        var (order, direction) = (request["order_by"] ?? usualOrder, request["sort_order"] ?? usualDirection);
        if (direction is not ("asc" or "desc") || (order != usualOrder && order != "series_id"))
        {
            return Bad(json, $"The simulator serves no order_by={order}, sort_order={direction}.");
        }

        IEnumerable<string> ordered = order == "series_id" ? ids.Order(StringComparer.Ordinal) : ids;
        if (direction != (order == "series_id" ? "asc" : usualDirection))
        {
            ordered = ordered.Reverse();
        }

        return PageOf(request, json, [.. ordered], [("order_by", order), ("sort_order", direction)], inListing: true);
    }

    /// <summary>
    /// The times are read as those of St. Louis. Scheduled values appear at midnight UTC; edits are known by their day only, and so count
    /// as made all through it.
    /// </summary>
    private Answer Updates(ApiRequest request, bool json)
    {
        var today = truth.Today.Utc();
        var (from, to) = (InStLouis(today) - Fortnight, InStLouis(today.AddDays(1)));
        if ((request["start_time"] is null) != (request["end_time"] is null))
        {
            return Bad(json, "Variables start_time and end_time must be set together.");
        }

        foreach (var name in new[] { "start_time", "end_time" })
        {
            if (request[name] is not { } text)
            {
                continue;
            }

            if (!DateTime.TryParseExact(text, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
            {
                return Bad(json, $"Variable {name} is not a YYYYMMDDHhmm formatted time (e.g. 201803021420).");
            }

            if (name == "start_time")
            {
                from = moment > from ? moment : from;
            }
            else
            {
                to = moment < to ? moment : to;
            }
        }

        var changed = AllIds()
            .Select(id => (Id: id, At: UpdatedIn(FredCatalog.Find(id)!, from, to)))
            .Where(update => update.At is not null)
            .OrderByDescending(update => update.At).ThenBy(update => update.Id, StringComparer.Ordinal)
            .Select(update => update.Id);
        return PageOf(
            request,
            json,
            [.. changed],
            [("filter_variable", "geography"), ("filter_value", request["filter_value"] ?? "all"), ("order_by", "last_updated"), ("sort_order", "desc")],
            inListing: false);
    }

    /// <summary>When a series was last updated, if it was in a span of St. Louis' time.</summary>
    private DateTime? UpdatedIn(FredSeries series, DateTime from, DateTime to)
    {
        var day = UpdatedOn(series, At(series));
        var begin = InStLouis(day.Utc());
        var isEdit = EditsOf(series).Any(edit => edit.On == day);
        return begin <= to && (isEdit ? InStLouis(day.AddDays(1).Utc()) > from : begin >= from) ? begin : null;
    }

    private Answer PageOf(ApiRequest request, bool json, IReadOnlyList<string> ids, (string Name, object Value)[] head, bool inListing)
    {
        if (request.Number("limit", LargestListing) is not (>= 1 and <= LargestListing and var limit))
        {
            return Bad(json, $"Variable limit is not between 1 and {LargestListing}.");
        }

        if (request.Number("offset", 0) is not { } offset)
        {
            return Bad(json, "Variable offset is not 0 or greater.");
        }

        limit = Math.Min(limit, options.FredPageCap);
        var (start, end) = RealTime(request);
        return Table(
            json,
            "seriess",
            "series",
            [("realtime_start", start), ("realtime_end", end), .. head, ("count", ids.Count), ("offset", offset), ("limit", limit)],
            ids.Skip(offset).Take(limit).Select(id => Fields(FredCatalog.Find(id)!, start, end, inListing)));
    }

    /// <summary>Every series that can be listed: the well-known, those of releases, and what anybody asked for.</summary>
    private IEnumerable<string> AllIds() =>
        FredCatalog.KnownIds.Concat(FredReleases.All.SelectMany(release => release.Series)).Concat(_edits.Seen).Distinct(StringComparer.Ordinal);

    private static int? Id(ApiRequest request, string name) => request[name] is not null ? request.Number(name, 0) : null;
}
