using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Aurum.Actors;
using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Storage;

namespace Aurum.Api.Tests;

public sealed class DeadLetterTests
{
    private const string Path = "/v1/admin/external/dlq";
    private const string Topic = "aurum.ext.timeseries.obs.v1";

    private static readonly DateTimeOffset At = new(2025, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly DeadLetter Undecodable = new(Topic, 1, 10, null, new byte[] { 1 }, new byte[] { 7, 8 }, null, "decode", "WrongMagicByte", "the first byte is 7", At);
    private static readonly DeadLetter Broken = Undecodable with { Offset = 11, Stage = "validate", ErrorKind = "Rule", ErrorDetail = "no finite number", FailedAt = At.AddMinutes(1) };
    private static readonly QuarantinedObservation Row = new("fred", "DGS10", ["no finite number"], "{\"value\":\"NaN\"}", Topic, 1, 11, At.AddMinutes(1));

    private readonly FakeSetAside _setAside = new() { Letters = [Undecodable, Broken], Rows = { Row } };

    [Fact]
    public async Task Letters_of_topic_and_table_are_one_list_newest_first_a_page_at_a_time()
    {
        _setAside.Rows.Add(Row with { Offset = 5, At = At.AddMinutes(-1) });
        await using var bench = Start();
        var (_, first) = await bench.GetAsync($"{Path}?limit=2");
        var (_, second) = await bench.GetAsync($"{Path}?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");

        Assert.Equal([$"{Topic}:1:11", $"{Topic}:1:10"], Ids(first));
        Assert.Equal([$"{Topic}:1:5"], Ids(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        var (broken, undecodable, forgotten) = (first.GetProperty("items")[0], first.GetProperty("items")[1], second.GetProperty("items")[0]);
        Assert.Equal(("DGS10", "validate", true), (Text(broken, "series_id"), Text(broken, "stage"), broken.GetProperty("replayable").GetBoolean()));
        Assert.Equal((null, "the first byte is 7"), (Text(undecodable, "provider"), Text(undecodable, "reason")));
        Assert.False(forgotten.GetProperty("replayable").GetBoolean());
    }

    [Fact]
    public async Task One_is_shown_with_its_bytes_and_what_could_be_decoded()
    {
        await using var bench = Start();
        var (_, body) = await bench.GetAsync($"{Path}/{Topic}:1:11");
        Assert.Equal(("Bwg=", "AQ==", "{\"value\":\"NaN\"}", 2), (Text(body, "value"), Text(body, "key"), Text(body, "record"), body.GetProperty("value_bytes").GetInt32()));
    }

    [Fact]
    public async Task A_replayed_letter_is_written_down_published_as_it_was_and_out_of_the_list()
    {
        await using var bench = Start();
        var (status, body) = await PostAsync(bench, $"{Topic}:1:11/replay", """{ "reason": "repaired" }""");
        Assert.Equal((HttpStatusCode.OK, true), (status, body.GetProperty("changed").GetBoolean()));
        Assert.Equal(Broken, Assert.Single(_setAside.Replayed));
        Assert.Equal(("replay_dead_letter", $"{Topic}:1:11", "repaired"), (bench.Stores.Audit.Single().Action, bench.Stores.Audit.Single().Target, bench.Stores.Audit.Single().Reason));
        Assert.Equal([$"{Topic}:1:10"], Ids((await bench.GetAsync(Path)).Body));
        var (_, all) = await bench.GetAsync($"{Path}?all=true");
        Assert.StartsWith("replayed by local at ", Text(all.GetProperty("items")[0], "closed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dropped_row_stays_with_who_and_why_and_is_not_dropped_twice()
    {
        await using var bench = Start();
        Assert.True((await PostAsync(bench, $"{Topic}:1:11/drop", """{ "reason": "known" }""")).Body.GetProperty("changed").GetBoolean());
        var (_, again) = await PostAsync(bench, $"{Topic}:1:11/drop", "{}");
        Assert.False(again.GetProperty("changed").GetBoolean());
        Assert.EndsWith(": known", Text(again, "detail"), StringComparison.Ordinal);
        Assert.Single(bench.Stores.Audit);
    }

    [Theory]
    [InlineData($"{Topic}:1:10/drop", 409, "bad_letter")]
    [InlineData($"{Topic}:1:12/replay", 409, "bad_letter")]
    [InlineData($"{Topic}:1:99/replay", 404, "unknown_dead_letter")]
    [InlineData("nonsense/drop", 400, "bad_request")]
    public async Task What_cannot_be_done_is_not_written_down(string path, int status, string code)
    {
        _setAside.Letters = [.. _setAside.Letters, Broken with { Offset = 12, ErrorDetail = "too large for a dead letter, only its beginning is here" }];
        await using var bench = Start();
        var (answered, body) = await PostAsync(bench, path, "{}");
        Assert.Equal((status, code), ((int)answered, Text(body, "code")));
        Assert.Empty(bench.Stores.Audit);
        Assert.Empty(_setAside.Replayed);
    }

    [Fact]
    public async Task Brokers_that_are_away_are_said_to_be()
    {
        _setAside.Failure = new DeadLettersAwayException("no broker answers");
        await using var bench = Start();
        var (status, code, detail) = await bench.ProblemAsync(Path);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "kafka_unavailable", "no broker answers"), (status, code, detail));
    }

    [Fact]
    public async Task Without_Kafka_there_are_none()
    {
        await using var bench = await Bench.RunningAsync();
        var (_, body) = await bench.GetAsync(Path);
        Assert.Equal((0, DeadLettersRemark), (body.GetProperty("items").GetArrayLength(), Text(body, "remark")));
        Assert.Equal("unknown_dead_letter", (await bench.ProblemAsync($"{Path}/{Topic}:1:10")).Code);
    }

    private static string DeadLettersRemark => Routes.DeadLetterList.None;

    private Bench Start()
    {
        var bench = Bench.StartAsync().GetAwaiter().GetResult();
        bench.Node.Runs(new RunningNode(new TaskCompletionSource().Task, ["eia", "fred"], new ProviderRuntimes([]), bench.Stores, bench.Stores, bench.Stores, bench.Stores, null, bench.Stores, null)
        {
            SetAside = new SetAsideRecords(_setAside, _setAside),
        });
        return bench;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Bench bench, string path, string body)
    {
        using var answer = await bench.Client.PostAsync($"{Path}/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone());
    }

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => Text(item, "id"));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>Topic and table in memory.</summary>
    private sealed class FakeSetAside : IDeadLetterTopic, IQuarantineStore
    {
        private readonly Dictionary<long, QuarantineClosing> _closed = [];

        public IReadOnlyList<DeadLetter> Letters { get; set; } = [];

        public List<QuarantinedObservation> Rows { get; } = [];

        public List<DeadLetter> Replayed { get; } = [];

        public Exception? Failure { get; set; }

        public Task<IReadOnlyList<DeadLetter>> NewestAsync(int most, CancellationToken cancellationToken) => Failure is null ? Task.FromResult(Letters) : throw Failure;

        public Task ReplayAsync(DeadLetter letter, CancellationToken cancellationToken)
        {
            Replayed.Add(letter);
            return Task.CompletedTask;
        }

        Task<IReadOnlyList<QuarantineRow>> IQuarantineStore.NewestAsync(int most, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<QuarantineRow>>([.. Rows.Select(row => new QuarantineRow(row, _closed.GetValueOrDefault(row.Offset)))]);

        public Task<QuarantineRow?> FindAsync(string topic, int partition, long offset, CancellationToken cancellationToken) => Task.FromResult(
            Rows.Find(row => row.Offset == offset) is { } found ? new QuarantineRow(found, _closed.GetValueOrDefault(offset)) : null);

        public Task<bool> CloseAsync(string topic, int partition, long offset, QuarantineClosing closing, CancellationToken cancellationToken)
        {
            _closed[offset] = closing;
            return Task.FromResult(true);
        }

        public Task SaveAsync(IReadOnlyList<QuarantinedObservation> observations, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
