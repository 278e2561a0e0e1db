using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>How many periods a series has in a window, as near as that can be known before they are read.</summary>
internal static class EiaSpan
{
    private const double TradingDaysAYear = 250, DaysAYear = 365.25;

    /// <summary>Families whose days are those of a market; the grid and the reactors run on every day.</summary>
    private static readonly string[] TradingFamilies = ["petroleum", "natural-gas", "PET", "NG"];

    /// <summary>The grid monitor's, where neither the catalog nor the window tell a beginning.</summary>
    private static readonly DateTime BeginningOfHours = new(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>How many are sent for a window, those among them that were not asked for but cannot be told apart.</summary>
    public static long Sent(SeriesDefinition series, Window window, CatalogEntry? known, DateOnly today) =>
        Periods(series, EiaPeriod.Asked(window, series.Frequency().Shape), known, today);

    public static long Periods(SeriesDefinition series, Window window, CatalogEntry? known, DateOnly today)
    {
        var family = series.IsLegacy() ? series.Id.Code.Split('.')[0] : series.Route().Split('/')[0];
        var shape = series.Frequency().Shape;
        var from = Later(window.From, known?.Start ?? (window.From > DateTime.MinValue ? window.From : shape >= PeriodShape.Hour ? BeginningOfHours : Beginning(family)));
        var end = End(family, today);
        var to = window.To < end ? window.To : end;
        return from >= to ? 0 : Math.Max(1, Count(series.Frequency(), from, to, TradingFamilies.Contains(family)));
    }

    /// <summary>Pages of rows, each of which begins with the last row of the page before.</summary>
    public static long Pages(long rows) => Math.Max(1, ((rows - 1) / (EiaRequest.RowsPerPage - 1)) + 1);

    private static long Count(EiaFrequency frequency, DateTime from, DateTime to, bool isTraded) => frequency.Shape switch
    {
        PeriodShape.Year => Beginnings(to, 12) - Beginnings(from, 12),
        PeriodShape.Quarter => Beginnings(to, 3) - Beginnings(from, 3),
        PeriodShape.Month => Beginnings(to, 1) - Beginnings(from, 1),
        PeriodShape.Hour or PeriodShape.ZonedHour => (long)(to - from).TotalHours,
        _ when frequency.Id != "daily" => (long)Math.Round((to - from).TotalDays / 7),
        _ => (long)Math.Round((to - from).TotalDays * (isTraded ? TradingDaysAYear / DaysAYear : 1)),
    };

    /// <summary>How many periods of so many months began before a moment.</summary>
    private static long Beginnings(DateTime moment, int months)
    {
        var begun = (moment.Year * 12L) + moment.Month - 1 + (moment.Day > 1 || moment.TimeOfDay > TimeSpan.Zero ? 1 : 0);
        return (begun + months - 1) / months;
    }

    /// <summary>Oil has been quoted since 1986; of the other series many begin about 1990.</summary>
    private static DateTime Beginning(string family) => new(family is "petroleum" or "PET" ? 1986 : 1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Forecasts reach to the end of the next year, outlooks to the middle of the century.</summary>
    private static DateTime End(string family, DateOnly today) => family switch
    {
        "steo" or "STEO" => new DateTime(today.Year + 2, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        "aeo" or "ieo" or "AEO" or "IEO" => new DateTime(2051, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => today.AddDays(1).ToDateTime(default, DateTimeKind.Utc),
    };

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;
}
