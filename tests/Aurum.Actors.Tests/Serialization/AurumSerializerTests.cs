using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using Aurum.Actors.Serialization.Journal;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Serialization;

public sealed class AurumSerializerTests : ActorTest
{
    private readonly AurumSerializer _serializer;

    public AurumSerializerTests() => _serializer = new AurumSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<string> Manifests => [.. AurumSerializer.Manifests.Keys];

    [Fact]
    public void Every_wire_message_has_a_manifest_and_a_sample()
    {
        var wire = typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage)) && !type.IsInterface).ToHashSet();
        Assert.Equal(wire.OrderBy(type => type.Name), AurumSerializer.Manifests.Values.OrderBy(type => type.Name));
        Assert.Equal(AurumSerializer.Manifests.Keys.Order(), WireMessages.ByManifest.Keys.Order());
        Assert.All(AurumSerializer.Manifests, pair => Assert.Equal(pair.Value, WireMessages.ByManifest[pair.Key].GetType()));
        Assert.All(AurumSerializer.Manifests.Keys, manifest => Assert.Matches("^[a-z-]+\\.v[0-9]+$", manifest));
    }

    [Fact]
    public void The_system_picks_this_serializer_with_its_number_for_every_wire_message()
    {
        foreach (var message in WireMessages.ByManifest.Values)
        {
            var serializer = Sys.Serialization.FindSerializerFor(message);
            Assert.IsType<AurumSerializer>(serializer);
            Assert.Equal(4711, serializer.Identifier);
        }
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_message_comes_back_as_it_was_sent(string manifest)
    {
        var message = WireMessages.ByManifest[manifest];
        var bytes = _serializer.ToBinary(message);
        var read = _serializer.FromBinary(bytes, _serializer.Manifest(message));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equivalent(message, read, strict: true);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(_serializer.ToBinary(read)));
    }

    [Fact]
    public void What_a_later_version_tells_of_datasets_comes_back_too()
    {
        var message = (ProviderProgress)WireMessages.ByManifest["provider-progress.v1"] with { Datasets = [new DatasetCounts("GHCND", 12, 3, 1, 4000, 5)] };
        Assert.Equivalent(message, _serializer.FromBinary(_serializer.ToBinary(message), "provider-progress.v1"), strict: true);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Golden_bytes_are_read_and_written_again_byte_for_byte(string manifest)
    {
        var path = GoldenPath(manifest);
        if (Environment.GetEnvironmentVariable("AURUM_WRITE_GOLDEN") == "1" && !File.Exists(path))
        {
            File.WriteAllBytes(path, _serializer.ToBinary(WireMessages.ByManifest[manifest]));
        }

        Assert.True(File.Exists(path), $"{path} is missing; AURUM_WRITE_GOLDEN=1 writes the golden file of a new manifest");
        var golden = File.ReadAllBytes(path);
        var read = _serializer.FromBinary(golden, manifest);
        Assert.Equivalent(WireMessages.ByManifest[manifest], read, strict: true);
        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(_serializer.ToBinary(read)));
    }

    [Fact]
    public void Every_golden_file_ever_written_is_still_read()
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(GoldenPath("any"))!, "*.json");
        Assert.True(files.Length >= AurumSerializer.Manifests.Count);
        Assert.All(files, file => Assert.NotNull(_serializer.FromBinary(File.ReadAllBytes(file), Path.GetFileNameWithoutExtension(file))));
    }

    [Fact]
    public void An_unknown_manifest_is_refused()
    {
        Assert.Contains("permit-granted.v9", Assert.Throws<SerializationException>(() => _serializer.FromBinary("{}"u8.ToArray(), "permit-granted.v9")).Message, StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => _serializer.Manifest("text"));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_missing_field_that_is_required_is_refused_and_never_taken_for_zero(string manifest)
    {
        foreach (var parameter in AurumSerializer.Manifests[manifest].GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters())
        {
            var body = JsonNode.Parse(_serializer.ToBinary(WireMessages.ByManifest[manifest]))!.AsObject();
            Assert.True(body.Remove(JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)) || parameter.HasDefaultValue);
            var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
            if (parameter.HasDefaultValue)
            {
                Assert.NotNull(_serializer.FromBinary(bytes, manifest));
            }
            else
            {
                Assert.Throws<JsonException>(() => _serializer.FromBinary(bytes, manifest));
            }
        }
    }

    [Fact]
    public void Null_where_there_must_be_something_is_refused() =>
        Assert.Throws<JsonException>(() => _serializer.FromBinary("""{"provider":null,"runId":"r"}"""u8.ToArray(), "run-accepted.v1"));

    [Fact]
    public void The_states_that_snapshots_begin_with_come_back_too() =>
        Assert.All<object>(
            [RateLimiterState.Initial, SeriesCollectorState.Initial, PipelineState.Initial],
            state => Assert.Equivalent(state, _serializer.FromBinary(_serializer.ToBinary(state), _serializer.Manifest(state)), strict: true));

    private static string GoldenPath(string manifest, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Golden", $"{manifest}.json");
}
