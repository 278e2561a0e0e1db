using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Tests;

/// <summary>Values that tests have in common.</summary>
internal static class Sample
{
    public const string Provider = "acme";

    /// <summary>Later than any real clock, since a scheduler's time moves forwards only. Noon of a Monday.</summary>
    public static readonly DateTimeOffset Now = new(2040, 6, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly SeriesAttributes Attributes = new("USD", "D", "prices", "US");

    public static RateLimitSettings Limit(double rate = 5, int burst = 5, int? quota = null, string zone = "UTC") => new(rate, burst, quota, zone);

    public static SeriesDefinition Series(string code = "A", string key = "key", DateOnly? start = null, int lookback = 3) =>
        new(new SeriesId(Provider, code), "dataset", key, new Dictionary<string, string> { ["name"] = code }, start, lookback);

    public static DateTime Day(int number) => new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number);

    public static Observation Observation(int day, double value) => new(Day(day), new DateOnly(2040, 6, 4), value);

    public static ObservationSlice Slice(SeriesDefinition series, params (int Day, double Value)[] values) =>
        new(series.Id, Attributes, [.. values.Select(value => Observation(value.Day, value.Value))]);

    public static ProviderRuntime Runtime(
        IProvider? provider = null,
        IReadOnlyList<Dataset>? datasets = null,
        RateLimitSettings? limit = null,
        int batchSize = 100,
        int workers = 2,
        int attempts = 3,
        string catalogSync = "0 6 * * *",
        int failureThreshold = 3) => new(
            provider ?? new FakeProvider(),
            new ProviderSettings(
                Provider,
                limit ?? Limit(),
                new BatchSettings(batchSize, workers),
                new CircuitBreakerSettings(failureThreshold, TimeSpan.FromMinutes(30)),
                new HttpSettings(TimeSpan.FromSeconds(30), attempts),
                new ScheduleSettings("0 * * * *", catalogSync),
                RevisionSettings.Default,
                datasets ?? []),
            new ProviderAccess(new Uri("https://acme.example/"), "secret"));
}
