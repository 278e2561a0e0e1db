using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>A series' place at NOAA, read back from its coordinates.</summary>
/// <param name="Station">With its namespace.</param>
internal readonly record struct NoaaSeries(string Dataset, string Station, string DataType, string Units)
{
    public static NoaaSeries Of(SeriesDefinition series) =>
        new(series.Coordinates["dataset"], series.Coordinates["station"], series.Coordinates["datatype"], series.Coordinates["units"]);

    public static IReadOnlyDictionary<string, string> Coordinates(string dataset, string station, string dataType, string units) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dataset"] = dataset,
            ["station"] = station,
            ["datatype"] = dataType,
            ["units"] = units,
        };

    /// <summary>Observations of all datasets name stations in one namespace, whichever was asked for.</summary>
    public static string WithoutNamespace(string station) => station[(station.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
