using Cronos;

namespace Aurum.Host.Configuration;

/// <summary>Whether a text is a cron expression of five fields.</summary>
public static class CronCheck
{
    private const string Valid = "a cron expression of five fields (minute hour day month weekday) such as \"0 */4 * * *\"";

    /// <summary>What would have been valid; null when the text is.</summary>
    public static string? Check(string text)
    {
        // Cronos also reads macros such as @daily; the five fields are the one form that is documented here.
        if (text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            return Valid;
        }

        return CronExpression.TryParse(text, CronFormat.Standard, out _) ? null : Valid;
    }
}
