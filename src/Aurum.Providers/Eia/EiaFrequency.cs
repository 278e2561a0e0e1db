namespace Aurum.Providers.Eia;

/// <summary>How a period is written: the part of it that is smallest.</summary>
internal enum PeriodShape
{
    Year,
    Quarter,
    Month,
    Day,
    Hour,
    ZonedHour,
}

/// <summary>One of EIA's frequencies.</summary>
/// <param name="Id">As in queries: <c>annual</c>, never "yearly".</param>
/// <param name="Code">As in catalog entries and observations.</param>
/// <param name="LegacySuffix">Last part of a legacy series id.</param>
internal sealed record EiaFrequency(string Id, string Code, string LegacySuffix, PeriodShape Shape)
{
    public static readonly IReadOnlyList<EiaFrequency> All =
    [
        new("annual", "A", "A", PeriodShape.Year),
        new("quarterly", "Q", "Q", PeriodShape.Quarter),
        new("monthly", "M", "M", PeriodShape.Month),
        new("weekly", "W", "W", PeriodShape.Day),
        new("daily", "D", "D", PeriodShape.Day),
        new("four-week-average", "4", "4", PeriodShape.Day),
        new("hourly", "H", "H", PeriodShape.Hour),
        new("local-hourly", "LH", "HL", PeriodShape.ZonedHour),
    ];

    public static EiaFrequency? Find(string id) => All.FirstOrDefault(frequency => frequency.Id == id);

    public static EiaFrequency? OfLegacy(string seriesId) =>
        All.FirstOrDefault(frequency => seriesId.EndsWith($".{frequency.LegacySuffix}", StringComparison.Ordinal));
}
