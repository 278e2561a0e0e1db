using System.CommandLine;
using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary><c>aurum db migrate</c>: brings the database up to date before a node does.</summary>
internal static class DbCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var migrate = new Command("migrate", "Bring the schema of $AURUM_APP_DB_DSN up to date; aurum run does it too");
        migrate.SetAction(async (parsed, cancellationToken) =>
        {
            var database = RoadConfiguration.ReadDatabase(surroundings.Environment)
                ?? throw new ConfigurationException([$"{Variables.Database}: is not set; expected the postgresql:// URL of the database"]);
            var output = parsed.InvocationConfiguration.Output;
            var applied = await surroundings.Deployment().MigrateAsync(database, cancellationToken);
            foreach (var name in applied)
            {
                await output.WriteLineAsync($"applied {name}");
            }

            await output.WriteLineAsync($"{database} is up to date");
            return ExitCodes.Good;
        });
        return new Command("db", "Look after the database") { migrate };
    }
}
