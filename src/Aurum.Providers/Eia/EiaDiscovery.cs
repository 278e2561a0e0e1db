using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>
/// From a configured route to the combinations of facet values that its series are. The route tells the order of its facets, each
/// wildcard costs a call for its values; and where there are several wildcards, most combinations of their values do not exist, so the
/// newest rows are read for those that do.
/// </summary>
internal static class EiaDiscovery
{
    /// <summary>More rows than that without an end: no facet was fixed that should be.</summary>
    private const int MostSurveyPages = 20;

    /// <returns>Names of the configured facets in the route's order, and one list of values for each combination; null while something must be asked.</returns>
    public static (IReadOnlyList<string> Names, IReadOnlyList<string[]> Combinations)? Find(EiaRouteDataset dataset, IReadOnlyList<string> facts)
    {
        if (dataset.Facets.Count < 2 && !dataset.IsDiscovered)
        {
            return (Names(dataset.Facets), Cross(dataset.Facets, facet => facet.Values!));
        }

        var known = new EiaFacts(facts);
        if (InOrder(dataset, known) is not { } facets)
        {
            return null;
        }

        if (HasSeveralWildcards(dataset))
        {
            return known.Survey is { Next: null } ? (Names(facets), known.Combinations()) : null;
        }

        return facets.All(facet => ValuesOf(facet, known) is not null) ? (Names(facets), Cross(facets, facet => ValuesOf(facet, known)!)) : null;
    }

    public static Fetch? Plan(EiaRouteDataset dataset, IReadOnlyList<string> facts)
    {
        var known = new EiaFacts(facts);
        if (known.Order is null)
        {
            return new EiaMetadataFetch(FetchKind.Facts, [], $"facets of {dataset.Route}", dataset.Route, Names(dataset.Facets));
        }

        if (!dataset.IsDiscovered || InOrder(dataset, known) is not { } facets)
        {
            return null;
        }

        if (facets.FirstOrDefault(facet => ValuesOf(facet, known) is null) is { } unknown)
        {
            return new EiaFacetFetch($"values of {dataset.Route} {unknown.Name}", dataset.Route, unknown.Name);
        }

        return HasSeveralWildcards(dataset) && known.Survey is null or { Next: not null }
            ? new EiaSurveyFetch(
                $"combinations of {dataset.Route} {dataset.Frequency}",
                new EiaSelection(
                    dataset.Route,
                    EiaFrequency.Find(dataset.Frequency)!,
                    dataset.Columns,
                    [.. facets.Select(facet => KeyValuePair.Create(facet.Name, facet.Values ?? []))]),
                EiaSurveyCursor.Parse(known.Survey?.Next))
            : null;
    }

    public static FetchResult ReadValues(EiaFacetFetch fetch, JsonElement root)
    {
        var response = root.Required("response", "$");
        var ids = response.RequiredArray("facets", "$.response")
            .EnumerateArray()
            .Select((facet, index) => facet.OptionalText("id") ?? throw new MalformedBodyException($"$.response.facets[{index}].id", "a text"))
            .ToList();
        if (response.OptionalText("totalFacets") is not null && response.RequiredCount("totalFacets", "$.response") is var total && total != ids.Count)
        {
            throw new MalformedBodyException("$.response.facets", $"{total} values as totalFacets says, not {ids.Count}");
        }

        return Page.OfFacts(EiaFacts.Of(new EiaFinding(fetch.Facet, [.. ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)]))) with { Count = ids.Count };
    }

    /// <summary>Combinations on a page of rows, newest first; the survey goes on until it has seen whole periods enough.</summary>
    public static FetchResult ReadSurvey(EiaSurveyFetch fetch, JsonElement root)
    {
        var selection = fetch.Selection;
        var rows = EiaRows.Rows(root);
        if (EiaPaging.Misplaced(rows, fetch.From?.Rows, selection.Names) is { } failure)
        {
            return new FetchFailed(failure);
        }

        var combinations = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var (newest, oldest) = (fetch.From?.Newest, (DateTime?)null);
        foreach (var (index, row) in rows.EnumerateArray().Index())
        {
            var timestamp = EiaRows.Period(row, index, selection.Frequency);
            newest = newest > timestamp ? newest : timestamp;
            oldest = oldest < timestamp ? oldest : timestamp;
            var values = selection.Names.Select(name => EiaRows.Facet(row, index, name)).ToArray();
            if (values.All(value => value.Length > 0))
            {
                combinations.TryAdd(string.Join('\n', values), values);
            }
        }

        var next = EiaPaging.Next(root, rows, fetch.From?.Rows, selection.Names);
        var goesOn = next is not null && newest - oldest < Span(selection.Frequency);
        return goesOn && next!.Pages >= MostSurveyPages
            ? new FetchFailed(new Failure(
                FailureKind.Rejected,
                $"{selection.Route} has too many combinations: {MostSurveyPages} pages do not hold its latest periods; expected a list of values in place of a \"*\""))
            : Page.OfFacts(EiaFacts.Of(new EiaFinding(
                Combinations: [.. combinations.Values],
                Next: goesOn ? new EiaSurveyCursor(newest!.Value, next!).ToString() : null)));
    }

    /// <summary>Two whole periods at least; of hours three days, as forecasts run ahead of the other rows and some of those come late.</summary>
    private static TimeSpan Span(EiaFrequency frequency) => TimeSpan.FromDays(frequency.Shape switch
    {
        PeriodShape.Year => 365 + 365,
        PeriodShape.Quarter => 90 + 91,
        PeriodShape.Month => 28 + 31,
        PeriodShape.Day => 14,
        _ => 3,
    });

    private static bool HasSeveralWildcards(EiaRouteDataset dataset) => dataset.Facets.Count(facet => facet.IsWildcard) > 1;

    private static IReadOnlyList<string>? ValuesOf(EiaFacet facet, EiaFacts known) => facet.Values ?? known.ValuesOf(facet.Name);

    /// <summary>Null where the route was not asked, or lacks a facet.</summary>
    private static IReadOnlyList<EiaFacet>? InOrder(EiaRouteDataset dataset, EiaFacts known) =>
        known.Order is { } order && dataset.Facets.All(facet => order.Contains(facet.Name))
            ? [.. order.Select(name => dataset.Facets.FirstOrDefault(facet => facet.Name == name)).OfType<EiaFacet>()]
            : null;

    private static IReadOnlyList<string> Names(IEnumerable<EiaFacet> facets) => [.. facets.Select(facet => facet.Name)];

    private static IReadOnlyList<string[]> Cross(IEnumerable<EiaFacet> facets, Func<EiaFacet, IReadOnlyList<string>> valuesOf) =>
    [
        .. facets.Aggregate(
            (IEnumerable<string[]>)[[]],
            (combinations, facet) => combinations.SelectMany(values => valuesOf(facet).Select(value => (string[])[.. values, value]))),
    ];
}
