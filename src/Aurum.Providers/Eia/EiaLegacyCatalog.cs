using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>
/// The catalog entries of legacy ids that one route is presumed to have: the newest row of each over the bridge, then the same periods
/// of all of them from the route. Only a series that both say the same of is collected from the route.
/// </summary>
internal sealed record EiaLegacyCatalogFetch(IReadOnlyList<Want> Wants, string Label, EiaLegacyRoute Route) : Fetch(FetchKind.Catalog, Wants, Label)
{
    /// <summary>Keeps cursor and address short.</summary>
    public const int MostSeries = 50;
}

/// <summary>What the bridge said last of one series, not yet compared with its route.</summary>
internal sealed record EiaBridgeRow(CatalogEntry Entry, DateTime Period, double? Value);

/// <param name="Read">How many series the bridge was asked for.</param>
/// <param name="Unchecked">Those among them that are still to be compared.</param>
internal sealed record EiaLegacyCatalogCursor(int Read, IReadOnlyList<EiaBridgeRow> Unchecked)
{
    private static readonly JsonSerializerOptions Compact = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The period that is compared when all were read: that of the first that is left.</summary>
    [JsonIgnore]
    public IReadOnlyList<EiaBridgeRow> Compared => [.. Unchecked.Where(row => row.Period == Unchecked[0].Period)];

    public static EiaLegacyCatalogCursor Parse(string? text) => text is null ? new(0, []) : JsonSerializer.Deserialize<EiaLegacyCatalogCursor>(text, Compact)!;

    public string? Text(int wants) => Read < wants || Unchecked.Count > 0 ? JsonSerializer.Serialize(this, Compact) : null;
}

internal static class EiaLegacyCatalog
{
    /// <summary>The bridge is asked for one series after the other, and then the route.</summary>
    public static bool AsksBridge(EiaLegacyCatalogFetch fetch, EiaLegacyCatalogCursor at) => at.Read < fetch.Wants.Count;

    /// <param name="answer">Reads the body, or tells the failure that it is.</param>
    public static FetchResult Parse(EiaLegacyCatalogFetch fetch, EiaLegacyCatalogCursor at, Func<Func<JsonElement, FetchResult>, FetchResult> answer) =>
        AsksBridge(fetch, at) ? ReadBridge(fetch, at, answer) : ReadRoute(fetch, at, answer);

    private static FetchResult ReadBridge(EiaLegacyCatalogFetch fetch, EiaLegacyCatalogCursor at, Func<Func<JsonElement, FetchResult>, FetchResult> answer)
    {
        EiaBridgeRow? found = null;
        var result = answer(root =>
        {
            var entry = EiaMetadata.ReadLegacyCatalog(fetch.Wants[at.Read].Series.Id, root);
            if (entry is Page { Catalog: [var read] } && Last(root, fetch.Route.Frequency) is var (period, value))
            {
                found = new EiaBridgeRow(read, period, value);
            }

            return entry;
        });
        if (result is FetchFailed { Failure: var failure } && (fetch.Wants.Count == 1 || !IsOfOneSeries(failure)))
        {
            return result;
        }

        // An id that EIA does not know costs the others nothing; it fails when it is asked for itself.
        var next = new EiaLegacyCatalogCursor(at.Read + 1, found is null ? at.Unchecked : [.. at.Unchecked, found]);
        return Page.OfCatalog([], next.Text(fetch.Wants.Count));
    }

    private static FetchResult ReadRoute(EiaLegacyCatalogFetch fetch, EiaLegacyCatalogCursor at, Func<Func<JsonElement, FetchResult>, FetchResult> answer)
    {
        var entries = new List<CatalogEntry>();
        var result = answer(root =>
        {
            var rows = EiaRows.Rows(root);
            entries.AddRange(at.Compared.Select(row => Entry(row, Difference(fetch, row, rows))));
            return Page.OfCatalog(entries);
        });
        if (result is FetchFailed { Failure: var failure })
        {
            if (!IsOfOneSeries(failure))
            {
                return result;
            }

            entries = [.. at.Compared.Select(row => Entry(row, new Comparison(null, $"it cannot be had from {fetch.Route.Route}: {failure.Detail}")))];
        }

        return Page.OfCatalog(entries, new EiaLegacyCatalogCursor(at.Read, [.. at.Unchecked.Except(at.Compared)]).Text(fetch.Wants.Count));
    }

    /// <summary>An answer about the question, and not about the key or the weather.</summary>
    private static bool IsOfOneSeries(Failure failure) => failure is { Kind: FailureKind.Rejected or FailureKind.Malformed, ConcernsProvider: false };

    private static (DateTime Period, double? Value) Last(JsonElement root, EiaFrequency frequency)
    {
        var rows = EiaRows.Rows(root);
        return (EiaRows.Period(rows[0], 0, frequency), EiaRows.Value(rows[0], EiaColumns.Find(rows), 0).Value);
    }

    private static CatalogEntry Entry(EiaBridgeRow row, Comparison comparison)
    {
        var metadata = new Dictionary<string, string>(row.Entry.Metadata!);
        if (comparison.Route is { } route)
        {
            metadata[EiaLegacyRoute.RouteKey] = route.Route;
            metadata["facets"] = string.Join(',', route.Facets.Select(facet => facet.Key));
            metadata["column"] = route.Column;
            return row.Entry with { DatasetCode = route.Route, SourceUrl = EiaMetadata.BrowserOf(route.Route), Metadata = metadata };
        }

        metadata[CatalogEntry.RemarkKey] = $"it stays on EIA's bridge, one call a collection: {comparison.Difference}";
        return row.Entry with { Metadata = metadata };
    }

    /// <summary>The row of the route must be one, with the columns, the unit and the value that the bridge gave.</summary>
    private static Comparison Difference(EiaLegacyCatalogFetch fetch, EiaBridgeRow said, JsonElement rows)
    {
        var route = EiaLegacyRoute.Presume(said.Entry.Series.Code)!;
        var period = EiaPeriod.Format(said.Period, route.Frequency.Shape);
        var found = rows.EnumerateArray().Index()
            .Where(at => EiaRows.Period(at.Item, at.Index, route.Frequency) == said.Period && route.Facets.All(facet => EiaRows.Facet(at.Item, at.Index, facet.Key) == facet.Value))
            .ToList();
        if (found is not [var (index, row)])
        {
            return Not($"{route.Text} has {(found.Count == 0 ? "no row" : $"{found.Count} rows")} for {period}, the bridge has one");
        }

        if (said.Entry.Metadata!.FirstOrDefault(column => row.TryGetProperty(column.Key, out _) && row.OptionalText(column.Key) != column.Value) is { Key: { } name, Value: var of })
        {
            return Not($"{route.Text} is of {name} {KeyedTriage.Masked(row.OptionalText(name) ?? "null")}, the bridge's of {KeyedTriage.Masked(of)}");
        }

        if (EiaRows.Unit(row, route.Column) is { } unit && said.Entry.UnitCode is { } other && unit != other)
        {
            return Not($"{route.Text} is in {KeyedTriage.Masked(unit)}, the bridge's in {KeyedTriage.Masked(other)}");
        }

        var value = EiaRows.Value(row, route.Column, index).Value;
        return value == said.Value ? new Comparison(route, null) : Not(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{route.Text} is {(object?)value ?? "missing"} for {period}, the bridge has {(object?)said.Value ?? "none"}"));

        static Comparison Not(string difference) => new(null, difference);
    }

    /// <param name="Route">Where the series is; null where it does not seem to be.</param>
    /// <param name="Difference">Why not.</param>
    private sealed record Comparison(EiaLegacyRoute? Route, string? Difference);
}
