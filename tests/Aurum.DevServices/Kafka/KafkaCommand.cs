using System.Globalization;
using System.Text.Json;
using Aurum.Testing.SchemaRegistry;

namespace Aurum.DevServices.Kafka;

/// <summary>A mock Kafka cluster and its control API, with a schema registry where one is wanted, until the end of this process.</summary>
internal static class KafkaCommand
{
    public const string Usage = "kafka [--brokers 3] [--topic NAME:PARTITIONS ...] [--control-port 0] [--registry] [--until-stdin-closes]";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (KafkaArguments.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync("usage: " + Usage);
            return 2;
        }

        using var cluster = new MockCluster(options.Brokers);
        cluster.SetInitialRebalanceDelay(0);
        foreach (var (topic, partitions) in options.Topics)
        {
            cluster.CreateTopic(topic, partitions);
        }

        var (server, address) = await ControlApi.StartAsync(cluster, options.ControlPort);
        await using var registry = options.Registry ? await SchemaRegistryServer.StartAsync() : null;
        await using (server)
        {
            var addresses = new Dictionary<string, string> { ["kafka"] = cluster.Bootstraps, ["control"] = address };
            if (registry is not null)
            {
                addresses["registry"] = registry.Address.AbsoluteUri;
            }

            Console.WriteLine(JsonSerializer.Serialize(addresses));
            await Lifetime.EndAsync(options.UntilStdinCloses);
        }

        return 0;
    }
}

/// <summary>The command line of <see cref="KafkaCommand"/>.</summary>
internal sealed record KafkaArguments
{
    public int Brokers { get; private init; } = 3;

    public int ControlPort { get; private init; }

    public bool Registry { get; private init; }

    public bool UntilStdinCloses { get; private init; }

    public IReadOnlyList<(string Topic, int Partitions)> Topics { get; private init; } = [];

    /// <returns>Null when the line makes no sense.</returns>
    public static KafkaArguments? Parse(IEnumerable<string> arguments)
    {
        var parsed = new KafkaArguments();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            if (name == "--until-stdin-closes")
            {
                parsed = parsed with { UntilStdinCloses = true };
            }
            else if (name == "--registry")
            {
                parsed = parsed with { Registry = true };
            }
            else if (rest.TryDequeue(out var value) && parsed.Read(name, value) is { } next)
            {
                parsed = next;
            }
            else
            {
                return null;
            }
        }

        return parsed;
    }

    private KafkaArguments? Read(string name, string value) => (name, value.LastIndexOf(':')) switch
    {
        ("--brokers", _) when Number(value) is { } brokers => this with { Brokers = brokers },
        ("--control-port", _) when Number(value) is { } port => this with { ControlPort = port },
        ("--topic", > 0 and var colon) when Number(value[(colon + 1)..]) is { } partitions => this with { Topics = [.. Topics, (value[..colon], partitions)] },
        _ => null,
    };

    private static int? Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
