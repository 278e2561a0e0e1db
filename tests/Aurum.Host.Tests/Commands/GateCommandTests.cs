namespace Aurum.Host.Tests.Commands;

/// <summary>What the commands that change a provider's gate ask of the node, and what they say.</summary>
public sealed class GateCommandTests : NodeCommandTest
{
    protected override void Prepare()
    {
        Node.Otherwise = new FakeAnswer(200, """{"action":"a","target":"fred","changed":true,"detail":null}""");
    }

    [Theory]
    [InlineData("ratelimits set fred --rps 0.5 --burst 3 --daily-quota 0", "ratelimits/fred", """{"requests_per_second":0.5,"burst":3,"daily_quota":0}""", "fred: 0.5 requests a second, a burst of 3, 0 requests a day from now on")]
    [InlineData("ratelimits set fred --rps 2", "ratelimits/fred", """{"requests_per_second":2}""", "fred: 2 requests a second from now on")]
    [InlineData("ratelimits reset fred --reason why", "ratelimits/fred/reset", """{"reason":"why"}""", "fred: the limits are those of the configuration")]
    [InlineData("ratelimits hold fred --for 10m", "ratelimits/fred/hold", """{"for_seconds":600}""", "fred: no request for 00:10:00")]
    [InlineData("ratelimits release fred", "ratelimits/fred/release", "{}", "fred: the hold is over")]
    [InlineData("breaker open fred --for 1h", "breakers/fred/open", """{"for_seconds":3600}""", "fred: the breaker is open for 01:00:00")]
    [InlineData("breaker open fred", "breakers/fred/open", "{}", "fred: the breaker is open until it is closed")]
    [InlineData("breaker close fred", "breakers/fred/close", "{}", "fred: the breaker is closed")]
    [InlineData("providers pause fred", "providers/fred/pause", "{}", "fred is paused")]
    [InlineData("providers resume fred", "providers/fred/resume", "{}", "fred is resumed")]
    public async Task A_change_is_asked_for_and_confirmed(string line, string path, string body, string says)
    {
        var answer = await Line.RunAsync(line);

        Assert.Equal((0, $"{says}\n(from node-1 at {Node.Address})\n", ""), (answer.Code, answer.Output, answer.Error));
        Assert.Equal($"POST /v1/admin/external/{path} {body}", Assert.Single(Node.Asked));
    }

    [Fact]
    public async Task What_was_so_already_is_told_and_no_failure()
    {
        Node.Answers("POST /v1/admin/external/providers/fred/pause", """{"action":"pause_provider","target":"fred","changed":false,"detail":"fred was paused by ann"}""");

        var answer = await Line.RunAsync("providers pause fred");

        Assert.Equal(0, answer.Code);
        Assert.StartsWith("nothing to do: fred was paused by ann\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ratelimits set fred", "nothing is to be set; expected some of --rps, --burst and --daily-quota")]
    [InlineData("ratelimits set fred --rps 0", "--rps: \"0\" cannot be used; expected a number above 0")]
    [InlineData("ratelimits set fred --rps NaN", "--rps: \"NaN\" cannot be used; expected a number above 0")]
    [InlineData("ratelimits set fred --burst 0", "--burst: \"0\" cannot be used; expected a whole number, 1 or more")]
    [InlineData("ratelimits set fred --daily-quota -1", "--daily-quota: \"-1\" cannot be used; expected a whole number, 0 or more")]
    [InlineData("ratelimits hold fred", "--for")]
    [InlineData("ratelimits hold fred --for soon", "--for: \"soon\" cannot be used")]
    [InlineData("breaker open", "PROVIDER")]
    public async Task A_bad_argument_asks_nothing_of_the_node(string line, string message)
    {
        var answer = await Line.RunAsync(line);

        Assert.Equal(2, answer.Code);
        Assert.Contains(message, answer.Error, StringComparison.Ordinal);
        Assert.Empty(Node.Asked);
    }

    [Fact]
    public async Task Whatever_somebody_did_to_a_gate_stands_in_its_line()
    {
        Node.Answers("GET /v1/admin/external/ratelimits", """
            {"items":[
              {"provider":"eia","permits_spent":0,"breaker":"closed","hold_until":"2030-01-01T00:00:00Z","held_by":"by ann","paused_by":"by bob","waiting":{"incremental":1,"catalog":2,"backfill":3}},
              {"provider":"fred","permits_spent":0,"breaker":"closed","changed_by":"by eve","remark":"the gate did not answer"}]}
            """);

        var lines = (await Line.RunAsync("ratelimits show")).Output.Split('\n');

        Assert.EndsWith("2030-01-01        6  held by ann; paused by bob", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("as last stored: the gate did not answer; set by eve", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("2 providers, 1 held, 1 paused, 1 set by hand (from ", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breakers_and_providers_are_a_line_each()
    {
        Node.Answers("GET /v1/admin/external/breakers", """{"items":[{"provider":"fred","breaker":"open","reason":"opened by ann"},{"provider":"eia","breaker":"closed"}]}""");
        Node.Answers("GET /v1/admin/external/health", """{"status":"degraded","components":[],"providers":[{"provider":"fred","status":"failed","state":"idle","breaker":"open","requests":3,"reason":"away"}]}""");

        var breakers = await Line.RunAsync("breaker show");
        var providers = await Line.RunAsync("providers list");

        Assert.Contains("fred      open     -           -           opened by ann\n", breakers.Output, StringComparison.Ordinal);
        Assert.Contains("2 breakers, 1 not closed (from", breakers.Output, StringComparison.Ordinal);
        Assert.Contains("1 provider, 0 healthy (from", providers.Output, StringComparison.Ordinal);
    }
}
