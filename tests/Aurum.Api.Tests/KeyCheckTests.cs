using System.Net;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Aurum.Actors;
using Aurum.Actors.Collection;
using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.Api.Tests;

/// <summary>Trying a key through the provider's gate.</summary>
public sealed class KeyCheckTests : IAsyncLifetime
{
    private const string Check = "/v1/admin/external/providers/fred/check";

    private readonly ActorSystem _system = ActorSystem.Create("key-check");
    private Bench _bench = null!;

    public async Task InitializeAsync() => _bench = await Bench.RunningAsync();

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _system.Terminate();
    }

    [Fact]
    public async Task One_cheap_question_is_asked_through_the_fetcher_and_written_down()
    {
        var asked = Runs(question => new FetcherProtocol.ProviderAnswered(question.Key, [Page.OfCatalog([])], null));

        var (status, body) = await PostAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(body.GetProperty("good").GetBoolean());
        var question = Assert.Single(asked);
        Assert.Equal(("fred", FetchKind.Catalog, "DGS10"), (question.Provider, question.Fetch.Kind, question.Fetch.Wants.Single().Series.Id.Code));
        Assert.Equal(("check_key", "fred"), (_bench.Stores.Audit.Single().Action, _bench.Stores.Audit.Single().Target));
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_kind_and_reason()
    {
        Runs(question => new FetcherProtocol.ProviderAnswered(question.Key, [], new Domain.Failure(FailureKind.Rejected, "HTTP 400: the key is not registered")));

        var (status, body) = await PostAsync();

        Assert.Equal((HttpStatusCode.OK, false), (status, body.GetProperty("good").GetBoolean()));
        Assert.Equal(("rejected", "HTTP 400: the key is not registered"), (body.GetProperty("kind").GetString(), body.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_provider_that_is_not_collected_from_here_is_told_so()
    {
        Runs(question => new FetcherProtocol.ProviderAnswered(question.Key, [], null));

        var (status, code, _) = await _bench.ProblemAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/admin/external/providers/eia/check") { Content = Body });

        Assert.Equal((HttpStatusCode.Conflict, ProblemCodes.NotHere), (status, code));
        Assert.Empty(_bench.Stores.Audit);
    }

    private static StringContent Body => new("""{ "reason": "preflight" }""", Encoding.UTF8, "application/json");

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync()
    {
        using var answer = await _bench.Client.PostAsync(Check, Body);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private IReadOnlyList<FetcherProtocol.AskProvider> Runs(Func<FetcherProtocol.AskProvider, FetcherProtocol.ProviderAnswered> answers)
    {
        var asked = new List<FetcherProtocol.AskProvider>();
        var fetcher = _system.ActorOf(Props.Create(() => new Fetcher(asked, answers)));
        _bench.Node.Runs(_bench.Node.Running! with { Runtimes = new ProviderRuntimes([Bench.Fred()]), Fetcher = fetcher });
        return asked;
    }

    private sealed class Fetcher : ReceiveActor
    {
        public Fetcher(List<FetcherProtocol.AskProvider> asked, Func<FetcherProtocol.AskProvider, FetcherProtocol.ProviderAnswered> answers) => Receive<FetcherProtocol.AskProvider>(question =>
        {
            asked.Add(question);
            Sender.Tell(answers(question));
        });
    }
}
