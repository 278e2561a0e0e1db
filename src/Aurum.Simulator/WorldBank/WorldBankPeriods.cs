using System.Text.RegularExpressions;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.WorldBank;

/// <summary>The <c>date</c> of a data call: a period, or a range of them in one form.</summary>
internal readonly partial record struct WorldBankPeriods(Cadence Form, long From, long To)
{
    /// <summary>A single period and a range answer differently when the series has nothing there.</summary>
    public bool IsSingle => From == To;

    public bool Contains(long period) => period >= From && period <= To;

    /// <returns>Null for anything that is no such text.</returns>
    public static WorldBankPeriods? Read(string text)
    {
        var parts = text.Split(':');
        return parts.Length <= 2 && One(parts[0]) is { } from && One(parts[^1]) is { } to && from.Form == to.Form && from.Period <= to.Period
            ? new WorldBankPeriods(from.Form, from.Period, to.Period)
            : null;
    }

    /// <summary>A period as rows write it.</summary>
    public static string Text(Cadence form, long period)
    {
        var start = form.Start(period);
        return form switch
        {
            Cadence.Monthly => $"{start:yyyy}M{start:MM}",
            Cadence.Quarterly => $"{start:yyyy}Q{((start.Month - 1) / 3) + 1}",
            _ => $"{start:yyyy}",
        };
    }

    private static (Cadence Form, long Period)? One(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (quarter, month) = (match.Groups["quarter"], match.Groups["month"]);
        var form = quarter.Success ? Cadence.Quarterly : month.Success ? Cadence.Monthly : Cadence.Annual;
        var firstMonth = quarter.Success ? (3 * int.Parse(quarter.ValueSpan, null)) - 2 : month.Success ? int.Parse(month.ValueSpan, null) : 1;
        return (form, form.AtOrBefore(new DateTime(int.Parse(match.Groups["year"].ValueSpan, null), firstMonth, 1)));
    }

    [GeneratedRegex(@"\A(?<year>[1-9][0-9]{3})(?:Q(?<quarter>[1-4])|M(?<month>0?[1-9]|1[0-2]))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
