using System.Text.Json;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>A directory for <c>--config</c>, with the files that are written into it.</summary>
internal sealed class ConfigFolder
{
    /// <summary>No limit worth the name, so that tests wait for nothing.</summary>
    public static readonly object NoLimit = new { requests_per_second = 500, burst = 500, daily_quota = (int?)null };

    /// <summary>Never opens in a test that does not want it.</summary>
    private static readonly object PatientBreaker = new { failure_threshold = 500, timeout_minutes = 1 };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public ConfigFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.Combine(path, "providers"));
    }

    public string Path { get; }

    public ConfigFolder Write(IEnumerable<ProviderPlan> plans, object? rateLimit = null, double timeoutSeconds = 20, int maxAttempts = 4, int maxWorkers = 4, bool defaultLimits = false)
    {
        foreach (var plan in plans)
        {
            var file = new Dictionary<string, object>
            {
                ["name"] = plan.Provider,
                ["circuit_breaker"] = PatientBreaker,
                ["batch"] = new { batch_size = 150, max_workers = maxWorkers },
                ["http"] = new { timeout_seconds = timeoutSeconds, max_attempts = maxAttempts },
                ["datasets"] = plan.Datasets,
            };
            if (!defaultLimits)
            {
                file["rate_limit"] = rateLimit ?? NoLimit;
            }

            Write(plan.Provider, JsonSerializer.Serialize(file, Indented));
        }

        return this;
    }

    public ConfigFolder Write(string provider, string json)
    {
        File.WriteAllText(FileOf(provider), json);
        return this;
    }

    public string FileOf(string provider) => System.IO.Path.Combine(Path, "providers", $"{provider}.json");
}
