using System.Text.Json;
using Aurum.Actors.Serialization.Kafka;
using Aurum.EndToEnd.Tests.Support;
using Confluent.Kafka;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>What an operator sees of dead letters and does about them, through the program.</summary>
public sealed class DeadLetterDeskTests
{
    [Fact]
    public async Task Dead_letters_are_listed_shown_replayed_and_dropped()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        await world.Run().EndsWithAsync(0);
        var broken = world.ObservationThatIsNoNumber();
        byte[] undecodable = [7, .. broken[1..]];
        await world.PublishAsync(undecodable, broken);

        var (node, desk) = await OperatedNode.StartAsync(world.World, "--interval", "3600");
        var letters = await desk.UntilAsync(items => items.Count == 2 && items.Any(IsRow), "dlq", "list");
        var row = letters.Single(IsRow).GetProperty("id").GetString()!;
        var raw = letters.Single(letter => letter.GetProperty("stage").GetString() == "decode").GetProperty("id").GetString()!;
        Assert.Equal(Convert.ToBase64String(undecodable), (await desk.JsonAsync("dlq", "show", raw)).GetProperty("value").GetString());
        Assert.Contains("no finite number", (await desk.RunAsync("dlq", "show", row)).Output.Text, StringComparison.Ordinal);

        await desk.RunAsync("dlq", "replay", row, "--reason", "repaired");
        letters = await desk.UntilAsync(items => items.Count == 2 && items.Any(item => IsRow(item) && item.GetProperty("id").GetString() != row), "dlq", "list");
        var again = letters.Single(IsRow).GetProperty("id").GetString()!;
        var copies = world.ReadAll(KafkaSchemas.Observations.Topic).Where(record => record.Message.Value is { } value && value.AsSpan().SequenceEqual(broken)).ToArray();
        Assert.Equal(2, copies.Length);
        Assert.Equal(copies[0].Partition, copies[1].Partition);
        Assert.All(copies, copy => Assert.Equal(([1, 2], [42]), (copy.Message.Key, copy.Message.Headers.GetLastBytes("from")), EqualityComparer<(byte[] Key, byte[] From)>.Create(
            (one, other) => one.Key.AsSpan().SequenceEqual(other.Key) && one.From.AsSpan().SequenceEqual(other.From))));

        await desk.RunAsync("dlq", "drop", again, "--reason", "known to be wrong");
        await desk.EndsAsync(1, "dlq", "drop", raw);
        await desk.EndsAsync(2, "dlq", "show", $"{KafkaSchemas.Observations.Topic}:0:999999");
        await node.KillAsync();

        (node, desk) = await OperatedNode.StartAsync(world.World, "--interval", "3600");
        Assert.Equal(raw, Assert.Single(await desk.ItemsAsync("dlq", "list")).GetProperty("id").GetString());
        Assert.Contains("dropped by local", (await desk.RunAsync("dlq", "list", "--all")).Output.Text, StringComparison.Ordinal);
        node.Terminate();
        await node.EndsWithAsync(0);
        await world.StoreIsTruthAsync();
    }

    /// <summary>A record that could be decoded is a row of the table besides, a moment after it is in the topic.</summary>
    private static bool IsRow(JsonElement letter) => letter.GetProperty("provider").GetString() == "worldbank";
}
