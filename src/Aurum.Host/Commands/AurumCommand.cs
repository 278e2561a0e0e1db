using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Text;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary>The command line as a whole: which commands there are, and how each of them may end.</summary>
public static class AurumCommand
{
    private const int MessagesAtOnce = 2;
    private const int HelpWidth = 120;

    /// <summary>Runs one command line to its end. Never throws: what goes wrong becomes a line and an exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        try
        {
            return await RunOrThrowAsync(arguments, surroundings);
        }
        catch (ConfigurationException unusable)
        {
            foreach (var problem in unusable.Problems)
            {
                await surroundings.Error.WriteLineAsync(problem);
            }

            return ExitCodes.BadRequest;
        }
        catch (CommandException refused)
        {
            await surroundings.Error.WriteLineAsync($"aurum: {refused.Message}");
            return refused.ExitCode;
        }
        catch (Exception unreachable) when (unreachable is StorageException or NodeStartException)
        {
            await surroundings.Error.WriteLineAsync($"aurum: {unreachable.Message}");
            return ExitCodes.OutsideSystemMissing;
        }
        catch (OutputClosedException)
        {
            return ExitCodes.Good;
        }
        catch (OutputFailedException failed)
        {
            await surroundings.Error.WriteLineAsync($"aurum: {failed.Message}");
            return ExitCodes.SomeFailed;
        }
        catch (Exception bug)
        {
            LastResort.Report(bug, surroundings.Environment, surroundings.Providers, surroundings.Error);
            return ExitCodes.Bug;
        }
    }

    /// <summary>The words that may stand next, after or in place of the last one of an unfinished command line.</summary>
    internal static IReadOnlyList<string> Completions(string line, Surroundings surroundings) =>
        [.. Create(surroundings).Parse(line).GetCompletions(line.Length).Select(item => item.InsertText ?? item.Label).Distinct(StringComparer.Ordinal)];

    private static async Task<int> RunOrThrowAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        var parsed = Create(surroundings).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction or null)
        {
            await RefuseAsync(parsed, surroundings.Error);
            return ExitCodes.BadRequest;
        }

        await using var output = new StreamWriter(surroundings.Output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Create(Surroundings surroundings)
    {
        var root = new RootCommand("Collects time series from FRED, EIA, NOAA and the World Bank, and answers what was collected.")
        {
            RunCommand.Create(surroundings),
            DemoCommand.Create(surroundings),
            new Command("query", "Read the store")
            {
                QueryObservationsCommand.Create(surroundings),
                QuerySeriesCommand.Create(surroundings),
            },
            StatusCommand.Create(surroundings),
            ProvidersCommand.Create(surroundings),
            RateLimitsCommand.Create(surroundings),
            BreakerCommand.Create(surroundings),
            SeriesCommand.Create(surroundings),
            CheckpointsCommand.Create(surroundings),
            DlqCommand.Create(surroundings),
            PipelinesCommand.Create(surroundings),
            TasksCommand.Create(surroundings),
            BackfillCommand.Create(surroundings),
            PlanCommand.Create(surroundings),
            ExplainCommand.Create(surroundings),
            DbCommand.Create(surroundings),
            TopicsCommand.Create(surroundings),
            SchemasCommand.Create(surroundings),
            ProbeCommand.Create(surroundings),
            TopCommand.Create(surroundings),
            SlaCommand.Create(surroundings),
            PreflightCommand.Create(surroundings),
            InspectCommand.Create(surroundings),
        };
        root.HelpName = "aurum";
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = HelpWidth;
        return root;
    }

    /// <summary>The first few messages and where to read more; a screen of help would bury them.</summary>
    private static async Task RefuseAsync(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var messages = parsed.Errors.Select(problem => problem.Message).Distinct(StringComparer.Ordinal).ToList();
        if (parsed.UnmatchedTokens is [var stranger, ..])
        {
            // What follows a misspelt option is as unknown as the option; one message is enough for both.
            messages.RemoveAll(message => parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)));
            messages.Insert(0, $"there is no option or argument \"{stranger}\" here");
        }

        if (command.Subcommands.Count > 0)
        {
            var what = parsed.UnmatchedTokens is [var first, ..] ? $"there is no command \"{first}\" here" : "a command is missing";
            messages = [$"{what}; expected one of {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}"];
        }

        foreach (var message in messages.Take(MessagesAtOnce))
        {
            await error.WriteLineAsync($"aurum: {message.ReplaceLineEndings(" ")}");
        }

        await error.WriteLineAsync($"try: {string.Join(' ', PathOf(parsed.CommandResult).Reverse())} --help");
    }

    private static IEnumerable<string> PathOf(CommandResult innermost)
    {
        for (var result = innermost; result is not null; result = result.Parent as CommandResult)
        {
            yield return result.Command is RootCommand ? "aurum" : result.Command.Name;
        }
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(AurumCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine($"aurum {version}");
            return ExitCodes.Good;
        }
    }
}
