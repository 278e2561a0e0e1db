namespace Aurum.Providers.Settings;

/// <summary>One provider's configuration file, bound and checked.</summary>
public sealed record ProviderSettings(
    string Name,
    RateLimitSettings RateLimit,
    BatchSettings Batch,
    CircuitBreakerSettings CircuitBreaker,
    HttpSettings Http,
    ScheduleSettings Schedule,
    RevisionSettings Revisions,
    IReadOnlyList<Dataset> Datasets,
    BackupSettings? Backup = null)
{
    public SlaSettings Sla { get; init; } = SlaSettings.Default;
}

/// <param name="Freshness">How long after the end of the day on which a value was to be expected it may still be missing; null for no objective.</param>
public sealed record SlaSettings(TimeSpan? Freshness)
{
    public const int DefaultFreshnessHours = 24;

    public static readonly SlaSettings Default = new(TimeSpan.FromHours(DefaultFreshnessHours));
}

/// <summary>What the provider allows: a steady rate, a burst, and a number of requests a day.</summary>
/// <param name="Burst">Requests that may be sent at once after a pause; also the most in any one second where it exceeds the rate.</param>
/// <param name="DailyQuota">Requests a day, counted in the provider's own day; null for no quota.</param>
/// <param name="QuotaTimeZone">IANA zone whose midnight begins the provider's day.</param>
/// <param name="BackfillShare">The most of the rate and of the quota that history may take, above 0 and at most 1.</param>
public sealed record RateLimitSettings(double RequestsPerSecond, int Burst, int? DailyQuota, string QuotaTimeZone, double BackfillShare = 0.5);

/// <param name="BatchSize">Observations handed on and stored together, at most.</param>
/// <param name="MaxWorkers">Calls in flight at once, at most.</param>
public sealed record BatchSettings(int BatchSize, int MaxWorkers);

/// <param name="FailureThreshold">Failures in a row that open the breaker.</param>
public sealed record CircuitBreakerSettings(int FailureThreshold, TimeSpan Timeout);

/// <param name="Timeout">For one attempt, body included.</param>
/// <param name="MaxAttempts">Attempts at one page before its series fail.</param>
public sealed record HttpSettings(TimeSpan Timeout, int MaxAttempts);

/// <summary>Who serves which series while the provider is away.</summary>
/// <param name="After">How long the provider's breaker has been open before it is served by the other.</param>
/// <param name="Twins">The provider's own series code to the code of the same series at the other.</param>
public sealed record BackupSettings(string Provider, TimeSpan After, IReadOnlyDictionary<string, string> Twins);

/// <param name="MaxLookbackObservations">The look-back of a series that is revised further back than its dataset's look-back grows up to here.</param>
/// <param name="MassShare">Share of a look-back, above 0 and at most 1, from which on its revision is a mass revision.</param>
public sealed record RevisionSettings(int MaxLookbackObservations, double MassShare)
{
    public static readonly RevisionSettings Default = new(400, 0.5);
}

/// <summary>Cron expressions of five fields, UTC.</summary>
public sealed record ScheduleSettings(string Incremental, string CatalogSync);

/// <summary>One entry of <c>datasets</c>; each provider derives its own.</summary>
/// <param name="Key">Names the entry; equal for entries that say the same.</param>
public abstract record Dataset(string Key, DateOnly? Start, int LookbackObservations)
{
    /// <summary>True when the provider says which series belong to it: then it is asked again with each catalog sync.</summary>
    public virtual bool IsDiscovered => false;

    /// <summary>See <see cref="SlaSettings.Freshness"/>; the provider's where the entry does not say.</summary>
    public TimeSpan? Freshness { get; init; } = SlaSettings.Default.Freshness;
}
