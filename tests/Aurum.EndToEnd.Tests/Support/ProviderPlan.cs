using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>What a test has one provider configured for, and the series that must come of it.</summary>
/// <param name="Datasets">As they stand in the file.</param>
/// <param name="Start">The start of all datasets.</param>
/// <param name="Unlucky">The series that faults are aimed at.</param>
/// <param name="UnluckyData">Part of the requests for its observations, and of no other's.</param>
internal sealed record ProviderPlan(string Provider, object[] Datasets, SeriesId[] Series, DateOnly Start, SeriesId Unlucky, string UnluckyData)
{
    /// <summary>Datasets that take a provider of very long pages several of them, over all time; null where the others do.</summary>
    public object[]? Paged { get; private init; }

    /// <summary>Each provider that this build knows, small: hundreds of observations a series and several pages of them.</summary>
    public static IReadOnlyList<ProviderPlan> All { get; } =
        [.. ((ProviderPlan[])[Fred(), Eia(), Noaa(), WorldBank()]).Where(plan => ProviderCatalog.Find(plan.Provider) is not null)];

    public static ProviderPlan Of(string provider) => All.Single(plan => plan.Provider == provider);

    private static ProviderPlan Fred()
    {
        const string Start = "2023-01-01";
        return new(
            "fred",
            [
                new { series = (string[])["DGS10", "DEXUSEU", "UNRATE"], start = Start, lookback_observations = 30 },
                new { series = (string[])["GDP", "WGS10YR"], start = Start, lookback_observations = 10 },
            ],
            [.. ((string[])["DGS10", "DEXUSEU", "UNRATE", "GDP", "WGS10YR"]).Select(code => new SeriesId("fred", code))],
            DateOnly.Parse(Start, null),
            new("fred", "UNRATE"),
            "series/observations?series_id=UNRATE");
    }

    private static ProviderPlan Eia()
    {
        const string Start = "2024-01-01";
        return new(
            "eia",
            [
                new { route = "petroleum/pri/spt", frequency = "daily", facets = new { series = (string[])["RWTC", "RBRTE"] }, data = (string[])["value"], start = Start, lookback_observations = 30 },
                new { route = "natural-gas/pri/fut", frequency = "weekly", facets = new { series = (string[])["RNGWHHD"] }, data = (string[])["value"], start = Start, lookback_observations = 30 },
            ],
            [new("eia", "petroleum/pri/spt:daily:RWTC"), new("eia", "petroleum/pri/spt:daily:RBRTE"), new("eia", "natural-gas/pri/fut:weekly:RNGWHHD")],
            DateOnly.Parse(Start, null),
            new("eia", "natural-gas/pri/fut:weekly:RNGWHHD"),
            "natural-gas/pri/fut/data");
    }

    private static ProviderPlan Noaa()
    {
        const string Start = "2025-03-01";
        return new(
            "noaa",
            [
                new { dataset = "GHCND", stations = (string[])["USW00094728", "USW00014739"], datatypes = (string[])["TMAX", "PRCP"], start = Start, lookback_observations = 60 },
                new { dataset = "GSOM", stations = (string[])["USW00023174"], datatypes = (string[])["TMAX"], start = Start, lookback_observations = 12 },
            ],
            [
                new("noaa", "GHCND:USW00094728:TMAX"), new("noaa", "GHCND:USW00094728:PRCP"), new("noaa", "GHCND:USW00014739:TMAX"), new("noaa", "GHCND:USW00014739:PRCP"),
                new("noaa", "GSOM:USW00023174:TMAX"),
            ],
            DateOnly.Parse(Start, null),
            new("noaa", "GSOM:USW00023174:TMAX"),
            "datasetid=GSOM");
    }

    private static ProviderPlan WorldBank()
    {
        const string Start = "1960-01-01";
        return new(
            "worldbank",
            [
                new { indicators = (string[])["NY.GDP.MKTP.CD", "SP.POP.TOTL"], countries = (string[])["USA", "DEU", "WLD"], start = Start, lookback_observations = 10 },
                new { indicators = (string[])["FP.CPI.TOTL.ZG"], countries = (string[])["FRA"], start = Start, lookback_observations = 10 },
            ],
            [
                .. from indicator in (string[])["NY.GDP.MKTP.CD", "SP.POP.TOTL"]
                   from country in (string[])["USA", "DEU", "WLD"]
                   select new SeriesId("worldbank", $"{indicator}:{country}"),
                new("worldbank", "FP.CPI.TOTL.ZG:FRA"),
            ],
            DateOnly.Parse(Start, null),
            new("worldbank", "FP.CPI.TOTL.ZG:FRA"),
            "country/FRA/indicator/FP.CPI.TOTL.ZG")
        {
            Paged = [new { indicators = Enumerable.Range(1, 40).Select(number => $"AU.PAGED.{number}"), countries = (string[])["ARG", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHL", "CHN", "COL"], source = 2 }],
        };
    }
}
