using System.Text.Json;
using NodaTime;

namespace Aurum.Providers.Settings;

/// <summary>
/// Binds one provider's configuration file. What the file leaves out comes from the provider's descriptor; what it says
/// wrongly becomes a problem of the form <c>FILE: $.json.path: what is there; what would have been valid</c>.
/// </summary>
public static class ProviderSettingsReader
{
    public const string DefaultIncremental = "0 */4 * * *";
    public const string DefaultCatalogSync = "0 6 * * *";

    /// <param name="file">Names the file in problems.</param>
    /// <param name="checkCron">Returns what would have been a valid cron expression, or null when it is one.</param>
    /// <param name="problems">Grows by one line for each problem; when it did not grow, the settings are good.</param>
    public static ProviderSettings Read(
        IProvider provider, JsonElement root, string file, Func<string, string?> checkCron, List<string> problems)
    {
        var found = new List<string>();
        var settings = Read(provider, new SettingsNode(root, "$", found), checkCron, found);
        if (found.Count == 0)
        {
            FindSeriesDefinedTwice(provider, settings.Datasets, found);
        }

        // A provider may have closed its entries itself; closing them again repeats what it found.
        problems.AddRange(found.Distinct(StringComparer.Ordinal).Select(problem => $"{file}: {problem}"));
        return settings;
    }

    private static ProviderSettings Read(IProvider provider, SettingsNode node, Func<string, string?> checkCron, List<string> problems)
    {
        var defaults = provider.Descriptor;
        node.String("name", name => name == defaults.Name ? null : $"\"{defaults.Name}\", which the file is named for");
        var sla = ReadSla(node.Child("sla"));
        var settings = new ProviderSettings(
            defaults.Name,
            ReadRateLimit(node.Child("rate_limit"), defaults.RateLimit),
            ReadBatch(node.Child("batch"), defaults.Batch),
            ReadCircuitBreaker(node.Child("circuit_breaker"), defaults.CircuitBreaker),
            ReadHttp(node.Child("http"), defaults.Http),
            ReadSchedule(node.Child("schedule"), checkCron),
            ReadRevisions(node.Child("revisions")),
            [.. node.Children("datasets").Select(entry => ReadDataset(provider, entry, sla, problems)).OfType<Dataset>()],
            ReadBackup(node.Child("backup"), node.Has("backup"), defaults.Name))
        {
            Sla = sla,
        };
        node.NothingElse();
        return settings;
    }

    private static RateLimitSettings ReadRateLimit(SettingsNode node, RateLimitSettings defaults)
    {
        var settings = new RateLimitSettings(
            node.Number("requests_per_second", defaults.RequestsPerSecond, above: 0, atMost: 1000),
            node.Integer("burst", defaults.Burst, atLeast: 1, atMost: 1000),
            node.NullableInteger("daily_quota", defaults.DailyQuota, atLeast: 1, atMost: 100_000_000),
            node.OptionalString("quota_time_zone", CheckTimeZone) ?? defaults.QuotaTimeZone,
            node.Number("backfill_share", defaults.BackfillShare, above: 0, atMost: 1));
        node.NothingElse();
        return settings;
    }

    private static BatchSettings ReadBatch(SettingsNode node, BatchSettings defaults)
    {
        var settings = new BatchSettings(
            node.Integer("batch_size", defaults.BatchSize, atLeast: 1, atMost: 100_000),
            node.Integer("max_workers", defaults.MaxWorkers, atLeast: 1, atMost: 64));
        node.NothingElse();
        return settings;
    }

    private static CircuitBreakerSettings ReadCircuitBreaker(SettingsNode node, CircuitBreakerSettings defaults)
    {
        var settings = new CircuitBreakerSettings(
            node.Integer("failure_threshold", defaults.FailureThreshold, atLeast: 1, atMost: 1000),
            TimeSpan.FromMinutes(node.Number("timeout_minutes", defaults.Timeout.TotalMinutes, above: 0, atMost: 10_080)));
        node.NothingElse();
        return settings;
    }

    private static HttpSettings ReadHttp(SettingsNode node, HttpSettings defaults)
    {
        var settings = new HttpSettings(
            TimeSpan.FromSeconds(node.Number("timeout_seconds", defaults.Timeout.TotalSeconds, above: 0, atMost: 600)),
            node.Integer("max_attempts", defaults.MaxAttempts, atLeast: 1, atMost: 20));
        node.NothingElse();
        return settings;
    }

    private static ScheduleSettings ReadSchedule(SettingsNode node, Func<string, string?> checkCron)
    {
        var settings = new ScheduleSettings(
            node.OptionalString("incremental", checkCron) ?? DefaultIncremental,
            node.OptionalString("catalog_sync", checkCron) ?? DefaultCatalogSync);
        node.NothingElse();
        return settings;
    }

    private static RevisionSettings ReadRevisions(SettingsNode node)
    {
        var settings = new RevisionSettings(
            node.Integer("max_lookback_observations", RevisionSettings.Default.MaxLookbackObservations, atLeast: 0, atMost: 1000),
            node.Number("mass_share", RevisionSettings.Default.MassShare, above: 0, atMost: 1));
        node.NothingElse();
        return settings;
    }

    private static SlaSettings ReadSla(SettingsNode node)
    {
        var settings = new SlaSettings(ReadFreshness(node, SlaSettings.DefaultFreshnessHours));
        node.NothingElse();
        return settings;
    }

    private static TimeSpan? ReadFreshness(SettingsNode node, int? otherwise) =>
        node.NullableInteger("freshness_hours", otherwise, atLeast: 1, atMost: 8_760) is { } hours ? TimeSpan.FromHours(hours) : null;

    private static BackupSettings? ReadBackup(SettingsNode node, bool isThere, string self)
    {
        if (!isThere)
        {
            return null;
        }

        var settings = new BackupSettings(
            node.String("provider", name => name == self ? $"another provider than {self} itself" : ProviderCatalog.Find(name) is null ? $"one of {string.Join(", ", ProviderCatalog.All.Select(one => one.Descriptor.Name).Except([self]))}" : null),
            TimeSpan.FromMinutes(node.Number("failover_after_minutes", 60, above: 0, atMost: 10_080)),
            node.Texts("series"));
        node.NothingElse();
        return settings;
    }

    /// <summary>Null when the entry is no object: its problem is noted, and a provider is not asked to read nothing.</summary>
    private static Dataset? ReadDataset(IProvider provider, SettingsNode entry, SlaSettings sla, List<string> problems)
    {
        if (problems.Any(problem => problem.StartsWith($"{entry.Path}: ", StringComparison.Ordinal)))
        {
            return null;
        }

        var freshness = ReadFreshness(entry, (int?)sla.Freshness?.TotalHours);
        var dataset = provider.ReadDataset(entry);
        entry.NothingElse();
        return dataset with { Freshness = freshness };
    }

    /// <summary>UTC or Area/Place; Tzdb also knows offsets such as UTC+5 and old names such as EST, which mislead.</summary>
    private static string? CheckTimeZone(string zone) =>
        zone == "UTC" || (zone.Contains('/', StringComparison.Ordinal) && DateTimeZoneProviders.Tzdb.Ids.Contains(zone)) ? null : "an IANA time zone such as \"America/Chicago\" or \"UTC\"";

    /// <summary>Two entries of one series would each want a start and a look-back of its own.</summary>
    private static void FindSeriesDefinedTwice(IProvider provider, IReadOnlyList<Dataset> datasets, List<string> problems)
    {
        var entryOfKey = new Dictionary<string, int>(StringComparer.Ordinal);
        var entryOfSeries = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var entry = 0; entry < datasets.Count; entry++)
        {
            if (!entryOfKey.TryAdd(datasets[entry].Key, entry))
            {
                problems.Add($"$.datasets[{entry}]: says the same as $.datasets[{entryOfKey[datasets[entry].Key]}]; each entry may stand once");
                continue;
            }

            foreach (var series in provider.Expand(datasets[entry], facts: []) ?? [])
            {
                if (!entryOfSeries.TryAdd(series.Id.Code, entry))
                {
                    problems.Add($"$.datasets[{entry}]: defines series {series.Id.Code} again, after $.datasets[{entryOfSeries[series.Id.Code]}]; each series may stand once");
                    break;
                }
            }
        }
    }
}
