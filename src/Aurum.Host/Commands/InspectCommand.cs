using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Aurum.Actors.Inspection;
using Aurum.Api.Routes;
using Aurum.Host.Inspecting;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum inspect</c>: looks into a running node and its cluster, with the verbs of Petabridge.Cmd.</summary>
internal static class InspectCommand
{
    private const string ClusterPath = "/v1/admin/cluster";

    private static readonly Column<Row>[] MemberColumns =
    [
        new("address", (row, cell) => cell.Text(row.Member.Address)),
        new("status", (row, cell) => cell.Text(row.Member.Status)),
        new("reachable", (row, cell) => cell.Text(row.Member.Reachable ? "yes" : "NO")),
        new("roles", (row, cell) => cell.Text(row.Member.Roles.Count == 0 ? null : string.Join(',', row.Member.Roles))),
        new("is", (row, cell) => cell.Text(row.Is)),
    ];

    private static readonly Column<RegionPicture>[] RegionColumns =
    [
        new("kind", (row, cell) => cell.Text(row.Kind)),
        new("node", (row, cell) => cell.Text(row.Node)),
        new("shards", (row, cell) => cell.Integer(row.Shards), RightAligned: true),
        new("entities", (row, cell) => cell.Integer(row.Entities), RightAligned: true),
        new("failed_shards", (row, cell) => cell.Text(row.Failed.Count == 0 ? null : string.Join(',', row.Failed))),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var inspect = new Command("inspect", "Look into a running node and its cluster; without a verb, a prompt that takes one after the other")
        {
            new Command("cluster", "The members of the cluster") { Show(surroundings), Status(surroundings), Leader(surroundings), Leave(surroundings), Down(surroundings), Tail(surroundings) },
            new Command("cluster-sharding", "Where the entities live") { RegionStats(surroundings) },
            new Command("actor", "The actors of the node") { Hierarchy(surroundings) },
        };
        inspect.SetAction((_, stop) => new InspectPrompt(surroundings).RunAsync(stop));
        return inspect;
    }

    private static Command Show(Surroundings surroundings) => new Command("show", "All members, as the node sees them, the oldest first")
        .Asks(surroundings, async call =>
        {
            var answer = await call.Node.GetAsync(ClusterPath, call.Stop);
            if (call.Output.IsJson)
            {
                call.Output.Lines(answer, () => []);
                return;
            }

            var picture = answer.Read<ClusterPicture>();
            Row[] rows = [.. picture.Members.Select(member => new Row(member, IsOf(member, picture)))];
            call.Output.Table(answer with { Body = JsonSerializer.SerializeToElement(new { items = rows }, NodeAnswer.Json) }, MemberColumns, Counts);
        });

    private static string Counts(IReadOnlyList<Row> rows) =>
        $"{NodeOutput.Count(rows.Count, "member")}, {rows.Count(row => row.Member.Status == "up")} up, {rows.Count(row => !row.Member.Reachable)} unreachable";

    private static Command Status(Surroundings surroundings) => new Command("status", "How the node that answers stands in its cluster")
        .Asks(surroundings, async call =>
        {
            var answer = await call.Node.GetAsync(ClusterPath, call.Stop);
            var picture = answer.Read<ClusterPicture>();
            call.Output.Lines(answer, () =>
            {
                var self = picture.Members.FirstOrDefault(member => member.Address == picture.Self);
                return
                [
                    self is null ? $"{picture.Self} is no member: it was not let in yet, or has left" : $"{picture.Self} is {self.Status}{(self.Roles.Count == 0 ? "" : $", {string.Join(',', self.Roles)}")}",
                    LeaderLine(picture),
                    $"{NodeOutput.Count(picture.Members.Count, "member")}, {picture.Members.Count(member => !member.Reachable)} unreachable",
                ];
            });
        });

    private static Command Leader(Surroundings surroundings) => new Command("leader", "The member that lets others in and out")
        .Asks(surroundings, async call =>
        {
            var answer = await call.Node.GetAsync(ClusterPath, call.Stop);
            call.Output.Lines(answer, () => [LeaderLine(answer.Read<ClusterPicture>())]);
        });

    private static string LeaderLine(ClusterPicture picture) => picture.Leader is { } leader ? $"the leader is {leader}" : "there is no leader: too few members reach each other";

    private static Command Leave(Surroundings surroundings)
    {
        var address = Member("The member that is to go, as HOST:PORT or whole (default: the node that answers)");
        return new Command("leave", "Have a member hand over its work and go; its process ends with 4") { address }
            .Changes(surroundings, async call =>
            {
                var member = call.Parsed.GetValue(address) ?? (await call.Node.GetAsync(ClusterPath, call.Stop)).Read<ClusterPicture>().Self;
                var answer = await call.Node.PostAsync(NodePath.Of($"/v1/admin/cluster/members/{member}/leave"), new ChangeRequest(call.Reason), call.Stop);
                call.Output.Lines(answer, () => [$"{answer.Read<ChangeAccepted>().Target} is leaving"]);
            });
    }

    private static Command Down(Surroundings surroundings)
    {
        var address = Member("The member that is dead, as HOST:PORT or whole");
        address.Required = true;
        return new Command("down", "Declare a member dead, so that its work begins elsewhere at once; one that lives ends itself") { address }
            .Changes(surroundings, async call =>
            {
                var answer = await call.Node.PostAsync(NodePath.Of($"/v1/admin/cluster/members/{call.Parsed.GetValue(address)!}/down"), new ChangeRequest(call.Reason), call.Stop);
                call.Output.Lines(answer, () => [$"{answer.Read<ChangeAccepted>().Target} is declared dead"]);
            });
    }

    private static Option<string?> Member(string description)
    {
        var option = Arguments.Text("--address", "MEMBER", description);
        option.Aliases.Add("-a");
        return option;
    }

    private static Command Tail(Surroundings surroundings)
    {
        var json = Arguments.Flag("--json", "The node's lines as they are, for programs");
        var command = new Command("tail", "Who the members are, and what happens to them from now on, until stopped") { json };
        command.SetAction((parsed, _) => UntilStopped.RunAsync(async stop =>
        {
            var output = new NodeOutput(surroundings.Output, parsed.GetValue(json));
            using var node = new NodeClient(NodeAddress.Read(surroundings.Environment));
            await foreach (var line in node.LinesAsync($"{ClusterPath}/events", stop))
            {
                output.Event<MembershipEvent>(line, Described);
            }

            await surroundings.Error.WriteLineAsync($"aurum: {node.Address} has ended");
            return ExitCodes.Good;
        }));
        return command;
    }

    private static string Described(MembershipEvent said) => string.Create(
        CultureInfo.InvariantCulture,
        $"{said.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z  {said.Event.Replace('_', ' '),-18}  {said.Member ?? "-"}{(said.Roles is { Count: > 0 } roles ? $"  {string.Join(',', roles)}" : "")}");

    private static Command RegionStats(Surroundings surroundings)
    {
        var local = Arguments.Flag("--local", "Only those of the node that answers");
        return new Command("region-stats", "How many shards and entities of each kind live on which node") { local }
            .Asks(surroundings, async call =>
            {
                var answer = await call.Node.GetAsync(NodePath.With($"{ClusterPath}/sharding", ("local", call.Parsed.GetValue(local) ? "true" : null)), call.Stop);
                call.Output.Table(answer, RegionColumns, regions => $"{NodeOutput.Count(regions.Count, "region")}, {NodeOutput.Count(regions.Sum(region => region.Entities), "entity", "entities")}");
            });
    }

    private static Command Hierarchy(Surroundings surroundings)
    {
        var start = Arguments.Text("--start", "PATH", "From this actor on, such as /user/fetcher (default: from the root)");
        start.Aliases.Add("-s");
        var depth = Arguments.Whole("--depth", "LEVELS", $"How many levels below it, 0 to {ActorHierarchy.MostDepth} (default: {ActorHierarchy.DefaultDepth})");
        depth.Aliases.Add("-d");
        return new Command("hierarchy", "Actors with their class, and how many messages wait for each") { start, depth }
            .Asks(surroundings, async call =>
            {
                var path = NodePath.With($"{ClusterPath}/actors", ("path", call.Parsed.GetValue(start)), ("depth", call.Parsed.GetValue(depth)?.ToString(CultureInfo.InvariantCulture)));
                var answer = await call.Node.GetAsync(path, call.Stop);
                call.Output.Lines(answer, () => Tree(answer.Read<ActorHierarchy>()));
            });
    }

    private static IEnumerable<string> Tree(ActorHierarchy hierarchy)
    {
        foreach (var line in Branch(hierarchy.Root, ""))
        {
            yield return line;
        }

        yield return $"{NodeOutput.Count(hierarchy.Total, "actor")}{(hierarchy.IsCut ? $", and more than are shown at once; --start shows a part" : "")}";
    }

    private static IEnumerable<string> Branch(ActorPicture actor, string indent)
    {
        var hidden = actor.ChildCount - actor.Children.Count;
        yield return $"{indent}{actor.Name}{(actor.Type is { } type ? $"  {type}" : "")}{(actor.Waiting > 0 ? $"  {NodeOutput.Count(actor.Waiting, "message")} waiting" : "")}{(hidden > 0 ? $"  +{NodeOutput.Count(hidden, "child", "children")}" : "")}";
        foreach (var line in actor.Children.SelectMany(child => Branch(child, indent + "  ")))
        {
            yield return line;
        }
    }

    private static string? IsOf(MemberPicture member, ClusterPicture picture) => (member.Address == picture.Leader, member.Address == picture.Self) switch
    {
        (true, true) => "leader, answers",
        (true, false) => "leader",
        (false, true) => "answers",
        _ => null,
    };

    private sealed record Row(MemberPicture Member, string? Is);
}
