using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Tests;

/// <summary>A dataset that names its series outright, or whose series are known only once its facts are.</summary>
internal sealed record FakeDataset(string Key, IReadOnlyList<SeriesDefinition> Series, int FactsNeeded = 0, bool Discovered = false) : Dataset(Key, null, 3)
{
    public override bool IsDiscovered => Discovered;
}

internal sealed record FakeFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, bool Splits = false) : Fetch(Kind, Wants, Label)
{
    public override bool SplitOnRejection => Splits;
}

/// <summary>A provider whose bodies are looked up and not parsed: a test says what each request comes to.</summary>
internal sealed class FakeProvider : IProvider
{
    /// <summary>What a good answer to this fetch and cursor is.</summary>
    public Func<FakeFetch, string?, FetchResult> Answer { get; set; } = (fetch, _) => Page.OfObservations([], null, null);

    public Func<IReadOnlyList<Want>, IReadOnlyList<Fetch>>? Plan { get; set; }

    public bool Splits { get; set; }

    public bool TellsChanges { get; set; }

    /// <summary>When so many facts are there, nothing is left to ask.</summary>
    public int MostFacts { get; set; } = 10;

    /// <summary>The wants of every planned call, by their codes.</summary>
    public ConcurrentQueue<string> Planned { get; } = new();

    public ProviderDescriptor Descriptor { get; set; } = new(
        Sample.Provider,
        "Acme",
        null,
        "ACME_API_BASE_URL",
        new Uri("https://acme.example/"),
        Sample.Limit(),
        new BatchSettings(100, 2),
        new CircuitBreakerSettings(3, TimeSpan.FromMinutes(30)),
        new HttpSettings(TimeSpan.FromSeconds(30), 3));

    public Dataset ReadDataset(SettingsNode entry) => throw new NotSupportedException();

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) =>
        dataset is FakeDataset { FactsNeeded: var needed } && facts.Count < needed ? null : ((FakeDataset)dataset).Series;

    public JsonObject? DatasetOf(string code) => null;

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) =>
        facts.Count < MostFacts ? new FakeFetch(FetchKind.Facts, [], $"facts {dataset.Key} after {string.Join('+', facts)}") : null;

    public Fetch? PlanChanges(IReadOnlyList<SeriesDefinition> series, DateTimeOffset since, DateTimeOffset now) =>
        TellsChanges ? new FakeFetch(FetchKind.Changes, [], $"changes of {series.Count} since {since:HH:mm:ss}") : null;

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => new(1, 0);

    public FetchResult Explain(Uri address, ProviderResponse response) => throw new NotSupportedException();

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) =>
        [.. series.Select(one => Planning(new FakeFetch(FetchKind.Catalog, [new Want(one, Window.Everything, null)], $"catalog {one.Id.Code}")))];

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) =>
        Plan?.Invoke(wants) ?? [Planning(new FakeFetch(FetchKind.Observations, wants, $"observations {Codes(wants)}", Splits))];

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access) =>
        new(HttpMethod.Get, new Uri(access.BaseAddress, $"{Uri.EscapeDataString(fetch.Label)}?cursor={cursor}"));

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response) =>
        ResponseTriage.OfEnvelope(response) is { } failure ? new FetchFailed(failure)
        : response.Status >= 400 ? new FetchFailed(new Failure(FailureKind.Rejected, $"HTTP {response.Status}"))
        : Answer((FakeFetch)fetch, cursor);

    public static string Codes(IEnumerable<Want> wants) => string.Join('+', wants.Select(want => want.Series.Id.Code));

    private FakeFetch Planning(FakeFetch fetch)
    {
        Planned.Enqueue($"{fetch.Kind} {Codes(fetch.Wants)}");
        return fetch;
    }
}

/// <summary>Answers requests from a script instead of the network.</summary>
internal sealed class FakeApi : HttpMessageHandler
{
    /// <summary>Every request that was sent: its path and cursor.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How the n-th request (from 1) is answered.</summary>
    public Func<int, string, Task<HttpResponseMessage>> Respond { get; set; } = (_, _) => Task.FromResult(Ok());

    public static HttpResponseMessage Ok() => Status(HttpStatusCode.OK);

    public static HttpResponseMessage Status(HttpStatusCode status, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        response.Headers.RetryAfter = retryAfter is { } delay ? new(delay) : null;
        return response;
    }

    public HttpClient Client() => new(this) { Timeout = Timeout.InfiniteTimeSpan };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.PathAndQuery);
        lock (Requests)
        {
            Requests.Enqueue(path);
            return Respond(Requests.Count, path).WaitAsync(cancellationToken);
        }
    }
}
