using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

/// <summary>What the commands about single series ask of the node, and what they say.</summary>
public sealed class SeriesCommandTests : NodeCommandTest
{
    protected override void Prepare()
    {
        Node.Otherwise = new FakeAnswer(200, """{"action":"a","target":"t","changed":true,"detail":"the node says so"}""");
    }

    [Theory]
    [InlineData("series pause fred/DGS10 --reason why", "series/fred/DGS10/pause", """{"reason":"why"}""", "fred/DGS10 is paused")]
    [InlineData("series resume fred|DGS10", "series/fred/DGS10/resume", "{}", "fred/DGS10 is resumed")]
    [InlineData("series trigger eia/petroleum/pri/spt:daily:RWTC", "series/eia/petroleum%2Fpri%2Fspt%3Adaily%3ARWTC/trigger", "{}", "the node says so")]
    [InlineData("series reset fred/DGS10", "series/fred/DGS10/reset", """{"dry_run":false}""", "the node says so")]
    [InlineData("checkpoints set fred/DGS10 --to 2024-01-31", "checkpoints/fred/DGS10", """{"to":"2024-01-31T00:00:00Z","dry_run":false}""", "the node says so")]
    public async Task A_change_is_asked_for_and_confirmed(string line, string path, string body, string says)
    {
        var answer = await Line.RunAsync(line);

        Assert.Equal((0, $"{says}\n(from node-1 at {Node.Address})\n", ""), (answer.Code, answer.Output, answer.Error));
        Assert.Equal($"POST /v1/admin/external/{path} {body}", Assert.Single(Node.Asked));
    }

    [Theory]
    [InlineData("series reset fred/DGS10 --dry-run", "series/fred/DGS10/reset")]
    [InlineData("checkpoints set fred/DGS10 --to 2024-01-31 --dry-run", "checkpoints/fred/DGS10")]
    public async Task What_only_tries_says_that_nothing_was_changed(string line, string path)
    {
        Node.Answers($"POST /v1/admin/external/{path}", """{"action":"a","target":"t","changed":false,"detail":"it would be read again"}""");

        var answer = await Line.RunAsync(line);

        Assert.StartsWith("nothing was changed: it would be read again\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("\"dry_run\":true", Assert.Single(Node.Asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("series show DGS10")]
    [InlineData("series pause fred/")]
    [InlineData("series reset /DGS10")]
    [InlineData("checkpoints set fred/DGS10")]
    [InlineData("checkpoints set fred/DGS10 --to yesterday")]
    public async Task A_bad_argument_asks_nothing_of_the_node(string line)
    {
        var answer = await Line.RunAsync(line);

        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Empty(Node.Asked);
    }

    [Fact]
    public async Task A_list_says_who_failed_and_who_is_paused()
    {
        Node.Answers("GET /v1/admin/external/series?provider=fred&state=failed&limit=1000", """
            {"items":[
              {"provider":"fred","series_id":"A","outcome":"failed","observations":3,"consecutive_failures":2,"last_failure":"Rejected: gone","updated_at":"2025-03-01T10:00:00Z"},
              {"provider":"fred","series_id":"B","outcome":"failed","observations":3,"consecutive_failures":2,"updated_at":"2025-03-01T10:00:00Z","paused_by":"by ann"}],
             "next_cursor":null}
            """);

        var lines = (await Line.RunAsync("series list --provider fred --state failed")).Output.Split('\n');

        Assert.EndsWith("3         2  Rejected: gone", lines[1], StringComparison.Ordinal);
        Assert.Contains("paused (failed)", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("2 series, 2 failed, 1 paused (from node-1", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_collector_knows_is_shown_a_line_a_thing()
    {
        Node.Answers("GET /v1/admin/external/series/fred/DGS10", """{"provider":"fred","series_id":"DGS10","history_complete":false,"observations":5,"collecting":true,"consecutive_failures":0,"moved_back_by":"by ann"}""");

        var answer = await Line.RunAsync("series show fred/DGS10");

        Assert.Contains("series        fred/DGS10\nhistory       still to be read\nobservations  5\ncollecting    now\nmoved back    by ann\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("series list", "DGS10")]
    [InlineData("checkpoints list", "DGS10")]
    [InlineData("ratelimits show", "as last stored: no node runs")]
    [InlineData("breaker show", "as last stored: no node runs")]
    [InlineData("providers list", "the requests of its day are spent")]
    public async Task Where_no_node_runs_the_store_answers_unless_somebody_said_where_one_is(string line, string shows)
    {
        Line.WriteStore();
        Line.Store.Providers.Add(new ProviderStatus("fred", DateTimeOffset.UnixEpoch, "run-1", "collecting, waiting for quota", 7, 100, 100, new DateOnly(2025, 3, 1), null, "closed", null, DateTimeOffset.UnixEpoch));
        Line.Store.Series.Add(new SeriesStatus(new SeriesId("fred", "DGS10"), null, null, "ok", null, 7, 0, null, DateTimeOffset.UnixEpoch));
        await Node.DisposeAsync();
        Assert.Equal(3, (await Line.RunAsync(line)).Code);

        NameNoNode();

        var answer = await Line.RunAsync(line);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Contains(shows, answer.Output, StringComparison.Ordinal);
        Assert.EndsWith("(from the store, as no node runs)\n", answer.Output, StringComparison.Ordinal);
    }
}
