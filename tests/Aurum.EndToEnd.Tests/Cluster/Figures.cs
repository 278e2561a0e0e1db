using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>What long rounds measure: a line of JSON each in the file that <c>AURUM_CHAOS_FIGURES</c> names, of which <c>scripts/chaos</c> makes a table.</summary>
internal static class Figures
{
    private static readonly Lock Writing = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<double>> Samples = new();

    public static void Add(string name, TimeSpan sample) => Add(name, sample.TotalSeconds);

    public static void Add(string name, double sample) => Samples.GetOrAdd(name, _ => new()).Enqueue(Math.Round(sample, 3));

    /// <param name="mostAtMedian">What is promised of the median; null for nothing.</param>
    /// <param name="most">What is promised of every sample.</param>
    public static void Write(string name, string unit, double? mostAtMedian = null, double? most = null)
    {
        if (Environment.GetEnvironmentVariable("AURUM_CHAOS_FIGURES") is not { Length: > 0 } file || !Samples.TryRemove(name, out var samples) || samples.IsEmpty)
        {
            return;
        }

        double[] sorted = [.. samples.Order()];
        var (p50, max) = (sorted[(sorted.Length - 1) / 2], sorted[^1]);
        var line = JsonSerializer.Serialize(new { name, unit, samples = sorted.Length, p50, max, most_at_p50 = mostAtMedian, most, kept = !(p50 > mostAtMedian) && !(max > most) });
        lock (Writing)
        {
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{line}\n"));
        }
    }
}
