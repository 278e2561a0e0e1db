using Aurum.Providers;

namespace Aurum.Host;

/// <summary>What is said of a bug: its kind and message, the trace only on demand, a key never.</summary>
public static class LastResort
{
    private const string TraceVariable = "AURUM_TRACE";

    public static void Report(Exception bug, IReadOnlyDictionary<string, string> environment, IReadOnlyList<IProvider> providers, TextWriter error)
    {
        var text = environment.TryGetValue(TraceVariable, out var trace) && trace == "1"
            ? $"aurum: unexpected failure: {bug}"
            : $"aurum: unexpected failure: {bug.GetType().Name}: {bug.Message}{Environment.NewLine}this is a bug; set {TraceVariable}=1 for the trace";
        foreach (var variable in providers.Select(provider => provider.Descriptor.KeyVariable).OfType<string>())
        {
            if (environment.TryGetValue(variable, out var key) && !string.IsNullOrWhiteSpace(key))
            {
                text = text.Replace(key.Trim(), "***", StringComparison.Ordinal);
            }
        }

        error.WriteLine(text);
    }
}
