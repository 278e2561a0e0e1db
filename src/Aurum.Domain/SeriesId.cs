namespace Aurum.Domain;

/// <summary>Names one series for the whole system: the provider's short name and the series' code at that provider.</summary>
/// <param name="Provider">Lower-case name from the provider catalog: <c>fred</c>, <c>eia</c>, <c>noaa</c>, <c>worldbank</c>.</param>
/// <param name="Code">The provider's own code, e.g. <c>DGS10</c> or <c>GHCND:USW00094728:TMAX</c>.</param>
public sealed record SeriesId(string Provider, string Code) : IComparable<SeriesId>
{
    /// <summary><c>provider|code</c>: the key of Kafka records and of sharded collectors.</summary>
    public override string ToString() => $"{Provider}|{Code}";

    /// <exception cref="FormatException">The text has no <c>|</c> between provider and code.</exception>
    public static SeriesId Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar > 0 && bar < text.Length - 1
            ? new SeriesId(text[..bar], text[(bar + 1)..])
            : throw new FormatException($"'{text}' is no series id: expected provider|code.");
    }

    public int CompareTo(SeriesId? other) => other is null ? 1 : string.CompareOrdinal(ToString(), other.ToString());
}
