using Aurum.Domain;

namespace Aurum.Providers.WorldBank;

/// <summary>The three forms that a date may have, and arithmetic on their periods.</summary>
internal static class WorldBankFrequency
{
    private static readonly (string Word, string Code)[] All =
    [
        ("annual", FrequencyCodes.Annual),
        ("quarterly", FrequencyCodes.Quarterly),
        ("monthly", FrequencyCodes.Monthly),
    ];

    public static string? Check(string word) =>
        All.Any(one => one.Word == word) ? null : $"one of {string.Join(", ", All.Select(one => one.Word))}";

    public static string CodeOf(string word) => All.Single(one => one.Word == word).Code;

    public static string WordOf(string code) => All.Single(one => one.Code == code).Word;

    /// <summary>The period that a day lies in, as the API writes it.</summary>
    public static string Text(DateTime day, string code) => code switch
    {
        FrequencyCodes.Quarterly => $"{day:yyyy}Q{((day.Month - 1) / 3) + 1}",
        FrequencyCodes.Monthly => $"{day:yyyy}M{day:MM}",
        _ => $"{day:yyyy}",
    };

    public static DateTime Start(DateTime day, string code) => code switch
    {
        FrequencyCodes.Quarterly => new DateTime(day.Year, day.Month - ((day.Month - 1) % 3), 1, 0, 0, 0, DateTimeKind.Utc),
        FrequencyCodes.Monthly => new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => new DateTime(day.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };

    /// <summary>Numbers the periods without gaps.</summary>
    public static long Number(DateTime day, string code) => code switch
    {
        FrequencyCodes.Quarterly => (day.Year * 4L) + ((day.Month - 1) / 3),
        FrequencyCodes.Monthly => (day.Year * 12L) + day.Month - 1,
        _ => day.Year,
    };
}
