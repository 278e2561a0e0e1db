using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>A series' place at NOAA, read back from its coordinates.</summary>
/// <param name="Station">With its namespace.</param>
/// <param name="Area">Where its station was found, as a parameter; null for a named station.</param>
/// <param name="LastYear">The year of its station's last report when it was found; it moves once a year, so that a definition is not new every day.</param>
internal readonly record struct NoaaSeries(
    string Dataset,
    string Station,
    string DataType,
    string Units,
    NoaaTransport Transport = NoaaTransport.Cdo,
    string? Area = null,
    int? LastYear = null)
{
    private const string Ncei = "ncei";

    public static NoaaSeries Of(SeriesDefinition series)
    {
        var coordinates = series.Coordinates;
        return new(
            coordinates["dataset"],
            coordinates["station"],
            coordinates["datatype"],
            coordinates["units"],
            coordinates.GetValueOrDefault("transport") == Ncei ? NoaaTransport.Ncei : NoaaTransport.Cdo,
            coordinates.GetValueOrDefault("area"),
            coordinates.TryGetValue("last_year", out var year) ? int.Parse(year, CultureInfo.InvariantCulture) : null);
    }

    /// <summary><c>GHCND:USW00094728:TMAX</c>.</summary>
    public static string Code(string dataset, string station, string dataType) => $"{dataset}:{WithoutNamespace(station)}:{dataType}";

    /// <summary>Observations of all datasets name stations in one namespace, whichever was asked for.</summary>
    public static string WithoutNamespace(string station) => station[(station.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public IReadOnlyDictionary<string, string> Coordinates()
    {
        var coordinates = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dataset"] = Dataset,
            ["station"] = Station,
            ["datatype"] = DataType,
            ["units"] = Units,
        };
        if (Transport == NoaaTransport.Ncei)
        {
            coordinates["transport"] = Ncei;
        }

        if (Area is not null)
        {
            coordinates["area"] = Area;
        }

        if (LastYear is { } year)
        {
            coordinates["last_year"] = year.ToString(CultureInfo.InvariantCulture);
        }

        return coordinates;
    }
}
