using System.CommandLine;
using System.Text;
using System.Text.Json;
using Aurum.Host.Operating;
using Aurum.Host.Preflight;

namespace Aurum.Host.Commands;

/// <summary><c>aurum preflight</c>: looks at all that a node needs, before somebody relies on it.</summary>
internal static class PreflightCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var providers = Arguments.Names("--providers", "NAMES", "Only these, separated by commas (default: all that are configured and have their key)");
        var config = Arguments.ConfigDirectory();
        var data = Arguments.DataDirectory();
        var json = Arguments.Flag("--json", "For programs: an object with findings and counts");
        var command = new Command("preflight", "Look at configuration, disk, database, Kafka, schema registry, keys and clocks, and say what to do")
        {
            providers, config, data, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var dataDirectory = Arguments.DataDirectory(parsed.GetValue(data), surroundings);
            var found = ConfigurationCheck.Run(
                Arguments.ConfigDirectory(parsed.GetValue(config), surroundings), dataDirectory, parsed.GetResult(providers) is null ? null : parsed.GetValue(providers), surroundings);
            var report = new Report(surroundings.Output, parsed.GetValue(json));
            await foreach (var finding in LookAsync(found, dataDirectory, surroundings, stop))
            {
                report.Add(finding);
            }

            return report.End();
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> LookAsync(
        ConfigurationCheck configured, string dataDirectory, Surroundings surroundings, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var finding in configured.Findings)
        {
            yield return finding;
        }

        yield return SystemChecks.Disk(dataDirectory);
        var deployment = surroundings.Deployment();
        var systems = new SystemChecks(deployment);
        using var node = new NodeClient(NodeAddress.Read(surroundings.Environment));
        Func<Task<IReadOnlyList<Finding>>>[] looks =
        [
            .. configured.Database is { } database ? [() => systems.DatabaseAsync(database, stop)] : Nothing,
            .. configured.Kafka is { } kafka ? [() => systems.KafkaAsync(kafka, stop), () => systems.RegistryAsync(kafka.Registry, stop)] : Nothing,
            .. configured.Providers is { } providers ? [() => new KeyChecks(deployment, node).RunAsync(providers.Providers, dataDirectory, configured.Database, stop)] : Nothing,
        ];
        foreach (var look in looks)
        {
            foreach (var finding in await look())
            {
                yield return finding;
            }
        }
    }

    private static readonly Func<Task<IReadOnlyList<Finding>>>[] Nothing = [];

    /// <summary>A line for each finding as it comes, and below it what to do; counts at the end.</summary>
    private sealed class Report(Stream output, bool json)
    {
        private const int StateWidth = 8, CheckWidth = 22;

        private readonly List<Finding> _findings = [];

        public void Add(Finding finding)
        {
            _findings.Add(finding);
            if (!json)
            {
                Write($"{Word(finding.State),-StateWidth} {finding.Check,-CheckWidth} {Printable(finding.Found)}\n{(finding.Remedy is { } remedy ? $"{"",-StateWidth} {"",-CheckWidth} to do: {remedy}\n" : "")}");
            }
        }

        /// <returns>The exit code: what <c>aurum run</c> would end with, or 1 where it would run and not do all.</returns>
        public int End()
        {
            var (good, warnings, failed) = (Count(FindingState.Good), Count(FindingState.Warning), Count(FindingState.Failed));
            if (json)
            {
                output.Write(JsonSerializer.SerializeToUtf8Bytes(new { findings = _findings, good, warnings, failed }, NodeAnswer.Json));
                Write("\n");
            }
            else
            {
                Write($"{good} good, {NodeOutput.Count(warnings, "warning")}, {failed} failed\n");
            }

            return _findings.Where(finding => finding.State == FindingState.Failed).OrderBy(finding => Urgency(finding.ExitCode)).FirstOrDefault()?.ExitCode ?? ExitCodes.Good;
        }

        /// <summary>What ends a run first is told first.</summary>
        private static int Urgency(int exitCode) => exitCode switch
        {
            ExitCodes.BadRequest => 0,
            ExitCodes.OutsideSystemMissing => 1,
            _ => 2,
        };

        private int Count(FindingState state) => _findings.Count(finding => finding.State == state);

        private static string Word(FindingState state) => state switch
        {
            FindingState.Good => "good",
            FindingState.Warning => "warning",
            _ => "FAILED",
        };

        private void Write(string text)
        {
            output.Write(Encoding.UTF8.GetBytes(text));
            output.Flush();
        }

        private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
    }
}
