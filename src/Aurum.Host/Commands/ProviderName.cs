namespace Aurum.Host.Commands;

/// <summary>The <c>--provider</c> of a query must be one there is: a misspelt one would just find nothing.</summary>
internal static class ProviderName
{
    /// <exception cref="CommandException">No such provider.</exception>
    public static void Check(string? name, Surroundings surroundings)
    {
        var known = surroundings.Providers.Select(provider => provider.Descriptor.Name).Order(StringComparer.Ordinal).ToArray();
        if (name is not null && !known.Contains(name))
        {
            throw new CommandException(ExitCodes.BadRequest, $"--provider: there is no provider \"{name}\"; expected one of {string.Join(", ", known)}");
        }
    }
}
