using System.CommandLine;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary><c>aurum schemas check</c> and <c>register</c>: the contracts of the topics and the registry.</summary>
internal static class SchemasCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var check = new Command("check", "Tell whether the registry's schemas and this program's are compatible");
        check.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed, register: false, cancellationToken));
        var register = new Command("register", "The same, then register what is not there; aurum run does it too");
        register.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed, register: true, cancellationToken));
        return new Command("schemas", "Look after the schemas of the topics") { check, register };
    }

    private static async Task<int> RunAsync(Surroundings surroundings, ParseResult parsed, bool register, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var registry = KafkaConfiguration.ReadRegistry(surroundings.Environment, problems);
        if (registry is null)
        {
            throw new ConfigurationException(problems);
        }

        var standings = await surroundings.Deployment().SchemasAsync(registry, register, cancellationToken);
        foreach (var standing in standings)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{standing.Schema.Subject}: {Describe(standing)}");
        }

        return standings.Any(standing => standing.State == SchemaState.Incompatible) ? ExitCodes.SomeFailed : ExitCodes.Good;
    }

    private static string Describe(SchemaStanding standing) => standing.State switch
    {
        SchemaState.AlreadyThere => $"is there, id {standing.Id}, version {standing.Version}",
        SchemaState.RegisteredNow => $"registered, id {standing.Id}, version {standing.Version}",
        SchemaState.Registrable => "is not there and would be taken; aurum schemas register does it",
        _ => $"is not compatible{Against(standing.Conflict!)}: {string.Join("; ", standing.Conflict!.Reasons)}",
    };

    private static string Against(SchemaConflict conflict) =>
        conflict.Latest is { } latest ? $" with id {latest.Id}, version {latest.Version}, under the rule {conflict.Rule}" : "";
}
