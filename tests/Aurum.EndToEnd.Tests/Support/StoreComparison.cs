using System.Globalization;
using Aurum.Domain;
using Aurum.Simulator;
using Aurum.Storage;
using Aurum.Storage.Postgres;
using Aurum.Storage.Sqlite;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>Holds a store against what the simulated providers say.</summary>
internal static class StoreComparison
{
    private const int DifferencesShown = 12;

    /// <summary>Units that an API words only in the name of the indicator, or not at all.</summary>
    private static readonly Dictionary<string, string?> UnitsOfIndicators = new()
    {
        ["NY.GDP.MKTP.CD"] = "current US$",
        ["SP.POP.TOTL"] = null,
        ["FP.CPI.TOTL.ZG"] = "annual %",
    };

    /// <summary>All rows of a data directory's store, every vintage.</summary>
    public static async Task<IReadOnlyList<StoredObservation>> RowsAsync(string dataDirectory, Vintages? vintages = null)
    {
        await using var database = await SqliteDatabase.OpenReadOnlyAsync(Path.Combine(dataDirectory, "aurum.db"));
        return await RowsAsync(new SqliteObservationStore(database), new SqliteCatalogStore(database), vintages);
    }

    /// <summary>All rows of a PostgreSQL database, every vintage.</summary>
    public static async Task<IReadOnlyList<StoredObservation>> RowsAsync(PostgresDsn dsn)
    {
        await using var database = await PostgresDatabase.OpenReadOnlyAsync(dsn);
        return await RowsAsync(new PostgresObservationStore(database), new PostgresCatalogStore(database), vintages: null);
    }

    private static async Task<IReadOnlyList<StoredObservation>> RowsAsync(IObservationStore observations, ICatalogStore catalog, Vintages? vintages)
    {
        var providers = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var summary in catalog.ListAsync(provider: null, CancellationToken.None))
        {
            providers.Add(summary.Series.Provider);
        }

        var rows = new List<StoredObservation>();
        foreach (var provider in providers)
        {
            await foreach (var row in observations.ReadAsync(new ObservationQuery(provider, [], Window.Everything, vintages ?? new Vintages.All()), CancellationToken.None))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>
    /// The store says what the truth says: every observation of these series, with its value, unit and frequency, and not a row
    /// besides them but for withdrawn ones; older vintages may exist only of timestamps that were revised.
    /// </summary>
    /// <param name="missing">Series of the plans of which nothing may be stored.</param>
    /// <exception cref="XunitException">It does not.</exception>
    public static async Task IsTruthAsync(string dataDirectory, Truth truth, IEnumerable<ProviderPlan> plans, string about = "", params SeriesId[] missing) =>
        IsTruth(await RowsAsync(dataDirectory), truth, plans, about, missing);

    /// <inheritdoc cref="IsTruthAsync"/>
    public static void IsTruth(IReadOnlyList<StoredObservation> rows, Truth truth, IEnumerable<ProviderPlan> plans, string about = "", params SeriesId[] missing)
    {
        var wanted = plans.SelectMany(plan => plan.Series.Except(missing).Select(series => (Series: series, plan.Start))).ToList();
        var differences = new List<string>();
        foreach (var doubled in rows.GroupBy(row => (row.Series, row.Observation.Timestamp, row.Observation.AsOf)).Where(key => key.Count() > 1))
        {
            differences.Add($"{Name(doubled.Key.Series, doubled.Key.Timestamp)} as of {doubled.Key.AsOf:O} is stored {doubled.Count()} times");
        }

        var stored = rows
            .GroupBy(row => (row.Series, row.Observation.Timestamp))
            .ToDictionary(key => key.Key, key => key.MaxBy(row => row.Observation.AsOf)!);
        foreach (var (series, start) in wanted)
        {
            var count = 0;
            foreach (var expected in truth.Of(series).Where(expected => DateOnly.FromDateTime(expected.Timestamp) >= start))
            {
                count++;
                if (!stored.Remove((series, expected.Timestamp), out var row))
                {
                    differences.Add($"{Name(series, expected.Timestamp)} is not stored");
                }
                else if (Difference(series, expected, row) is { } difference)
                {
                    differences.Add($"{Name(series, expected.Timestamp)}: {difference}");
                }
            }

            if (count == 0)
            {
                differences.Add($"{series}: the truth has no observation, the test proves nothing");
            }
        }

        foreach (var withdrawn in stored.Where(row => row.Value.Observation is { Status: ObservationStatus.Withdrawn, Value: null }).ToArray())
        {
            stored.Remove(withdrawn.Key);
        }

        differences.AddRange(stored.Keys.Select(extra => $"{Name(extra.Series, extra.Timestamp)} is stored, and nobody said it"));
        if (differences.Count > 0)
        {
            var first = string.Concat(differences.Take(DifferencesShown).Select(difference => $"\n  {difference}"));
            throw new XunitException($"{about}{(about.Length > 0 ? ": " : "")}the store differs from the truth in {differences.Count} places{first}");
        }
    }

    /// <summary>Where nothing was revised, a second row of a timestamp is a doubled one, whatever its as-of day.</summary>
    public static async Task HasOneVintageEachAsync(string dataDirectory)
    {
        var doubled = (await RowsAsync(dataDirectory)).GroupBy(row => (row.Series, row.Observation.Timestamp)).Where(rows => rows.Count() > 1);
        Assert.Empty(doubled.Select(rows => Name(rows.Key.Series, rows.Key.Timestamp)));
    }

    public static string? UnitOf(SeriesId series, string? worded) =>
        series.Provider == "worldbank" ? UnitsOfIndicators[series.Code.Split(':')[0]] : worded;

    private static string? Difference(SeriesId series, TrueObservation expected, StoredObservation row)
    {
        var text = row.Observation.ValueRaw ?? row.Observation.Value?.ToString("R", CultureInfo.InvariantCulture);
        var unit = UnitOf(series, expected.Unit);
        return row.Observation.Value != expected.Value ? $"value {row.Observation.Value}, the truth is {expected.Value}"
            : text != expected.ValueText ? $"text {text}, the truth is {expected.ValueText}"
            : row.Attributes.UnitCode != unit ? $"unit {row.Attributes.UnitCode}, the truth is {unit}"
            : row.Attributes.FrequencyCode != expected.Frequency ? $"frequency {row.Attributes.FrequencyCode}, the truth is {expected.Frequency}"
            : row.Observation.QualityFlag != expected.QualityFlag ? $"quality flag {row.Observation.QualityFlag}, the truth is {expected.QualityFlag}"
            : null;
    }

    private static string Name(SeriesId series, DateTime timestamp) => string.Create(CultureInfo.InvariantCulture, $"{series} {timestamp:yyyy-MM-dd'T'HH}");
}
