using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Providers.Noaa;
using Aurum.Providers.Settings;

namespace Aurum.Simulator.Tests;

/// <summary>The NOAA provider at work against the simulator, without actors.</summary>
internal sealed class NoaaCollection(Bench bench)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public NoaaProvider Provider { get; } = new();

    public int Requests => bench.Simulator.Arrivals.CountOf("noaa");

    private ProviderAccess Access => new(bench.Simulator.NoaaAddress, bench.Options.NoaaToken);

    public Dataset Dataset(string json)
    {
        var problems = new List<string>();
        var dataset = Provider.ReadDataset(new SettingsNode(JsonDocument.Parse(json).RootElement, "$", problems));
        Assert.Empty(problems);
        return dataset;
    }

    /// <summary>The series of a dataset, asking as long as something is left to ask.</summary>
    public async Task<IReadOnlyList<SeriesDefinition>> SeriesAsync(string json)
    {
        var dataset = Dataset(json);
        var facts = new List<string>();
        for (var calls = 0; calls < 500; calls++)
        {
            if (Provider.Expand(dataset, facts) is { } series)
            {
                Assert.Equal(0, dataset.IsDiscovered ? 0 : calls);
                return series;
            }

            facts.AddRange((await PagesAsync(Provider.PlanFacts(dataset, facts)!)).Select(page => page.Facts!));
        }

        throw new InvalidOperationException("The discovery does not end.");
    }

    public async Task<IReadOnlyList<Page>> PagesAsync(Fetch fetch)
    {
        var pages = new List<Page>();
        for (string? cursor = null; pages.Count == 0 || cursor is not null; cursor = pages[^1].Next)
        {
            pages.Add(Assert.IsType<Page>(await AskAsync(fetch, cursor)));
        }

        return pages;
    }

    public async Task<FetchResult> AskAsync(Fetch fetch, string? cursor)
    {
        using var request = Provider.Request(fetch, cursor, Access);
        Assert.InRange(request.RequestUri!.AbsoluteUri.Length, 1, 4100);
        using var response = await bench.SendAsync(request.RequestUri, request.Headers.TryGetValues("token", out var tokens) ? tokens.Single() : null);
        return Provider.Parse(fetch, cursor, new ProviderResponse(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, null, Bench.Today, await response.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Every observation, as a line.</summary>
    public async Task<IReadOnlyList<string>> ObservationsAsync(IReadOnlyList<SeriesDefinition> series, DateTime from) =>
        [.. (await Task.WhenAll(Plan(series, from).Select(PagesAsync))).SelectMany(pages => pages).SelectMany(page => page.Slices).SelectMany(LinesOf).Order(StringComparer.Ordinal)];

    public IReadOnlyList<Fetch> Plan(IReadOnlyList<SeriesDefinition> series, DateTime from) =>
        Provider.PlanObservations([.. series.Select(one => new Want(one, new Window(from, DateTime.MaxValue), null))], Bench.Today);

    /// <summary>Requests and rows of fetches, from the first and the last page of every window; the pages between are counted, not asked.</summary>
    public async Task<(long Requests, long Rows)> CountAsync(IReadOnlyList<Fetch> fetches)
    {
        var (requests, rows) = (0L, 0L);
        foreach (var fetch in fetches)
        {
            for (string? cursor = null, last = ""; last is not null; cursor = last)
            {
                var first = Assert.IsType<Page>(await AskAsync(fetch, cursor));
                (requests, last) = (requests + 1, first.Next);
                var (onPage, parts) = (RowsOf(first), last?.Split(';'));
                if (parts is not [_, not "1", _, _])
                {
                    rows += onPage;
                    continue;
                }

                var count = long.Parse(parts[3], CultureInfo.InvariantCulture);
                var pages = (count + 999) / 1000;
                parts[1] = (((pages - 1) * 1000) + 1).ToString(CultureInfo.InvariantCulture);
                last = Assert.IsType<Page>(await AskAsync(fetch, string.Join(';', parts))).Next;
                (requests, rows) = (requests + pages - 1, rows + count);
            }
        }

        return (requests, rows);
    }

    private static IEnumerable<string> LinesOf(ObservationSlice slice) => slice.Observations.Select(one => string.Create(
        CultureInfo.InvariantCulture,
        $"{slice.Series.Code} {slice.Attributes} {one.Timestamp:O} {one.Value} {one.ValueRaw} {one.QualityFlag} {string.Join(' ', (one.Metadata ?? Nothing).OrderBy(pair => pair.Key, StringComparer.Ordinal))}"));

    private static long RowsOf(Page page) => page.Slices.Sum(slice => slice.Observations.Count);
}
