using System.Text.Json;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests.Providers;

/// <summary>One provider as the program uses it, without actors: its calls go to the simulator, and every response is kept.</summary>
internal sealed class ProviderBench : IAsyncDisposable
{
    private readonly ProviderSimulator _simulator;
    private readonly HttpClient _http = ProviderClient.CreateHttpClient();
    private readonly ProviderAccess _access;
    private readonly DateOnly _today;

    private ProviderBench(ProviderSimulator simulator, IProvider provider, DateOnly today)
    {
        (_simulator, Provider, _today) = (simulator, provider, today);
        var descriptor = provider.Descriptor;
        _access = new ProviderAccess(
            new Uri(simulator.Environment[descriptor.AddressVariable]), descriptor.KeyVariable is { } variable ? simulator.Environment[variable] : null);
    }

    public IProvider Provider { get; }

    public IReadOnlyList<SeriesDefinition> Series { get; private set; } = [];

    public IReadOnlyDictionary<SeriesId, CatalogEntry> Catalog { get; private set; } = new Dictionary<SeriesId, CatalogEntry>();

    /// <summary>The answers that the catalog was read from.</summary>
    public List<SavedPage> CatalogPages { get; } = [];

    /// <summary>With the series of the provider's plan, looked up.</summary>
    public static Task<ProviderBench> StartAsync(string provider) => StartAsync(provider, ProviderPlan.Of(provider).Datasets);

    public static async Task<ProviderBench> StartAsync(string provider, object[] datasets)
    {
        var simulator = await ProviderSimulator.StartAsync(World.Small with { EnforceRateLimits = false }, TimeProvider.System, CancellationToken.None);
        var bench = new ProviderBench(simulator, ProviderCatalog.Find(provider)!, World.Small.Today!.Value);
        await bench.LookUpAsync(datasets);
        return bench;
    }

    /// <summary>Every page of every call for this window.</summary>
    public async Task<IReadOnlyList<SavedPage>> PagesAsync(Window window)
    {
        Want[] wants = [.. Series.Select(series => new Want(series, window, Catalog.GetValueOrDefault(series.Id)))];
        var pages = new List<SavedPage>();
        foreach (var group in wants.GroupBy(want => want.Series.CoalescingKey))
        {
            foreach (var fetch in Provider.PlanObservations([.. group], _today))
            {
                pages.AddRange(await PagesAsync(fetch));
            }
        }

        return pages;
    }

    /// <summary>What the pages say within the window.</summary>
    public IReadOnlyList<Said> Say(IEnumerable<SavedPage> pages, Window window) =>
    [
        .. pages.SelectMany(page => OkPage(Parse(page)).Slices)
            .SelectMany(slice => slice.Observations.Where(observation => window.Contains(observation.Timestamp)).Select(observation => Said.Of(slice, observation)))
            .OrderBy(said => said.Series.Code, StringComparer.Ordinal)
            .ThenBy(said => said.Timestamp),
    ];

    public FetchResult Parse(SavedPage page) => Provider.Parse(page.Fetch, page.Cursor, page.Response);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _simulator.DisposeAsync();
    }

    private async Task LookUpAsync(object[] datasets)
    {
        var problems = new List<string>();
        var read = JsonSerializer.SerializeToElement(datasets).EnumerateArray()
            .Select((entry, index) => Provider.ReadDataset(new SettingsNode(entry, $"$.datasets[{index}]", problems)))
            .ToArray();
        Assert.Empty(problems);
        var series = new List<SeriesDefinition>();
        foreach (var dataset in read)
        {
            var facts = new List<string>();
            while (Provider.Expand(dataset, facts) is null)
            {
                facts.AddRange((await PagesAsync(Provider.PlanFacts(dataset, facts)!)).Select(page => OkPage(Parse(page)).Facts!));
            }

            series.AddRange(Provider.Expand(dataset, facts)!);
        }

        Series = series;
        var entries = new Dictionary<SeriesId, CatalogEntry>();
        foreach (var group in series.GroupBy(one => one.CoalescingKey))
        {
            foreach (var fetch in Provider.PlanCatalog([.. group]))
            {
                var pages = await PagesAsync(fetch);
                CatalogPages.AddRange(pages);
                foreach (var entry in pages.SelectMany(page => OkPage(Parse(page)).Catalog))
                {
                    entries[entry.Series] = entry;
                }
            }
        }

        Catalog = entries;
    }

    private async Task<IReadOnlyList<SavedPage>> PagesAsync(Fetch fetch)
    {
        var pages = new List<SavedPage>();
        string? cursor = null;
        do
        {
            using var request = Provider.Request(fetch, cursor, _access);
            using var answer = await _http.SendAsync(request);
            var response = ProviderResponse.Of((int)answer.StatusCode, answer, DateTimeOffset.UtcNow, await answer.Content.ReadAsByteArrayAsync());
            pages.Add(new SavedPage(fetch, cursor, request.RequestUri!, response));
            cursor = OkPage(Parse(pages[^1])).Next;
        }
        while (cursor is not null);
        return pages;
    }

    private static Page OkPage(FetchResult result) => result is Page page ? page : throw new Xunit.Sdk.XunitException($"{result}");
}

/// <summary>A response and the question it answers.</summary>
internal sealed record SavedPage(Fetch Fetch, string? Cursor, Uri Address, ProviderResponse Response);

/// <summary>An observation with all that is said of it, but for the day of the answer.</summary>
internal sealed record Said(SeriesId Series, DateTime Timestamp, double? Value, string? Raw, string? Status, string? Quality, SeriesAttributes Attributes)
{
    public static Said Of(ObservationSlice slice, in Observation observation) => new(
        slice.Series, observation.Timestamp, observation.Value, observation.ValueRaw, observation.Status, observation.QualityFlag, slice.Attributes);
}
