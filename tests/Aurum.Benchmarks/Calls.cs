using System.Globalization;
using System.Text.Json;
using Aurum.Simulator;

namespace Aurum.Benchmarks;

/// <summary>
/// How many requests a first collection and a quiet second one take, as the simulator counts them, beside the floor that each API
/// sets (rows by rows a page, or one a series) and beside what <c>aurum plan</c> said before.
/// </summary>
internal static class Calls
{
    private const double MostOfFloor = 1.2;
    private const double MostOffPlan = 0.1;

    /// <summary>Automatic stations do not measure two of the nine data types, which nobody can know before asking.</summary>
    private const double MostOffPlanOfStations = 0.4;

    private static readonly object NoLimit = new { requests_per_second = 1000, burst = 1000, daily_quota = (int?)null };

    public static async Task<int> RunAsync(int rows)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var start = today.AddYears(-5);
        var good = true;
        foreach (var load in (Load[])[
            new(
                "fred",
                "500 series",
                new { series = Enumerable.Range(1, 500).Select(number => $"LOAD{number:000}").ToArray() },
                "observations",
                _ => 500,
                QuietLimit: _ => 3),
            new(
                "noaa",
                "30 stations x 9 data types x 5 years",
                new { dataset = "GHCND", stations = Stations(30), datatypes = DataTypes, start = $"{start:yyyy-MM-dd}", lookback_observations = 60 },
                "data",
                stored => Pages(stored, 1000),
                QuietLimit: _ => Pages(30 * 9 * 60, 1000),
                MostOffPlanOfStations),
            new(
                "worldbank",
                "40 indicators x 60 countries",
                new { indicators = Enumerable.Range(1, 40).Select(number => $"LOAD.IND.{number:00}").ToArray(), countries = await EconomiesAsync(), lookback_observations = 10 },
                "indicator",
                _ => 40,
                QuietLimit: _ => 40),
            new(
                "eia",
                "24 hourly series x 2 years",
                new
                {
                    route = "electricity/rto/region-data",
                    frequency = "hourly",
                    facets = new { respondent = Authorities, type = (string[])["D", "DF", "NG", "TI"] },
                    start = $"{today.AddYears(-2):yyyy-MM-dd}",
                    lookback_observations = 48,
                },
                "region-data/data",
                stored => Pages(stored, 5000),
                QuietLimit: _ => 1)])
        {
            good &= await MeasureAsync(load);
        }

        return good ? 0 : 1;
    }

    private static string[] DataTypes => ["TMAX", "TMIN", "TAVG", "PRCP", "SNOW", "SNWD", "AWND", "WSF2", "TOBS"];

    private static string[] Authorities => ["CISO", "ERCO", "ISNE", "MISO", "NYIS", "PJM"];

    private static string[] Stations(int count) => [.. Enumerable.Range(0, count).Select(number => $"USW{13700 + number:00000000}")];

    /// <summary>The sixty economies of the simulator.</summary>
    private static async Task<string[]> EconomiesAsync()
    {
        await using var simulator = await ProviderSimulator.StartAsync(new SimulatorOptions { EnforceRateLimits = false }, TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(simulator.WorldBankAddress, "country?format=json&per_page=300")));
        return [.. answer.RootElement[1].EnumerateArray().Select(economy => economy.GetProperty("id").GetString()!)];
    }

    private static long Pages(long rows, int rowsPerPage) => (rows + rowsPerPage - 1) / rowsPerPage;

    private static async Task<bool> MeasureAsync(Load load)
    {
        var options = new SimulatorOptions { EnforceRateLimits = false, ObservationsPerSeries = load.Provider == "fred" ? 1000 : null };
        await using var simulator = await ProviderSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("aurum-benchmark");
        try
        {
            var providers = Directory.CreateDirectory(Path.Combine(folder.FullName, "config", "providers"));
            await File.WriteAllTextAsync(
                Path.Combine(providers.FullName, $"{load.Provider}.json"),
                JsonSerializer.Serialize(new { name = load.Provider, rate_limit = NoLimit, datasets = new[] { load.Dataset } }));
            var planned = await PlanAsync(folder.FullName, simulator, load.Provider);
            var (first, firstOther, stored) = await CollectAsync(folder.FullName, simulator, load);
            var (quiet, quietOther, _) = await CollectAsync(folder.FullName, simulator, load);
            var floor = load.Floor(stored);
            var quietLimit = load.QuietLimit(stored);
            var offPlan = Math.Abs(planned - first - firstOther) / (double)(first + firstOther);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{load.Provider}, {load.What}: {stored:N0} rows; first {first} requests for data, floor {floor} ({(double)first / floor:0.00}, limit: at most {MostOfFloor}), and {firstOther} others; planned {planned} ({offPlan:P0} off, limit: {load.OffPlanLimit:P0}); quiet {quiet} and {quietOther} others (limit: at most {quietLimit})"));
            return first <= MostOfFloor * floor && quiet + quietOther <= quietLimit && offPlan <= load.OffPlanLimit;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Requests for data, all others, and the rows that the program says were new.</summary>
    private static async Task<(int Data, int Others, long Rows)> CollectAsync(string folder, ProviderSimulator simulator, Load load)
    {
        var before = simulator.Arrivals.All.Count;
        using var process = AurumProcess.Start(["run", "--providers", load.Provider], folder, simulator.Environment);
        var output = await process.EndAsync();
        var arrivals = simulator.Arrivals.All.Skip(before).ToArray();
        var data = arrivals.Count(arrival => arrival.Path.Contains(load.DataPath, StringComparison.Ordinal) && !arrival.Path.StartsWith("indicator", StringComparison.Ordinal));
        return (data, arrivals.Length - data, Summary.NewRows(output));
    }

    private static async Task<long> PlanAsync(string folder, ProviderSimulator simulator, string provider)
    {
        using var process = AurumProcess.Start(["plan", "--providers", provider, "--format", "ndjson"], folder, simulator.Environment, withData: false);
        using var plan = JsonDocument.Parse(await process.EndAsync());
        return plan.RootElement.GetProperty("requests").GetInt64() + plan.RootElement.GetProperty("catalog_requests").GetInt64();
    }

    /// <param name="DataPath">Part of the path of requests for observations.</param>
    /// <param name="Floor">The fewest requests for that many rows.</param>
    private sealed record Load(string Provider, string What, object Dataset, string DataPath, Func<long, long> Floor, Func<long, long> QuietLimit, double OffPlanLimit = MostOffPlan);
}
