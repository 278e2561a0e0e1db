using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Aurum.Simulator.Values;

internal enum Presence
{
    Value,

    /// <summary>The API says that there is no value.</summary>
    Missing,

    /// <summary>The API says nothing.</summary>
    Absent,
}

/// <summary>How an API prints numbers.</summary>
[Flags]
internal enum Printing
{
    /// <summary>All decimals of the series: <c>2.40</c>.</summary>
    Fixed = 0,

    /// <summary><c>2.4</c></summary>
    TrimZeros = 1,

    /// <summary><c>.306</c></summary>
    NoLeadingZero = 2,
}

/// <summary>What was changed in a series since the simulator began.</summary>
internal sealed record SeriesEdits(ImmutableDictionary<DateTime, double> Revised, int Published)
{
    public static readonly SeriesEdits None = new(ImmutableDictionary<DateTime, double>.Empty, 0);
}

/// <summary>One series as it stands now: where its periods lie and what each of them says. Immutable: made anew for each request.</summary>
internal sealed class SimulatedSeries
{
    /// <summary>Names the series among all; revisions are kept by it.</summary>
    public required string Key { get; init; }

    public required Cadence Cadence { get; init; }

    public required Shape Shape { get; init; }

    public required ulong Hash { get; init; }

    public required long First { get; init; }

    public required long Last { get; init; }

    public required SeriesEdits Edits { get; init; }

    public string? Unit { get; init; }

    public Printing Printing { get; init; }

    /// <summary>The provider's word for the day on which its values became known, where it says one.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Whether a period that nobody revised has a value.</summary>
    public Func<SimulatedSeries, long, DateTime, Presence> Rule { get; init; } = (_, _, _) => Presence.Value;

    /// <summary>The provider's mark on a value that failed its checks.</summary>
    public Func<SimulatedSeries, long, string?> Flag { get; init; } = (_, _) => null;

    public DateTime TimestampOf(long period) => Cadence.Start(period);

    public Presence PresenceAt(long period, DateTime timestamp)
    {
        if (period < First || period > Last)
        {
            return Presence.Absent;
        }

        return !Edits.Revised.IsEmpty && Edits.Revised.ContainsKey(timestamp) ? Presence.Value : Rule(this, period, timestamp);
    }

    /// <summary>Writes the value's text; at most 40 bytes for values below 1e20.</summary>
    public int Write(DateTime timestamp, Span<byte> into) => Write(timestamp, into, Printing);

    public int Write(DateTime timestamp, Span<byte> into, Printing printing)
    {
        if (!Edits.Revised.IsEmpty && Edits.Revised.TryGetValue(timestamp, out var revised))
        {
            return Encoding.ASCII.GetBytes(RevisedText(revised, printing), into);
        }

        return Digits.Write(Shape.Scaled(Hash, timestamp), Shape.Decimals, printing, into);
    }

    public string Text(DateTime timestamp)
    {
        Span<byte> text = stackalloc byte[40];
        return Encoding.ASCII.GetString(text[..Write(timestamp, text)]);
    }

    public double Value(DateTime timestamp) => double.Parse(Text(timestamp), CultureInfo.InvariantCulture);

    private static string RevisedText(double value, Printing printing)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Contains('E', StringComparison.Ordinal))
        {
            text = value.ToString("F15", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.');
        }

        if ((printing & Printing.NoLeadingZero) == 0)
        {
            return text;
        }

        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..] : text.StartsWith("-0.", StringComparison.Ordinal) ? "-" + text[2..] : text;
    }

    /// <summary>A number for a period, to decide by it what is missing or flagged.</summary>
    public ulong Chance(long period, string purpose) => Noise.Mix(Hash ^ Noise.Hash((int)period, purpose));
}

internal static class Digits
{
    /// <summary>Writes a whole number of decimals: 425 with two of them is 4.25.</summary>
    public static int Write(long scaled, int decimals, Printing printing, Span<byte> into)
    {
        var length = 0;
        if (scaled < 0)
        {
            into[length++] = (byte)'-';
            scaled = -scaled;
        }

        if ((printing & Printing.TrimZeros) != 0)
        {
            while (decimals > 0 && scaled % 10 == 0)
            {
                scaled /= 10;
                decimals--;
            }
        }

        Span<byte> digits = stackalloc byte[24];
        Utf8Formatter.TryFormat(scaled, digits, out var count);
        if (count > decimals)
        {
            digits[..(count - decimals)].CopyTo(into[length..]);
            length += count - decimals;
        }
        else if ((printing & Printing.NoLeadingZero) == 0 || decimals == 0)
        {
            into[length++] = (byte)'0';
        }

        if (decimals > 0)
        {
            into[length++] = (byte)'.';
            for (var zero = count; zero < decimals; zero++)
            {
                into[length++] = (byte)'0';
            }

            var tail = digits[Math.Max(0, count - decimals)..count];
            tail.CopyTo(into[length..]);
            length += tail.Length;
        }

        return length;
    }

    /// <summary>Writes <c>yyyy-MM-dd</c>.</summary>
    public static void WriteDay(DateTime day, Span<byte> into)
    {
        var (year, month, dayOfMonth) = day;
        into[9] = (byte)('0' + (dayOfMonth % 10));
        into[0] = (byte)('0' + (year / 1000));
        into[1] = (byte)('0' + (year / 100 % 10));
        into[2] = (byte)('0' + (year / 10 % 10));
        into[3] = (byte)('0' + (year % 10));
        into[4] = into[7] = (byte)'-';
        into[5] = (byte)('0' + (month / 10));
        into[6] = (byte)('0' + (month % 10));
        into[8] = (byte)('0' + (dayOfMonth / 10));
    }
}
