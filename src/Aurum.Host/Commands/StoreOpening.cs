namespace Aurum.Host.Commands;

/// <summary>Opens the store that a reading command was pointed at.</summary>
internal static class StoreOpening
{
    /// <exception cref="CommandException">There is no store yet.</exception>
    public static async Task<Stores> OpenAsync(string? dataDirectory, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var directory = Arguments.DataDirectory(dataDirectory, surroundings);
        return File.Exists(Path.Combine(directory, Stores.FileName))
            ? await surroundings.OpenStores(directory, cancellationToken)
            : throw new CommandException(ExitCodes.BadRequest, $"there is no store at {directory} yet: aurum run or aurum demo makes one");
    }
}
