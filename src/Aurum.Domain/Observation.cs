namespace Aurum.Domain;

/// <summary>One value of a series, for one timestamp, as known on one day.</summary>
/// <param name="Timestamp">The provider's own date of the period, UTC: first day of a month, quarter or year; the day it names for a week.</param>
/// <param name="AsOf">The day the value became known.</param>
/// <param name="Value">The double nearest to the provider's text; null where the provider says the value is missing.</param>
/// <param name="ValueRaw">The provider's text, only where <paramref name="Value"/> does not print as that same text.</param>
/// <param name="Status">The provider's flag on the value (estimated, preliminary, forecast).</param>
/// <param name="QualityFlag">Set when the value failed a check of the provider: such a value is never a good one.</param>
/// <param name="Metadata">What else the provider says of this value.</param>
public readonly record struct Observation(
    DateTime Timestamp,
    DateOnly AsOf,
    double? Value,
    string? ValueRaw = null,
    string? Status = null,
    string? QualityFlag = null,
    IReadOnlyDictionary<string, string>? Metadata = null)
{
    /// <summary>True when both say the same of the same timestamp; the day on which they said it does not matter.</summary>
    public bool SaysTheSameAs(in Observation other) =>
        Timestamp == other.Timestamp
        && Value == other.Value
        && ValueRaw == other.ValueRaw
        && Status == other.Status
        && QualityFlag == other.QualityFlag;
}

/// <summary>Statuses that are ours; all others are the providers' own.</summary>
public static class ObservationStatus
{
    /// <summary>The provider stated a value for this timestamp, and states none any more.</summary>
    public const string Withdrawn = "WITHDRAWN";
}

/// <summary>What all observations of a slice share.</summary>
/// <param name="FrequencyCode">One of <see cref="FrequencyCodes"/>, or the provider's own code where none fits.</param>
public sealed record SeriesAttributes(string? UnitCode, string? FrequencyCode, string? DatasetCode, string? GeoId);

/// <summary>Some observations of one series that share their attributes, in the order of their timestamps.</summary>
public sealed record ObservationSlice(SeriesId Series, SeriesAttributes Attributes, IReadOnlyList<Observation> Observations);

/// <summary>Frequency codes as in SDMX's CL_FREQ where it has one.</summary>
public static class FrequencyCodes
{
    /// <summary>How long a period can be: its value comes after its end, and bears the timestamp of its beginning. A year where that is not known.</summary>
    public static TimeSpan LongestPeriod(string? frequency) => TimeSpan.FromDays(frequency switch
    {
        Hourly or Daily => 1,
        Weekly => 7,
        BiWeekly => 14,
        Monthly => 31,
        Quarterly => 92,
        SemiAnnual => 184,
        _ => 366,
    });

    public const string Annual = "A", SemiAnnual = "SA", Quarterly = "Q", Monthly = "M", BiWeekly = "BW", Weekly = "W", Daily = "D", Hourly = "H";
}
