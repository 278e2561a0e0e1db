namespace Aurum.Host.Configuration;

/// <summary>The configuration cannot be used; every reason at once, one line each, free of secrets.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
