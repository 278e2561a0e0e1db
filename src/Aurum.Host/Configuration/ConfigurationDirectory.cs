namespace Aurum.Host.Configuration;

/// <summary>Where the configuration lies when nobody said.</summary>
public static class ConfigurationDirectory
{
    private const string Name = "config";

    /// <summary>
    /// <c>config</c> in the current directory; where that has no <c>providers</c>, the one beside the binary or in a
    /// directory above it, so that the command works from anywhere.
    /// </summary>
    public static string Find(string currentDirectory, string binaryDirectory)
    {
        if (Directory.Exists(Path.Combine(currentDirectory, Name, "providers")))
        {
            return Name;
        }

        for (var directory = new DirectoryInfo(binaryDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, Name);
            if (Directory.Exists(Path.Combine(candidate, "providers")))
            {
                return candidate;
            }
        }

        return Name;
    }
}
