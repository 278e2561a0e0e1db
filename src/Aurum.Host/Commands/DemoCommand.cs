using System.CommandLine;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Commands;

/// <summary><c>aurum demo</c>: the same road against a simulator of the four APIs inside the process.</summary>
internal static class DemoCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var duration = Arguments.Duration("--duration", "End after this time: 30s, 2m, 1h, 500ms or plain seconds (default: when stopped)");
        var logLevel = Arguments.LogLevel(otherwise: "warning");
        var config = Arguments.ConfigDirectory();
        var data = Arguments.DataDirectory(otherwise: "demo in $AURUM_DATA_DIR, else data/demo");
        var postgres = Arguments.Flag("--postgres", "Store in the PostgreSQL of $AURUM_APP_DB_DSN; best one that holds nothing else");
        var kafka = Arguments.Flag("--kafka", "Send everything through the Kafka of $KAFKA_BOOTSTRAP_SERVERS, with --postgres");
        var command = new Command("demo", "Collect from simulated providers, without network or keys, and show it")
        {
            duration, postgres, kafka, logLevel, config, data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(kafka) is not null && result.GetResult(postgres) is null)
            {
                result.AddError("--kafka: what it carries is stored in PostgreSQL; expected --postgres too");
            }
        });
        command.SetAction((parsed, _) =>
        {
            var directory = Arguments.ConfigDirectory(parsed.GetValue(config), surroundings);
            var request = new DemoRequest(
                Path.GetFullPath(directory, surroundings.CurrentDirectory),
                parsed.GetValue(data) is { } place
                    ? Path.GetFullPath(place, surroundings.CurrentDirectory)
                    : Path.Combine(Arguments.DataDirectory(null, surroundings), "demo"),
                Road(directory, parsed.GetValue(postgres), parsed.GetValue(kafka), surroundings),
                parsed.GetValue(duration),
                parsed.GetValue(logLevel) ?? LogLevel.Warning);
            return UntilStopped.RunAsync(stop => surroundings.Engine().DemoAsync(request, stop));
        });
        return command;
    }

    /// <summary>Simulated values reach an outside system only when it was asked for: the environment alone may name one of production.</summary>
    private static RoadConfiguration Road(string directory, bool postgres, bool kafka, Surroundings surroundings)
    {
        if (!postgres)
        {
            return RoadConfiguration.Embedded;
        }

        string[] needed = kafka ? [Variables.Database, Variables.KafkaServers] : [Variables.Database];
        var missing = needed.Where(name => surroundings.Environment.Read(name) is null).ToArray();
        if (missing.Length > 0)
        {
            throw new ConfigurationException([.. missing.Select(name => $"{name}: is not set; scripts/dev-services starts what the demo needs and says what to set")]);
        }

        var road = RoadConfiguration.Load(
            directory,
            surroundings.CurrentDirectory,
            kafka ? surroundings.Environment : surroundings.Environment.Where(variable => variable.Key != Variables.KafkaServers).ToDictionary());
        return road;
    }
}
