using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary>Opens the store that a reading command was pointed at.</summary>
internal static class StoreOpening
{
    /// <summary>The database that the environment names, unless files were asked for.</summary>
    /// <exception cref="CommandException">There is no store yet.</exception>
    public static async Task<Stores> OpenAsync(string? dataDirectory, Surroundings surroundings, CancellationToken cancellationToken) =>
        await FindAsync(dataDirectory, surroundings, cancellationToken)
        ?? throw new CommandException(ExitCodes.BadRequest, $"there is no store at {Arguments.DataDirectory(dataDirectory, surroundings)} yet: aurum run or aurum demo makes one");

    /// <summary>The same; null when there is no store yet.</summary>
    public static async Task<Stores?> FindAsync(string? dataDirectory, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (dataDirectory is null && RoadConfiguration.ReadDatabase(surroundings.Environment) is { } database)
        {
            return await surroundings.OpenDatabase(database);
        }

        var directory = Arguments.DataDirectory(dataDirectory, surroundings);
        return File.Exists(Path.Combine(directory, Stores.FileName)) ? await surroundings.OpenStores(directory, cancellationToken) : null;
    }
}
