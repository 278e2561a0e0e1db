using System.CommandLine;
using Aurum.Actors.Topics;
using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary><c>aurum topics check</c> and <c>ensure</c>: the topics and their configuration.</summary>
internal static class TopicsCommand
{
    public static Command Create(Surroundings surroundings) => new("topics", "Look after the topics")
    {
        Create(surroundings, "check", "Tell which topics are missing or differ from the configuration", ensure: false),
        Create(surroundings, "ensure", "Make missing topics and report those that differ from the configuration; change nothing", ensure: true),
    };

    private static Command Create(Surroundings surroundings, string name, string description, bool ensure)
    {
        var config = Arguments.ConfigDirectory();
        var command = new Command(name, description) { config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var problems = new List<string>();
            var kafka = KafkaConfiguration.ReadKafka(
                Arguments.ConfigDirectory(parsed.GetValue(config), surroundings), surroundings.CurrentDirectory, surroundings.Environment, problems);
            if (problems.Count > 0)
            {
                throw new ConfigurationException(problems);
            }

            var reports = await surroundings.Deployment().TopicsAsync(kafka!.Value.Options, kafka.Value.Topics, ensure, cancellationToken);
            foreach (var report in reports)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{report.Topic.Name}: {Describe(report)}");
            }

            return reports.Any(report => report.State is TopicState.Drifted or TopicState.Missing) ? ExitCodes.SomeFailed : ExitCodes.Good;
        });
        return command;
    }

    private static string Describe(TopicReport report) => report.State switch
    {
        TopicState.Created => $"made, with {report.Topic.Partitions} partitions",
        TopicState.Missing => "is not there; aurum topics ensure makes it",
        TopicState.Drifted => $"differs: {string.Join("; ", report.Differences)}",
        _ => report.Note is { } note ? $"is there; {note}" : "is there as configured",
    };
}
