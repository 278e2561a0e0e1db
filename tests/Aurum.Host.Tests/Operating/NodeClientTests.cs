using System.Net;
using System.Net.Sockets;
using Aurum.Host.Operating;

namespace Aurum.Host.Tests.Operating;

/// <summary>What every command that asks a node does, whatever it asks.</summary>
public sealed class NodeClientTests : NodeCommandTest
{
    private const string RateLimits = "GET /v1/admin/external/ratelimits";

    [Fact]
    public async Task A_list_is_a_line_a_thing_with_counts_and_who_said_so_at_the_end()
    {
        Node.Answers(RateLimits, """{"items":[{"provider":"fred","requests_per_second":2,"burst":10,"daily_quota":100,"permits_spent":40,"permits_left":60,"breaker":"closed"}]}""");

        var answer = await Line.RunAsync("ratelimits show");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal(["fred", "2", "10", "100", "40", "60"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..6]);
        Assert.Equal($"1 provider, 0 held, 0 paused, 0 set by hand (from node-1 at {Node.Address})", lines[2]);
    }

    [Fact]
    public async Task Json_is_what_the_node_said_also_what_this_program_does_not_know()
    {
        Node.Answers(RateLimits, """{"items":[{"provider":"fred","news":"°"}]}""");

        var answer = await Line.RunAsync("ratelimits show --json");

        Assert.Equal((0, "{\"items\":[{\"provider\":\"fred\",\"news\":\"°\"}]}\n", ""), (answer.Code, answer.Output, answer.Error));
    }

    [Fact]
    public async Task A_change_is_sent_with_its_reason_and_the_token()
    {
        Line.Environment["AURUM_ADMIN_TOKEN"] = "a-token-that-nobody-guesses";
        Node.Answers("POST /v1/admin/external/providers/fred/stop", """{"action":"stop_run","target":"fred"}""");

        var answer = await Line.RunAsync("providers", "stop", "fred", "--reason", "they are down");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Equal("""POST /v1/admin/external/providers/fred/stop {"reason":"they are down"}""", Assert.Single(Node.Asked));
        Assert.Equal("Bearer a-token-that-nobody-guesses", Node.LastAuthorization);
    }

    [Fact]
    public async Task What_is_named_on_the_command_line_cannot_leave_its_place_in_the_path()
    {
        await Line.RunAsync("providers", "stop", "a/../b?c#d e");

        Assert.StartsWith("POST /v1/admin/external/providers/a%2F..%2Fb%3Fc%23d%20e/stop ", Assert.Single(Node.Asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "bad_request", 2, "aurum: because\n")]
    [InlineData(404, "unknown_provider", 2, "aurum: because\n")]
    [InlineData(409, "not_here", 1, "aurum: node-1 at ADDRESS refuses: because (not_here)\n")]
    [InlineData(403, "forbidden", 1, "aurum: node-1 at ADDRESS refuses: because (forbidden)\n")]
    [InlineData(504, "no_answer", 1, "aurum: node-1 at ADDRESS refuses: because (no_answer)\n")]
    [InlineData(401, "unauthorized", 1, "aurum: node-1 at ADDRESS wants a token; AURUM_ADMIN_TOKEN is where it is taken from\n")]
    public async Task A_problem_is_told_in_a_line_and_with_an_exit_code(int status, string code, int exit, string says)
    {
        Node.Answers(RateLimits, FakeAnswer.Problem(status, code, "because"));

        var answer = await Line.RunAsync("ratelimits show");

        Assert.Equal((exit, "", says.Replace("ADDRESS", Node.Address, StringComparison.Ordinal)), (answer.Code, answer.Output, answer.Error));
    }

    [Fact]
    public async Task Where_nobody_listens_the_variable_that_says_where_is_named()
    {
        Line.Environment["AURUM_API_URL"] = FreeAddress();

        var answer = await Line.RunAsync("ratelimits show");

        Assert.Equal((3, ""), (answer.Code, answer.Output));
        Assert.StartsWith($"aurum: no node answers at {Line.Environment["AURUM_API_URL"]}: ", answer.Error, StringComparison.Ordinal);
        Assert.Contains("AURUM_API_URL says where one is", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_listens_there_and_is_no_node_is_told_from_one()
    {
        Node.Answers(RateLimits, new FakeAnswer(200, "<html>", IsNode: false));

        var answer = await Line.RunAsync("ratelimits show");

        Assert.Equal(3, answer.Code);
        Assert.Contains("what listens there is none", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AURUM_API_URL", "localhost")]
    [InlineData("AURUM_API_URL", "ftp://localhost")]
    [InlineData("AURUM_API_URL", "http://admin:secret@localhost")]
    [InlineData("AURUM_ADMIN_TOKEN", "a secret of two\nlines")]
    public async Task A_variable_that_cannot_be_used_is_named_and_not_shown(string variable, string value)
    {
        Line.Environment[variable] = value;

        var answer = await Line.RunAsync("ratelimits show");

        Assert.Equal(2, answer.Code);
        Assert.StartsWith($"{variable}: ", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_of_a_list_are_asked_for()
    {
        Node.Answers("GET /list?limit=1000", """{"items":[1,2],"next_cursor":"a+b"}""");
        Node.Answers("GET /list?limit=1000&cursor=a%2Bb", """{"items":[3],"next_cursor":null}""");
        using var client = new NodeClient(NodeAddress.Read(Line.Environment));

        Assert.Equal([1, 2, 3], (await client.ListAsync("/list", CancellationToken.None)).Items<int>());
    }

    [Fact]
    public async Task No_more_of_a_list_is_asked_for_than_is_wanted()
    {
        Node.Answers("GET /list?limit=3", """{"items":[1,2],"next_cursor":"a"}""");
        Node.Answers("GET /list?limit=1&cursor=a", """{"items":[3],"next_cursor":"b"}""");
        using var client = new NodeClient(NodeAddress.Read(Line.Environment));

        Assert.Equal([1, 2, 3], (await client.ListAsync("/list", CancellationToken.None, most: 3)).Items<int>());
    }

    private static string FreeAddress()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
    }
}
