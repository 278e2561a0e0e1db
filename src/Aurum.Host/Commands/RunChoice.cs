using System.CommandLine;
using Aurum.Actors.Pipelines;
using Aurum.Host.Operating;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary>Which run a command is about. Whether there is such a one, the node knows.</summary>
internal sealed class RunChoice
{
    private const int LookedAt = 100;

    private readonly Argument<string?> _run;
    private readonly Option<string?>? _provider;

    private RunChoice(Argument<string?> run, Option<string?>? provider) => (_run, _provider) = (run, provider);

    /// <summary>It is named.</summary>
    public static RunChoice ByName() => new(Run(ArgumentArity.ExactlyOne), null);

    /// <summary>It is named, or it is a provider's backfill: the newest that has not ended, else its last.</summary>
    public static RunChoice OfBackfill() => new(
        Run(ArgumentArity.ZeroOrOne), Arguments.Text("--provider", "NAME", "Instead of RUN: the provider's newest backfill that has not ended, else its last"));

    public Command AddTo(Command command)
    {
        command.Arguments.Add(_run);
        if (_provider is not null)
        {
            command.Options.Add(_provider);
            command.Validators.Add(result =>
            {
                if (result.GetResult(_run) is { Tokens.Count: > 0 } == result.GetResult(_provider) is not null)
                {
                    result.AddError("RUN: expected either the run's name or --provider NAME");
                }
            });
        }

        return command;
    }

    public async Task<string> ReadAsync(NodeCall call) => Named(call.Parsed) ??
        Newest(call.Parsed, (await call.Node.ListAsync($"/v1/admin/external/pipelines/{PipelineNames.Backfill}/runs", call.Stop, LookedAt)).Items<PipelineRunRecord>());

    public async Task<string> ReadAsync(StoreCall call) => Named(call.Parsed) ??
        Newest(call.Parsed, await call.Stores.Pipelines.RunsAsync(PipelineNames.Backfill, before: null, LookedAt, call.Stop));

    private static Argument<string?> Run(ArgumentArity arity) => new("RUN") { Description = "The run's name, as aurum pipelines runs tells it", Arity = arity };

    private string? Named(ParseResult parsed) => parsed.GetValue(_run);

    private string Newest(ParseResult parsed, IReadOnlyList<PipelineRunRecord> runs)
    {
        var provider = parsed.GetValue(_provider!);
        PipelineRunRecord[] its = [.. runs.Where(run => run.Steps.Any(step => step.Provider == provider))];
        return (its.FirstOrDefault(run => run.EndedAt is null) ?? its.FirstOrDefault())?.RunId
            ?? throw new CommandException(ExitCodes.BadRequest, $"--provider: none of the last {LookedAt} backfills is of \"{provider}\"; aurum backfill list shows them");
    }
}
