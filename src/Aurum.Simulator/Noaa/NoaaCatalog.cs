using Aurum.Simulator.Values;

namespace Aurum.Simulator.Noaa;

/// <param name="Id">Without its prefix.</param>
/// <param name="Last">The day of its last report; null for a station that still reports.</param>
internal sealed record NoaaStation(
    string Id, string Name, double Latitude, double Longitude, double Elevation, DateOnly First, string Location, DateOnly? Last = null, double Coverage = 1)
{
    /// <summary>Six digits name a rain gauge of the cooperative network by its own numbers.</summary>
    public bool IsGauge => Id.Length == 6;

    /// <summary>As the API names it.</summary>
    public string FullId => (IsGauge ? NoaaCatalog.GaugePrefix : NoaaCatalog.Prefix) + Id;

    public bool IsAutomatic => Id.StartsWith("USW", StringComparison.Ordinal);

    /// <summary>Volunteers of the cooperative network measure no wind; what needs a person at a fixed hour is theirs.</summary>
    public bool Measures(string datatype) => datatype switch
    {
        "HPCP" or "QPCP" => IsGauge,
        _ when IsGauge => false,
        "AWND" or "WSF2" => IsAutomatic,
        "TOBS" or "EVAP" => !IsAutomatic,
        _ => true,
    };
}

/// <param name="InTenths">Whether GHCND's raw values are tenths of the unit.</param>
/// <param name="SharedNoise">Data types with the same text stray together, so that no minimum exceeds its maximum.</param>
internal sealed record NoaaDatatype(string Id, string Name, string Unit, bool InTenths, Shape Shape, string SharedNoise);

internal sealed record NoaaDataset(string Id, string Uid, string Name, Cadence Cadence, int MaxYears)
{
    /// <summary>Climate normals, dated in the year 2010 whatever day it is.</summary>
    public bool IsNormals => Id.StartsWith("NORMAL_", StringComparison.Ordinal);

    /// <summary>Rain by the hour or its quarters, up to 2013: rows only of periods with rain, or of which it is not known.</summary>
    public bool IsRain => Id.StartsWith("PRECIP_", StringComparison.Ordinal);

    /// <summary>The types of normals begin with the part of the year that they are of.</summary>
    public bool Has(NoaaDatatype datatype) =>
        IsNormals ? datatype.Id.StartsWith(Id["NORMAL_".Length..] + "-", StringComparison.Ordinal)
        : IsRain ? datatype.Id == (Cadence == Cadence.Hourly ? "HPCP" : "QPCP")
        : datatype.Id is not ("HPCP" or "QPCP") && !datatype.Id.Contains('-', StringComparison.Ordinal);
}

internal static class NoaaCatalog
{
    public const string Prefix = "GHCND:", GaugePrefix = "COOP:";

    public static readonly NoaaDataset[] Datasets =
    [
        new("GHCND", "gov.noaa.ncdc:C00861", "Daily Summaries", Cadence.Daily, 1),
        new("GSOM", "gov.noaa.ncdc:C00946", "Global Summary of the Month", Cadence.Monthly, 10),
        new("GSOY", "gov.noaa.ncdc:C00947", "Global Summary of the Year", Cadence.Annual, 10),
        new("NORMAL_ANN", "gov.noaa.ncdc:C00821", "Normals Annual/Seasonal", Cadence.Annual, 10),
        new("NORMAL_DLY", "gov.noaa.ncdc:C00823", "Normals Daily", Cadence.Daily, 1),
        new("NORMAL_HLY", "gov.noaa.ncdc:C00824", "Normals Hourly", Cadence.Hourly, 1),
        new("NORMAL_MLY", "gov.noaa.ncdc:C00822", "Normals Monthly", Cadence.Monthly, 10),
        new("PRECIP_15", "gov.noaa.ncdc:C00505", "Precipitation 15 Minute", Cadence.QuarterHourly, 1),
        new("PRECIP_HLY", "gov.noaa.ncdc:C00313", "Precipitation Hourly", Cadence.Hourly, 1),
    ];

    public static readonly NoaaDatatype[] Datatypes =
    [
        new("ANN-PRCP-NORMAL", "Long-term averages of annual precipitation totals", "mm", true, new(1100, Wiggle: 0.3, Decimals: 1, Floor: 0), "normals"),
        new("ANN-TMAX-NORMAL", "Long-term averages of annual maximum temperature", "degC", true, new(18, Wiggle: 0.2, Decimals: 1), "normals"),
        new("AWND", "Average wind speed", "m/s", true, new(3.6, Wiggle: 0.9, Decimals: 1, Season: -0.6, Floor: 0), "wind"),
        new("DLY-TMAX-NORMAL", "Long-term averages of daily maximum temperature", "degC", true, new(18, Wiggle: 0.02, Decimals: 1, Season: 12), "normals"),
        new("DLY-TMIN-NORMAL", "Long-term averages of daily minimum temperature", "degC", true, new(9, Wiggle: 0.02, Decimals: 1, Season: 11), "normals"),
        new("EVAP", "Evaporation of water from evaporation pan", "mm", true, new(4, Wiggle: 0.8, Decimals: 1, Season: 3, Floor: 0), "pan"),
        new("HLY-TEMP-NORMAL", "Long-term averages of hourly temperature", "degC", true, new(13, Wiggle: 0.02, Decimals: 1, Season: 11, DayCycle: 4), "normals"),
        new("HLY-WIND-AVGSPD", "Long-term averages of hourly wind speed", "m/s", true, new(3.4, Wiggle: 0.3, Decimals: 1, Floor: 0), "normals"),
        new("HPCP", "Hourly precipitation", "mm", true, new(2, Wiggle: 3, Decimals: 1, Floor: 0), "rain"),
        new("MLY-PRCP-NORMAL", "Long-term averages of monthly precipitation totals", "mm", true, new(90, Wiggle: 0.3, Decimals: 1, Floor: 0), "normals"),
        new("MLY-TAVG-NORMAL", "Long-term averages of monthly average temperature", "degC", true, new(13, Wiggle: 0.05, Decimals: 1, Season: 12), "normals"),
        new("PRCP", "Precipitation", "mm", true, new(0.5, Wiggle: 30, Decimals: 1, Floor: 0), "water"),
        new("QPCP", "Precipitation of a quarter of an hour", "mm", true, new(0.7, Wiggle: 3, Decimals: 1, Floor: 0), "rain"),
        new("SNOW", "Snowfall", "mm", false, new(-12, Wiggle: 2, Decimals: 0, Season: -18, Floor: 0), "water"),
        new("SNWD", "Snow depth", "mm", false, new(-20, Wiggle: 3, Decimals: 0, Season: -50, Floor: 0), "water"),
        new("TMAX", "Maximum temperature", "degC", true, new(17, Wiggle: 0.45, Decimals: 1, Season: 12), "warmth"),
        new("TMIN", "Minimum temperature", "degC", true, new(8, Wiggle: 0.8, Decimals: 1, Season: 11), "warmth"),
        new("TOBS", "Temperature at the time of observation", "degC", true, new(11, Wiggle: 0.6, Decimals: 1, Season: 11), "warmth"),
        new("WSF2", "Fastest 2-minute wind speed", "m/s", true, new(8, Wiggle: 0.6, Decimals: 1, Season: -1, Floor: 0), "wind"),
    ];

    public static readonly NoaaStation[] Stations =
    [
        new("USW00094728", "NY CITY CENTRAL PARK, NY US", 40.77898, -73.96925, 42.7, new(1869, 1, 1), "FIPS:36"),
        new("USW00014739", "BOSTON, MA US", 42.36057, -71.00975, 3.2, new(1936, 1, 1), "FIPS:25"),
        new("USC00457180", "SEATTLE PORTAGE BAY, WA US", 47.65, -122.3167, 5.8, new(1948, 7, 1), "FIPS:53"),
        new("USW00093738", "WASHINGTON DULLES INTERNATIONAL AIRPORT, VA US", 38.9349, -77.4473, 88.4, new(1960, 4, 1), "FIPS:51"),
        new("USW00094846", "CHICAGO OHARE INTERNATIONAL AIRPORT, IL US", 41.96017, -87.93164, 204.8, new(1946, 10, 9), "FIPS:17"),
        new("USW00023174", "LOS ANGELES INTERNATIONAL AIRPORT, CA US", 33.93816, -118.3866, 29.7, new(1944, 8, 1), "FIPS:06"),
        new("USW00014895", "AKRON CANTON AIRPORT, OH US", 40.9181, -81.4435, 369.7, new(1948, 7, 1), "FIPS:39"),
        new("USC00200230", "ANN ARBOR U OF MICH, MI US", 42.2981, -83.6639, 274.3, new(1891, 10, 1), "FIPS:26"),
        .. Carolina(),
    ];

    /// <summary>A state with many stations: every fourth automatic, every fifth closed for years, every seventh with gaps.</summary>
    private static IEnumerable<NoaaStation> Carolina() => Enumerable.Range(0, 40).Select(number => new NoaaStation(
        number % 4 == 0 ? $"USW000137{number:D2}" : $"USC003100{number:D2}",
        $"CAROLINA {number}, NC US",
        34 + (number % 10 * 0.25),
        -83.5 + (number * 0.18),
        20 + (number * 17),
        new DateOnly(1950 + number, 1 + (number % 12), 15),
        "FIPS:37",
        number % 5 == 4 ? new DateOnly(2009 + (number % 7), 6, 30) : null,
        number % 7 == 6 ? 0.55 : 0.98));

    /// <summary>A known station, or a made one for any well-formed id that does not begin with NOSUCH; with or without its prefix.</summary>
    public static NoaaStation? Station(string id)
    {
        var bare = id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : id.StartsWith(GaugePrefix, StringComparison.Ordinal) ? id[GaugePrefix.Length..] : id;
        if (bare.Length == 6 && bare.All(char.IsAsciiDigit))
        {
            return new NoaaStation(bare, $"SIMULATED GAUGE {bare}, US", 33, -87, 180, new DateOnly(1970, 5, 12), "FIPS:01", new DateOnly(2013, 12, 31));
        }

        return Stations.FirstOrDefault(station => station.Id == bare)
            ?? (bare.Length == 11 && bare.All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && !bare.StartsWith("NOSUCH", StringComparison.Ordinal)
                ? new NoaaStation(bare, $"SIMULATED {bare}, US", 40, -100 + (int)(Noise.Hash(0, bare) % 30), 100, new(1950, 1, 1), "FIPS:20")
                : null);
    }
}
