using System.CommandLine;
using Aurum.Actors.Topics;
using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary><c>aurum topics ensure</c>: makes the topics that are missing and tells how the others differ.</summary>
internal static class TopicsCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var config = Arguments.ConfigDirectory();
        var ensure = new Command("ensure", "Make missing topics and report those that differ from the configuration; change nothing") { config };
        ensure.SetAction(async (parsed, cancellationToken) =>
        {
            var problems = new List<string>();
            var kafka = KafkaConfiguration.ReadKafka(
                Arguments.ConfigDirectory(parsed.GetValue(config), surroundings), surroundings.CurrentDirectory, surroundings.Environment, problems);
            if (problems.Count > 0)
            {
                throw new ConfigurationException(problems);
            }

            var reports = await surroundings.Deployment().EnsureTopicsAsync(kafka!.Value.Options, kafka.Value.Topics, cancellationToken);
            foreach (var report in reports)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{report.Topic.Name}: {Describe(report)}");
            }

            return reports.Any(report => report.State == TopicState.Drifted) ? ExitCodes.SomeFailed : ExitCodes.Good;
        });
        return new Command("topics", "Look after the topics") { ensure };
    }

    private static string Describe(TopicReport report) => report.State switch
    {
        TopicState.Created => $"made, with {report.Topic.Partitions} partitions",
        TopicState.Drifted => $"differs: {string.Join("; ", report.Differences)}",
        _ => report.Note is { } note ? $"is there; {note}" : "is there as configured",
    };
}
