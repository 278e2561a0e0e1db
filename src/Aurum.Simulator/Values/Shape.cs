namespace Aurum.Simulator.Values;

/// <summary>
/// The look of a series: magnitude, growth, restlessness, decimals. A value is a function of seed, series and instant alone, so any
/// period can be computed without the ones before it, and never changes because today moved on.
/// </summary>
/// <param name="Level">The value around which it moved in 2020.</param>
/// <param name="Growth">Growth a year, as a fraction.</param>
/// <param name="Wiggle">How far it strays from its level, as a fraction of it.</param>
/// <param name="Season">Added in full in mid July, taken off in mid January.</param>
/// <param name="DayCycle">Added in full at 18:00 UTC.</param>
internal sealed record Shape(
    double Level,
    double Growth = 0,
    double Wiggle = 0.2,
    int Decimals = 2,
    double Season = 0,
    double DayCycle = 0,
    double Floor = double.NegativeInfinity)
{
    private static readonly double[] Powers = [1, 10, 100, 1_000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];
    private static readonly double Epoch = new DateTime(2020, 1, 1).Ticks / (double)TimeSpan.TicksPerDay;

    public double Power => Powers[Decimals];

    /// <summary>The value as a whole number of its smallest decimal.</summary>
    public long Scaled(ulong hash, DateTime instant)
    {
        var days = instant.Ticks / (double)TimeSpan.TicksPerDay;
        var years = (days - Epoch) / 365.25;
        var value = (Growth == 0 ? Level : Level * Math.Exp(Growth * years)) * (1 + (Wiggle * Noise.At(hash, days)));
        if (Season != 0)
        {
            value += Season * Math.Cos(2 * Math.PI * (years - 0.54));
        }

        if (DayCycle != 0)
        {
            value += DayCycle * Math.Cos(2 * Math.PI * (days - 0.75));
        }

        return (long)Math.Round(Math.Max(value, Floor) * Power);
    }
}

/// <summary>Smooth noise in [-1, 1]: long swings with shorter ones on top, down to the day.</summary>
internal static class Noise
{
    /// <summary>How many of each swing there are in a day, and how strong it is.</summary>
    private static readonly (double PerDay, double Weight)[] Swings = [(1 / 3000.0, 0.42), (1 / 700.0, 0.25), (1 / 150.0, 0.15), (1 / 30.0, 0.09), (1 / 6.0, 0.05), (1, 0.04)];

    public static double At(ulong hash, double days)
    {
        var sum = 0.0;
        for (var i = 0; i < Swings.Length; i++)
        {
            var at = days * Swings[i].PerDay;
            var left = Math.Floor(at);
            var within = at - left;
            var key = (ulong)(long)left + ((ulong)i << 48);
            var from = Unit(hash, key);
            sum += Swings[i].Weight * (within == 0 ? from : from + ((Unit(hash, key + 1) - from) * within * within * (3 - (2 * within))));
        }

        return sum;
    }

    /// <summary>A number for a text, the same in every process.</summary>
    public static ulong Hash(int seed, string text)
    {
        var hash = 14695981039346656037UL ^ (ulong)(uint)seed;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash);
    }

    public static ulong Mix(ulong x)
    {
        x ^= x >> 30;
        x *= 0xbf58476d1ce4e5b9UL;
        x ^= x >> 27;
        x *= 0x94d049bb133111ebUL;
        return x ^ (x >> 31);
    }

    private static double Unit(ulong hash, ulong key) => ((Mix(hash + (key * 0x9e3779b97f4a7c15UL)) >> 11) * (2.0 / (1UL << 53))) - 1;
}
