using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Host.Tests;

/// <summary>A provider with a configuration and nothing behind it; its datasets are FRED's.</summary>
internal sealed class FakeProvider(string name, string? keyVariable) : IProvider
{
    public static FakeProvider Fred { get; } = new("fred", "FRED_API_KEY");

    public static FakeProvider WorldBank { get; } = new("worldbank", null);

    public ProviderDescriptor Descriptor { get; } = new(
        name,
        $"The {name} bank",
        keyVariable,
        $"{name.ToUpperInvariant()}_API_BASE_URL",
        new Uri($"https://{name}.example/v2/"),
        new RateLimitSettings(2, 2, 1000, "America/Chicago"),
        new BatchSettings(500, 4),
        new CircuitBreakerSettings(5, TimeSpan.FromMinutes(30)),
        new HttpSettings(TimeSpan.FromSeconds(30), 5));

    public Dataset ReadDataset(SettingsNode entry)
    {
        var series = entry.Strings("series", id => id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-') ? null : "a series id such as DGS10");
        return new FakeDataset(string.Join(' ', series), entry.OptionalDate("start"), entry.Integer("lookback_observations", 30, 0, 100_000), series);
    }

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) =>
    [
        .. ((FakeDataset)dataset).Series.Select(code => new SeriesDefinition(
            new SeriesId(name, code), dataset.Key, code, new Dictionary<string, string>(), dataset.Start, dataset.LookbackObservations)),
    ];

    public JsonObject? DatasetOf(string code) => new() { ["series"] = new JsonArray(code) };

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => null;

    /// <summary>Two requests for each series, and a row for each day of its window, which must begin and end.</summary>
    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => fetch.Kind == FetchKind.Catalog
        ? new(1, 0)
        : new(2 * fetch.Wants.Count, fetch.Wants.Sum(want => (long)(want.Window.To - want.Window.From).TotalDays));

    /// <summary>Says what it was given, in the terms of a page or a failure.</summary>
    public FetchResult Explain(Uri address, ProviderResponse response)
    {
        if (response.Status != 200)
        {
            return new FetchFailed(new Failure(FailureKind.Throttled, $"{response.ContentType} of {response.Body.Length} bytes", response.RetryAfter));
        }

        var series = new SeriesId(name, address.AbsolutePath.Trim('/'));
        var slice = new ObservationSlice(
            series,
            new SeriesAttributes("Percent", FrequencyCodes.Daily, "D1", "USA"),
            [new Observation(new DateTime(2026, 2, 27, 0, 0, 0, DateTimeKind.Utc), response.ReceivedOn, 4.5, "4.50", Metadata: new Dictionary<string, string> { ["Flag A"] = "ü" })]);
        return new Page([slice], [new CatalogEntry(series, "A title", Start: new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc))], Next: "2", Count: 7);
    }

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) =>
        [.. series.Select(one => new FakeFetch(FetchKind.Catalog, [new Want(one, Window.Everything, null)]))];

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => [new FakeFetch(FetchKind.Observations, wants)];

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access) => throw new NotSupportedException();

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response) => throw new NotSupportedException();

    private sealed record FakeFetch(FetchKind Kind, IReadOnlyList<Want> Wants) : Fetch(Kind, Wants, "fetch");

    private sealed record FakeDataset(string Key, DateOnly? Start, int LookbackObservations, IReadOnlyList<string> Series)
        : Dataset(Key, Start, LookbackObservations);
}
