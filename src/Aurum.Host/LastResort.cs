using Aurum.Host.Configuration;
using Aurum.Providers;

namespace Aurum.Host;

/// <summary>What is said of a bug: its kind and message, the trace only on demand, a key never.</summary>
public static class LastResort
{
    private const string TraceVariable = "AURUM_TRACE";

    private static readonly string[] SecretWords = ["PASSWORD", "SECRET", "TOKEN", "KEY"];

    public static void Report(Exception bug, IReadOnlyDictionary<string, string> environment, IReadOnlyList<IProvider> providers, TextWriter error)
    {
        var text = environment.TryGetValue(TraceVariable, out var trace) && trace == "1"
            ? $"aurum: unexpected failure: {bug}"
            : $"aurum: unexpected failure: {bug.GetType().Name}: {bug.Message}{Environment.NewLine}this is a bug; set {TraceVariable}=1 for the trace";
        foreach (var secret in SecretsOf(environment, providers))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        error.WriteLine(text);
    }

    /// <summary>Longest first, so that a secret inside another leaves nothing of it.</summary>
    private static IEnumerable<string> SecretsOf(IReadOnlyDictionary<string, string> environment, IReadOnlyList<IProvider> providers)
    {
        var keys = providers.Select(provider => provider.Descriptor.KeyVariable).OfType<string>()
            .Concat([Variables.Database, Variables.RegistryUser, Variables.RegistryToken, Variables.AdminToken])
            .Concat(environment.Keys.Where(name => name.StartsWith("KAFKA_", StringComparison.Ordinal) && SecretWords.Any(word => name.Contains(word, StringComparison.Ordinal))))
            .Select(environment.Read)
            .OfType<string>();
        return keys.Concat(PasswordsIn(environment)).OrderByDescending(secret => secret.Length);
    }

    private static string[] PasswordsIn(IReadOnlyDictionary<string, string> environment)
    {
        // user:password@ of a URL, as it stands there and as it is meant.
        var dsn = environment.Read(Variables.Database) ?? "";
        var (at, scheme) = (dsn.LastIndexOf('@'), dsn.IndexOf("://", StringComparison.Ordinal));
        var colon = at > scheme && scheme >= 0 ? dsn.IndexOf(':', scheme + 3) : -1;
        return colon >= 0 && colon + 1 < at ? [dsn[(colon + 1)..at], Uri.UnescapeDataString(dsn[(colon + 1)..at])] : [];
    }
}
