using System.Globalization;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>A period as the World Bank writes it: <c>2020</c>, <c>2020Q1</c>, <c>2020M01</c>. Its form is all that tells the frequency.</summary>
internal readonly partial record struct WorldBankPeriod(DateTime Start, string Frequency)
{
    public static WorldBankPeriod Read(string text, string path)
    {
        var match = Pattern().Match(text);
        if (!match.Success || Number(match, "year") == 0)
        {
            throw new MalformedBodyException(path, $"a period such as 2020, 2020Q1 or 2020M01, not \"{ProviderJson.Shorten(text)}\"");
        }

        var (month, frequency) = match.Groups["quarter"].Success
            ? ((3 * Number(match, "quarter")) - 2, FrequencyCodes.Quarterly)
            : match.Groups["month"].Success
                ? (Number(match, "month"), FrequencyCodes.Monthly)
                : (1, FrequencyCodes.Annual);
        return new WorldBankPeriod(new DateTime(Number(match, "year"), month, 1, 0, 0, 0, DateTimeKind.Utc), frequency);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?<year>[0-9]{4})(?:Q(?<quarter>[1-4])|M(?<month>0?[1-9]|1[0-2]))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
