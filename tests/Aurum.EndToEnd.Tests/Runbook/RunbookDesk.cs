using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Kafka;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Runbook;

/// <summary>Where one types the manual's commands: the names that the manual makes up are replaced by those of a real cluster.</summary>
internal sealed partial class RunbookDesk : IAsyncDisposable
{
    private const string NodeOfTheManual = "node-2.example:4053", LetterOfTheManual = "aurum.ext.timeseries.obs.v1:3:5000", ServerOfTheManual = "localhost:8080";

    private readonly ProductionWorld _production;
    /// <summary>The mock cluster knows nothing of the settings of topics.</summary>
    private readonly FakeAdminBroker _topics = FakeAdminBroker.Start();

    private readonly int[] _ports = FreePorts.Find(2);
    private HttpClient? _node;
    private string? _run;
    private string? _letter;

    private RunbookDesk(ProductionWorld production)
    {
        _production = production;
        World.Environment["AURUM_NODE_HOST"] = "127.0.0.1";
        World.Environment["AURUM_SEED_NODES"] = string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"));
        World.Environment["AURUM_NODE_PORT"] = $"{_ports[1]}";
    }

    public AurumProcess? SecondNode { get; set; }

    private World World => _production.World;

    public static async Task<RunbookDesk> OpenAsync() => new(await ProductionWorld.CreateAsync());

    public AurumProcess Type(string command, int? columns = null)
    {
        if (Export().Match(command) is { Success: true } export)
        {
            Assert.Contains(export.Groups["name"].Value, World.Environment.Keys);
            return World.Shell("true");
        }

        if (Statement().IsMatch(command))
        {
            return World.Shell($"psql --no-psqlrc --expanded --set ON_ERROR_STOP=1 \"$AURUM_APP_DB_DSN\" --command \"{command}\"");
        }

        if (command.StartsWith("aurum topics ", StringComparison.Ordinal))
        {
            return World.Shell($"KAFKA_BOOTSTRAP_SERVERS={_topics.BootstrapServers}; {command}");
        }

        return World.Shell(
            command.Replace(NodeOfTheManual, $"127.0.0.1:{_ports[1]}", StringComparison.Ordinal)
                .Replace(ServerOfTheManual, _node?.BaseAddress!.Authority, StringComparison.Ordinal)
                .Replace(LetterOfTheManual, _letter, StringComparison.Ordinal)
                .Replace(" RUN", $" {_run}", StringComparison.Ordinal),
            columns);
    }

    /// <summary>A first node, which has collected all there is.</summary>
    public async Task FirstNodeRunsAsync()
    {
        var node = World.Run("--loop", "--log-level", "info", "--node-port", $"{_ports[0]}");
        _node = await node.HttpAsync();
        await _node.BecomesAsync("/readyz", HttpStatusCode.OK);
        World.Environment["AURUM_API_URL"] = _node.BaseAddress!.AbsoluteUri;
        await NothingIsCollectedAsync();
        await _production.StoreBecomesTruthAsync();
    }

    public Task NothingIsCollectedAsync() => _node!.BecomesAsync(
        "/v1/admin/external/runs?limit=10", HttpStatusCode.OK, body => Items(body) is { Length: > 0 } runs && runs.All(run => run.GetProperty("ended_at").ValueKind != JsonValueKind.Null), "with all runs ended");

    public Task NothingIsCollectedAsync(string series) => _node!.BecomesAsync($"/v1/admin/external/series/{series}", HttpStatusCode.OK, "\"collecting\":false");

    public Task SecondNodeIsAsync(string status) => _node!.BecomesAsync(
        "/v1/admin/cluster", HttpStatusCode.OK, body => JsonDocument.Parse(body).RootElement.GetProperty("members").EnumerateArray().Any(
            member => member.GetProperty("address").GetString()!.EndsWith($":{_ports[1]}", StringComparison.Ordinal) && member.GetProperty("status").GetString() == status), $"with the second node {status}");

    public Task SecondNodeIsGoneAsync() => _node!.BecomesAsync("/v1/admin/cluster", HttpStatusCode.OK, body => !body.Contains($":{_ports[1]}", StringComparison.Ordinal), "without the second node");

    /// <summary>A moment after a node was lost, its shards are still being looked for.</summary>
    public Task ShardsAreKnownAsync() => _node!.BecomesAsync("/v1/admin/cluster/sharding", HttpStatusCode.OK);

    /// <summary>As if its power had failed.</summary>
    public async Task SecondNodeIsLostAsync()
    {
        SecondNode = World.Run("--loop", "--log-level", "info");
        await SecondNodeIsAsync("up");
        await SecondNode.KillAsync();
    }

    public async Task ALetterIsDeadAsync()
    {
        await _production.PublishAsync(_production.ObservationThatIsNoNumber());
        await ALetterIsAsync();
    }

    /// <summary>One that was not known before.</summary>
    public async Task ALetterIsAsync()
    {
        string? Newest(string body) => Items(body).Where(item => item.GetProperty("provider").ValueKind != JsonValueKind.Null).Select(item => item.GetProperty("id").GetString()).FirstOrDefault(id => id != _letter);
        _letter = Newest(await _node!.BecomesAsync("/v1/admin/external/dlq", HttpStatusCode.OK, body => Newest(body) is not null, "with a new dead letter"));
    }

    /// <summary>Commands that name a run mean this pipeline's newest from now on.</summary>
    public async Task TheRunIsTheNewestOfAsync(string pipeline) =>
        _run = Items(await _node!.GetStringAsync($"/v1/admin/external/pipelines/{pipeline}/runs?limit=1"))[0].GetProperty("run_id").GetString();

    public Task TheRunBecomesAsync(string state) => _node!.BecomesAsync($"/v1/admin/external/runs/{_run}", HttpStatusCode.OK, $"\"state\":\"{state}\"");

    /// <summary>A run that cannot begin before it is cancelled.</summary>
    public async Task ARunWaitsAsync()
    {
        await TypeAsync("aurum pipelines pause external_incremental", "aurum pipelines trigger external_incremental");
        await TheRunIsTheNewestOfAsync("external_incremental");
    }

    public async Task TheWaitingRunIsCancelledAsync()
    {
        await TheRunBecomesAsync("cancelled");
        await TypeAsync("aurum pipelines resume external_incremental");
    }

    /// <summary>A backfill whose provider is paused.</summary>
    public async Task ABackfillWaitsAsync()
    {
        await TypeAsync("aurum providers pause noaa", "aurum backfill start --provider noaa --from 2000-01-01 --to 2010-01-01");
        await TheRunIsTheNewestOfAsync("external_backfill");
    }

    public async Task TheWaitingBackfillIsCancelledAsync()
    {
        await TheRunBecomesAsync("cancelled");
        await TypeAsync("aurum providers resume noaa");
        await _node!.BecomesAsync("/health/external", HttpStatusCode.OK, "\"noaa\":\"healthy\"");
    }

    /// <summary>What was done to this target, in its order.</summary>
    public async Task<IEnumerable<string?>> AuditedAsync(string target) =>
        [.. Items(await _node!.GetStringAsync("/v1/admin/external/audit?limit=1000")).Where(act => act.GetProperty("target").GetString() == target).Select(act => act.GetProperty("action").GetString()).Reverse()];

    private async Task TypeAsync(params string[] commands)
    {
        foreach (var command in commands)
        {
            await Type(command).EndsWithAsync(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _node?.Dispose();
        await _topics.DisposeAsync();
        await _production.DisposeAsync();
    }

    private static JsonElement[] Items(string body) => [.. JsonDocument.Parse(body).RootElement.GetProperty("items").EnumerateArray()];

    [GeneratedRegex("^export (?<name>[A-Z_]+)=")]
    private static partial Regex Export();

    [GeneratedRegex("^[A-Z]+ .*;$")]
    private static partial Regex Statement();
}
