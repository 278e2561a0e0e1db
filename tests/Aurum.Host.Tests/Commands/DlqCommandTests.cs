namespace Aurum.Host.Tests.Commands;

/// <summary>What the commands about dead letters ask of the node, and what they say.</summary>
public sealed class DlqCommandTests : NodeCommandTest
{
    private const string Id = "aurum.ext.timeseries.obs.v1:3:5000";
    private const string Sent = "aurum.ext.timeseries.obs.v1%3A3%3A5000";

    [Theory]
    [InlineData("replay")]
    [InlineData("drop")]
    public async Task A_change_is_asked_for_with_its_reason(string verb)
    {
        Node.Answers($"POST /v1/admin/external/dlq/{Sent}/{verb}", """{"action":"a","target":"t","changed":true,"detail":"so it is"}""");

        var answer = await Line.RunAsync("dlq", verb, Id, "--reason", "why");

        Assert.Equal((0, $"so it is\n(from node-1 at {Node.Address})\n", ""), (answer.Code, answer.Output, answer.Error));
        Assert.EndsWith("""{"reason":"why"}""", Assert.Single(Node.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_a_line_a_letter_and_says_what_was_done_about_it()
    {
        Node.Answers("GET /v1/admin/external/dlq?all=true&limit=7", $$"""
            {"items":[{"id":"{{Id}}","at":"2025-03-01T10:00:00Z","provider":"fred","series_id":"DGS10","stage":"validate","kind":"Rule","reason":"no finite number","replayable":true,"closed":"dropped by ann"}],"next_cursor":null}
            """);

        var answer = await Line.RunAsync("dlq list --all --limit 7");

        Assert.Contains($"{Id}  2025-03-01T10:00:00Z  fred/DGS10  validate  Rule  dropped by ann; no finite number\n1 dead letter, 1 can be replayed (from node-1", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_shown_a_line_a_thing()
    {
        Node.Answers($"GET /v1/admin/external/dlq/{Sent}", $$"""{"letter":{"id":"{{Id}}","at":"2025-03-01T10:00:00Z","stage":"decode","kind":"TooShort","reason":"2 bytes","replayable":true},"value":"AAA=","value_bytes":2}""");

        var answer = await Line.RunAsync($"dlq show {Id}");

        Assert.StartsWith($"id         {Id}\nset aside  2025-03-01T10:00:00Z\nstep       decode, TooShort\nreason     2 bytes\nbytes      2\nreplay     can be replayed\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_node_files_have_none_and_of_a_database_only_a_node_knows()
    {
        Line.WriteStore();
        await Node.DisposeAsync();
        NameNoNode();

        var files = await Line.RunAsync("dlq list");
        Assert.Equal(0, files.Code);
        Assert.StartsWith("without Kafka nothing is ever set aside", files.Output, StringComparison.Ordinal);

        Line.Environment["AURUM_APP_DB_DSN"] = "postgresql://aurum@localhost/aurum";
        Assert.Equal(3, (await Line.RunAsync("dlq list")).Code);
    }
}
