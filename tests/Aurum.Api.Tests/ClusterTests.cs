using System.Net;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Aurum.Actors.Inspection;

namespace Aurum.Api.Tests;

/// <summary>Looking into a cluster of one, in this process.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ActorSystem _system = ActorSystem.Create("aurum", ConfigurationFactory.ParseString("""
        akka {
          actor.provider = cluster
          remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
          cluster { roles = [collector], leader-actions-interval = 100ms, gossip-interval = 100ms, sharding.state-store-mode = ddata, sharding.distributed-data.durable.keys = [] }
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
          log-dead-letters = off
        }
        """).WithFallback(ClusterSharding.DefaultConfig()));

    private Bench _bench = null!;

    private string Self => Cluster.Get(_system).SelfAddress.ToString();

    public async Task InitializeAsync()
    {
        Cluster.Get(_system).Join(Cluster.Get(_system).SelfAddress);
        _bench = await Bench.RunningAsync();
        _bench.Node.Runs(_bench.Node.Running! with { Cluster = ClusterInspection.Of(_system) });
        await _bench.BecomesAsync("/v1/admin/cluster", cluster => cluster.GetProperty("members").EnumerateArray().Any(member => member.GetProperty("status").GetString() == "up"));
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _system.Terminate();
    }

    [Fact]
    public async Task Members_are_shown_with_who_leads_and_who_says_so()
    {
        var cluster = await _bench.BecomesAsync("/v1/admin/cluster", cluster => cluster.GetProperty("leader").ValueKind == JsonValueKind.String);

        Assert.Equal((Self, Self), (cluster.GetProperty("self").GetString(), cluster.GetProperty("leader").GetString()));
        var member = cluster.GetProperty("members").EnumerateArray().Single();
        Assert.Equal((true, "collector"), (member.GetProperty("reachable").GetBoolean(), member.GetProperty("roles").EnumerateArray().Single().GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?local=true")]
    public async Task Entities_are_counted_by_kind_and_node(string query)
    {
        var region = ClusterSharding.Get(_system).Start("series", _ => Props.Create<Sleeper>(), ClusterShardingSettings.Create(_system), HashCodeMessageExtractor.Create(10, message => (string)message));
        foreach (var entity in (string[])["a", "b", "c"])
        {
            await region.Ask<string>(entity, Patience);
        }

        var (status, body) = await _bench.GetAsync($"/v1/admin/cluster/sharding{query}");

        Assert.Equal(HttpStatusCode.OK, status);
        var picture = body.GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("series", Self, 3), (picture.GetProperty("kind").GetString(), picture.GetProperty("node").GetString(), picture.GetProperty("entities").GetInt32()));
        Assert.Equal(picture.GetProperty("shards").GetInt32(), picture.GetProperty("entities_by_shard").EnumerateObject().Count());
    }

    [Fact]
    public async Task Actors_are_shown_from_a_path_on_as_deep_as_asked()
    {
        var parent = _system.ActorOf(Props.Create<Parent>(), "parent");
        await parent.Ask<string>("child", Patience);

        var (_, shallow) = await _bench.GetAsync("/v1/admin/cluster/actors?path=/user/parent&depth=0");
        var (_, deep) = await _bench.GetAsync("/v1/admin/cluster/actors?path=user/parent");
        var (_, all) = await _bench.GetAsync("/v1/admin/cluster/actors?depth=1");

        Assert.Equal(("parent", "Parent", 1, 0), Described(shallow.GetProperty("root")));
        Assert.Equal(("child", "Sleeper", 0, 0), Described(deep.GetProperty("root").GetProperty("children").EnumerateArray().Single()));
        Assert.Equal(2, deep.GetProperty("total").GetInt32());
        Assert.Equal(["system", "user"], all.GetProperty("root").GetProperty("children").EnumerateArray().Select(child => child.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("/v1/admin/cluster/actors?path=/user/nobody", HttpStatusCode.NotFound, ProblemCodes.NotFound)]
    [InlineData("/v1/admin/cluster/actors?depth=21", HttpStatusCode.BadRequest, ProblemCodes.BadRequest)]
    [InlineData("/v1/admin/cluster/actors?depth=-1", HttpStatusCode.BadRequest, ProblemCodes.BadRequest)]
    [InlineData("/v1/admin/cluster/sharding?local=yes", HttpStatusCode.BadRequest, ProblemCodes.BadRequest)]
    public async Task What_cannot_be_shown_is_told(string path, HttpStatusCode status, string code)
    {
        var problem = await _bench.ProblemAsync(path);
        Assert.Equal((status, code), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task A_tail_begins_with_who_the_members_are_and_tells_of_who_leaves_and_ends_with_the_node()
    {
        using var answer = await _bench.Client.GetAsync("/v1/admin/cluster/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("member_up", (await NextAsync(reader)).GetProperty("event").GetString());

        using var left = await PostAsync($"{Uri.EscapeDataString(Self)}/leave");

        Assert.Equal(HttpStatusCode.Accepted, left.StatusCode);
        var events = new List<string>();
        while (await NextAsync(reader) is { ValueKind: JsonValueKind.Object } said)
        {
            events.Add(said.GetProperty("event").GetString()!);
        }

        Assert.Contains("member_leaving", events);
        await _system.WhenTerminated.WaitAsync(Patience);
        Assert.Equal(("leave_cluster", Self, "enough"), (_bench.Stores.Audit.Single().Action, _bench.Stores.Audit.Single().Target, _bench.Stores.Audit.Single().Reason));
    }

    [Fact]
    public async Task Who_is_no_member_is_neither_sent_away_nor_declared_dead()
    {
        foreach (var verb in (string[])["leave", "down"])
        {
            using var answer = await PostAsync($"node-9%3A4053/{verb}");
            var (status, code, detail) = await Bench.ProblemAsync(answer);
            Assert.Equal((HttpStatusCode.NotFound, ProblemCodes.UnknownMember), (status, code));
            Assert.Contains(Self, detail, StringComparison.Ordinal);
        }

        Assert.Empty(_bench.Stores.Audit);
    }

    [Fact]
    public async Task A_member_may_be_named_by_host_and_port_and_be_declared_dead()
    {
        using var answer = await PostAsync($"127.0.0.1%3A{Cluster.Get(_system).SelfAddress.Port}/down");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _system.WhenTerminated.WaitAsync(Patience);
        Assert.Equal("down_member", _bench.Stores.Audit.Single().Action);
    }

    [Fact]
    public async Task A_node_in_no_cluster_says_so()
    {
        await using var bench = await Bench.RunningAsync();
        var (status, code, _) = await bench.ProblemAsync("/v1/admin/cluster");
        Assert.Equal((HttpStatusCode.Conflict, ProblemCodes.NotHere), (status, code));
        using var alone = ActorSystem.Create("alone");
        Assert.Null(ClusterInspection.Of(alone));
    }

    private Task<HttpResponseMessage> PostAsync(string path) =>
        _bench.Client.PostAsync($"/v1/admin/cluster/members/{path}", new StringContent("""{ "reason": "enough" }""", Encoding.UTF8, "application/json"));

    /// <summary>Undefined at the end.</summary>
    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.Length > 0)
            {
                return JsonDocument.Parse(line).RootElement;
            }
        }

        return default;
    }

    private static (string? Name, string? Type, int Children, int Waiting) Described(JsonElement actor) =>
        (actor.GetProperty("name").GetString(), actor.GetProperty("type").GetString(), actor.GetProperty("child_count").GetInt32(), actor.GetProperty("waiting").GetInt32());

    private sealed class Sleeper : ReceiveActor
    {
        public Sleeper() => ReceiveAny(_ => Sender.Tell("here"));
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent() => Receive<string>(name =>
        {
            Context.ActorOf(Props.Create<Sleeper>(), name);
            Sender.Tell("made");
        });
    }
}
