using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Aurum.Storage;

namespace Aurum.Api.Tests;

/// <summary>Whatever comes in, the answer is short, says what is wrong, and the next one is served.</summary>
public sealed partial class ProtectionTests
{
    private const string Stop = "/v1/admin/external/providers/fred/stop";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("{ \"reason\": ")]
    [InlineData("[]")]
    [InlineData("{ \"reason\": 5 }")]
    [InlineData("{ \"reson\": \"misspelt\" }")]
    [InlineData("")]
    public async Task A_body_that_is_not_what_it_should_be_is_400(string body)
    {
        await using var bench = await Bench.RunningAsync();
        var (status, code, _) = await bench.ProblemAsync(Posting(new StringContent(body, Encoding.UTF8, "application/json")));
        Assert.Equal((HttpStatusCode.BadRequest, "bad_request"), (status, code));
    }

    [Fact]
    public async Task A_body_of_another_kind_is_415()
    {
        await using var bench = await Bench.RunningAsync();
        var (status, code, _) = await bench.ProblemAsync(Posting(new FormUrlEncodedContent([KeyValuePair.Create("reason", "a form of another site")])));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"), (status, code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_413(bool inChunks)
    {
        await using var bench = await Bench.RunningAsync();
        using var request = Posting(JsonContent.Create(new { reason = new string('x', Limits.LargestBodyBytes) }));
        request.Headers.TransferEncodingChunked = inChunks;
        var (status, code, _) = await bench.ProblemAsync(request);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (status, code));
        Assert.Equal(HttpStatusCode.OK, (await bench.Client.GetAsync("/livez")).StatusCode);
    }

    [Fact]
    public async Task A_reason_is_no_novel()
    {
        await using var bench = await Bench.RunningAsync(supervisors: Akka.Actor.ActorRefs.Nobody);
        var (status, _, detail) = await bench.ProblemAsync(Posting(JsonContent.Create(new { reason = new string('x', 1_001) })));
        Assert.Equal((HttpStatusCode.BadRequest, "reason: is too long; expected at most 1000 characters"), (status, detail));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_408_and_holds_up_nobody()
    {
        await using var bench = await Bench.RunningAsync();
        var slow = RawAsync(bench, $"POST {Stop} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{");
        Assert.Equal(HttpStatusCode.OK, (await bench.Client.GetAsync("/v1/external/catalog")).StatusCode);
        Assert.Contains("HTTP/1.1 408", await slow, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_do_not_come_end_the_connection()
    {
        await using var bench = await Bench.RunningAsync();
        Assert.Contains("HTTP/1.1 408", await RawAsync(bench, "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /%00/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 40")]
    public async Task What_is_no_request_is_refused(string text, string answer)
    {
        await using var bench = await Bench.RunningAsync();
        Assert.StartsWith(answer, await RawAsync(bench, text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_are_too_large_are_431()
    {
        await using var bench = await Bench.RunningAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/livez");
        request.Headers.Add("X-Large", new string('x', 20_000));
        using var answer = await bench.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_504()
    {
        await using var bench = await Bench.RunningAsync(Bench.AnyPort with { LongestRequest = TimeSpan.FromMilliseconds(200) });
        bench.Stores.Hold = new TaskCompletionSource().Task;
        var (status, code, _) = await bench.ProblemAsync("/v1/external/observations?provider=fred");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "timeout"), (status, code));
    }

    [Fact]
    public async Task A_store_that_is_away_is_503_with_its_reason()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Failure = new StorageException("PostgreSQL at db:5432 cannot be used: connection refused.");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "store_unavailable", "PostgreSQL at db:5432 cannot be used: connection refused."),
            await bench.ProblemAsync("/v1/external/observations?provider=fred"));
    }

    [Fact]
    public async Task A_bug_tells_nothing_of_the_inside()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Failure = new InvalidOperationException("password=hunter2");
        var (status, code, detail) = await bench.ProblemAsync("/v1/external/catalog");
        Assert.Equal((HttpStatusCode.InternalServerError, "internal"), (status, code));
        Assert.DoesNotContain("hunter2", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_starts_says_so()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "starting"), Short(await bench.ProblemAsync("/v1/external/catalog")));
    }

    [Fact]
    public async Task What_is_not_there_and_what_may_not_be_done_are_told()
    {
        await using var bench = await Bench.RunningAsync();
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), Short(await bench.ProblemAsync("/nothing/here")));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method_not_allowed"), Short(await bench.ProblemAsync(new HttpRequestMessage(HttpMethod.Delete, "/v1/external/catalog"))));
    }

    [Fact]
    public async Task A_node_without_the_api_has_probes_and_metrics_alone()
    {
        await using var bench = await Bench.RunningAsync(Bench.AnyPort with { ServesApi = false });
        Assert.Equal(["/livez", "/metrics", "/readyz", "/startupz"], bench.Routes.Select(route => route.Split(' ')[^1]).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await bench.ProblemAsync("/health/external")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bench.Client.GetAsync("/livez")).StatusCode);
    }

    /// <summary>Parallel readers wait for each other where they must, and none is refused.</summary>
    [Fact]
    public async Task Ten_thousand_requests_in_parallel_are_all_answered()
    {
        await using var bench = await Bench.RunningAsync();
        var bad = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (_, stop) =>
        {
            using var answer = await bench.Client.GetAsync("/v1/external/catalog", stop);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                Interlocked.Increment(ref bad);
            }
        });
        Assert.Equal(0, bad);
    }

    [Fact]
    public async Task Routes_are_as_approved()
    {
        await using var bench = await Bench.StartAsync();
        await Approved.IsAsync("routes.txt", bench.Routes);
    }

    [Fact]
    public async Task The_description_of_the_api_names_every_route_and_its_page_needs_nobody_else()
    {
        await using var bench = await Bench.StartAsync();
        var (status, document) = await bench.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, status);
        var described = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();
        Assert.Equal(
            bench.Routes.Select(route => route.Split(' ')[^1]).Where(path => path.Contains("external", StringComparison.Ordinal) || path.StartsWith("/v1/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal),
            described.Order(StringComparer.Ordinal));
        Assert.Contains("\"next_cursor\"", document.ToString(), StringComparison.Ordinal);

        var page = await bench.Client.GetStringAsync("/docs/");
        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Elsewhere(), page);
        foreach (Match script in Script().Matches(page))
        {
            using var answer = await bench.Client.GetAsync(new Uri(new Uri(bench.Address, "/docs/"), script.Groups["source"].Value));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static (HttpStatusCode Status, string? Code) Short((HttpStatusCode Status, string? Code, string Detail) problem) => (problem.Status, problem.Code);

    private static HttpRequestMessage Posting(HttpContent content) => new(HttpMethod.Post, Stop) { Content = content };

    /// <summary>Sends this, then nothing, and reads until the server closes.</summary>
    private static async Task<string> RawAsync(Bench bench, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bench.Address.Port, patience.Token);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadToEndAsync(patience.Token);
    }

    [GeneratedRegex("(?:src|href)=\"https?://")]
    private static partial Regex Elsewhere();

    [GeneratedRegex("<script[^>]* src=\"(?<source>[^\"]+)\"")]
    private static partial Regex Script();
}
