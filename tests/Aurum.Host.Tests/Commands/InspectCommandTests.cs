using Aurum.Host.Inspecting;

namespace Aurum.Host.Tests.Commands;

public sealed class InspectCommandTests : NodeCommandTest
{
    private const string Cluster = """
        {"self":"akka.tcp://aurum@node-1:4053","leader":"akka.tcp://aurum@node-2:4053","members":[
          {"address":"akka.tcp://aurum@node-2:4053","incarnation":1,"status":"up","reachable":true,"roles":["collector","scheduler"]},
          {"address":"akka.tcp://aurum@node-1:4053","incarnation":2,"status":"up","reachable":false,"roles":[]}]}
        """;

    protected override void Prepare()
    {
        Node.Answers("GET /v1/admin/cluster", Cluster);
    }

    [Fact]
    public async Task Members_are_a_line_each_with_who_leads_and_who_answers()
    {
        var answer = await Line.RunAsync("inspect cluster show");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Equal(
            $"""
            ADDRESS                       STATUS  REACHABLE  ROLES                IS
            akka.tcp://aurum@node-2:4053  up      yes        collector,scheduler  leader
            akka.tcp://aurum@node-1:4053  up      NO         -                    answers
            2 members, 2 up, 1 unreachable (from node-1 at {Node.Address})

            """,
            answer.Output);
    }

    [Theory]
    [InlineData("status", "akka.tcp://aurum@node-1:4053 is up\nthe leader is akka.tcp://aurum@node-2:4053\n2 members, 1 unreachable\n")]
    [InlineData("leader", "the leader is akka.tcp://aurum@node-2:4053\n")]
    public async Task Status_and_leader_are_told_in_words(string verb, string says)
    {
        var answer = await Line.RunAsync($"inspect cluster {verb}");
        Assert.Equal((0, $"{says}(from node-1 at {Node.Address})\n"), (answer.Code, answer.Output));
    }

    [Theory]
    [InlineData("inspect cluster leave --reason enough", "leave", "akka.tcp%3A%2F%2Faurum%40node-1%3A4053")]
    [InlineData("inspect cluster leave -a node-2:4053 --reason enough", "leave", "node-2%3A4053")]
    [InlineData("inspect cluster down --address node-2:4053 --reason enough", "down", "node-2%3A4053")]
    public async Task A_member_is_named_or_is_the_node_that_answers(string line, string verb, string member)
    {
        Node.Answers($"POST /v1/admin/cluster/members/{member}/{verb}", """{"action":"x","target":"akka.tcp://aurum@node-2:4053"}""");

        var answer = await Line.RunAsync(line);

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Contains($$"""POST /v1/admin/cluster/members/{{member}}/{{verb}} {"reason":"enough"}""", Node.Asked);
        Assert.StartsWith("akka.tcp://aurum@node-2:4053 is ", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_declared_dead_without_being_named()
    {
        var answer = await Line.RunAsync("inspect cluster down");
        Assert.Equal(2, answer.Code);
        Assert.Contains("--address", answer.Error, StringComparison.Ordinal);
        Assert.Empty(Node.Asked);
    }

    [Fact]
    public async Task Actors_are_a_tree_with_classes_and_waiting_messages()
    {
        Node.Answers("GET /v1/admin/cluster/actors?path=%2Fuser&depth=1", """
            {"root":{"name":"user","type":"GuardianActor","waiting":0,"child_count":1,"children":[
              {"name":"fetcher","type":"FetcherActor","waiting":2,"child_count":3,"children":[]}]},"total":2,"is_cut":true}
            """);

        var answer = await Line.RunAsync("inspect actor hierarchy -s /user -d 1");

        Assert.Equal(
            $"user  GuardianActor\n  fetcher  FetcherActor  2 messages waiting  +3 children\n2 actors, and more than are shown at once; --start shows a part\n(from node-1 at {Node.Address})\n",
            answer.Output);
    }

    [Fact]
    public async Task Regions_are_counted()
    {
        Node.Answers("GET /v1/admin/cluster/sharding?local=true", """{"items":[{"kind":"series","node":"a","shards":2,"entities":7,"entities_by_shard":{"1":3,"2":4},"failed":[]}]}""");

        var answer = await Line.RunAsync("inspect cluster-sharding region-stats --local");

        Assert.EndsWith($"1 region, 7 entities (from node-1 at {Node.Address})\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_is_a_line_an_event_and_ends_when_the_node_does()
    {
        Node.Answers("GET /v1/admin/cluster/events", """

            {"at":"2026-03-01T12:00:00.5+00:00","event":"member_up","member":"akka.tcp://aurum@node-2:4053","status":"up","roles":["collector"]}

            {"at":"2026-03-01T12:00:01+00:00","event":"leader_changed","member":null}
            """);

        var people = await Line.RunAsync("inspect cluster tail");
        var programs = await Line.RunAsync("inspect cluster tail --json");

        Assert.Equal(
            (0, "2026-03-01 12:00:00.500Z  member up           akka.tcp://aurum@node-2:4053  collector\n2026-03-01 12:00:01.000Z  leader changed      -\n"),
            (people.Code, people.Output));
        Assert.Contains("has ended", people.Error, StringComparison.Ordinal);
        Assert.Equal(["member_up", "leader_changed"], programs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task Without_a_verb_one_after_the_other_is_read_and_the_first_failure_is_the_exit_code()
    {
        Line.Input = new StringReader("cluster leader\n\ncluster nonsense\ncluster leader\nexit\ncluster leader\n");

        var answer = await Line.RunAsync("inspect");

        Assert.Equal(2, answer.Code);
        Assert.Equal(2, answer.Output.Split("the leader is").Length - 1);
        Assert.Contains("nonsense", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_prompt_tab_completes_and_the_arrow_brings_back()
    {
        var keys = new Queue<ConsoleKeyInfo>([.. Typed("clus\t lea"), Key(ConsoleKey.Tab), Key(ConsoleKey.Tab), .. Typed("d\t"), Key(ConsoleKey.Enter), Key(ConsoleKey.UpArrow), Key(ConsoleKey.Enter), Key(ConsoleKey.D, ConsoleModifiers.Control)]);
        Line.Keys = keys.Dequeue;

        var answer = await Line.RunAsync("inspect");

        Assert.Equal(0, answer.Code);
        Assert.Equal(["GET /v1/admin/cluster", "GET /v1/admin/cluster"], Node.Asked);
        Assert.Contains("leader  leave", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clus\t", "cluster")]
    [InlineData("q\t", "quit ")]
    [InlineData("cluster sh\t", "cluster show ")]
    [InlineData("zebra\t", "zebra")]
    public void Completion_goes_as_far_as_the_candidates_agree(string typed, string line)
    {
        var keys = new Queue<ConsoleKeyInfo>([.. Typed(typed), Key(ConsoleKey.Enter)]);
        string[] words = ["cluster", "cluster-sharding", "show", "status", "quit"];
        Assert.Equal(line, new LineEditor(keys.Dequeue, TextWriter.Null, "> ", _ => words).Read());
    }

    private static IEnumerable<ConsoleKeyInfo> Typed(string text) => text.Select(letter => letter == '\t' ? Key(ConsoleKey.Tab) : new ConsoleKeyInfo(letter, default, false, false, false));

    private static ConsoleKeyInfo Key(ConsoleKey key, ConsoleModifiers modifiers = default) =>
        new(key == ConsoleKey.Enter ? '\r' : '\0', key, modifiers.HasFlag(ConsoleModifiers.Shift), modifiers.HasFlag(ConsoleModifiers.Alt), modifiers.HasFlag(ConsoleModifiers.Control));
}
