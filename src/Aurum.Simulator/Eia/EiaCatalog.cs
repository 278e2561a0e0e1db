using System.Globalization;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Eia;

/// <summary>A frequency as the API names it.</summary>
internal sealed record EiaFrequency(string Id, string Query, string Format, string Description, Cadence Cadence)
{
    public static readonly EiaFrequency
        Daily = new("daily", "D", "YYYY-MM-DD", "One data point for each day.", Cadence.BusinessDaily),
        Weekly = new("weekly", "W", "YYYY-MM-DD", "One data point for each week.", Cadence.WeeklyEndingFriday),
        Monthly = new("monthly", "M", "YYYY-MM", "One data point for each month.", Cadence.Monthly),
        Quarterly = new("quarterly", "Q", "YYYY-\"Q\"Q", "One data point every 3 months.", Cadence.Quarterly),
        Annual = new("annual", "A", "YYYY", "One data point for each calendar year.", Cadence.Annual),
        Hourly = new("hourly", "H", "YYYY-MM-DD\"T\"HH24", "One data point for each hour in UTC time.", Cadence.Hourly),
        LocalHourly = new("local-hourly", "LH", "YYYY-MM-DD\"T\"HH24TZH", "One data point for each hour in local time.", Cadence.Hourly);

    /// <param name="zone">Hours by which the line's standard time differs from UTC.</param>
    public string Period(DateTime timestamp, int zone) => Cadence switch
    {
        Cadence.Hourly when this == LocalHourly => EiaLocalTime.Text(timestamp, zone),
        Cadence.Hourly => timestamp.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
        Cadence.Monthly => timestamp.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        Cadence.Quarterly => string.Create(CultureInfo.InvariantCulture, $"{timestamp:yyyy}-Q{((timestamp.Month - 1) / 3) + 1}"),
        Cadence.Annual => timestamp.ToString("yyyy", CultureInfo.InvariantCulture),
        _ => timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };
}

/// <param name="NameColumn">The row's column for a value's name; null where the value stands alone.</param>
internal sealed record EiaFacet(string Id, string Description, string? NameColumn);

internal sealed record EiaColumn(string Id, string? Units, Shape Shape);

/// <summary>Where a row says the unit of its values.</summary>
internal enum UnitStyle
{
    /// <summary><c>price-units</c> beside <c>price</c>.</summary>
    PerColumn,

    /// <summary>One column <c>units</c>.</summary>
    Units,

    /// <summary>One column <c>unit</c>.</summary>
    Unit,

    /// <summary>A facet of the row.</summary>
    Facet,
}

/// <summary>One combination of facet values that has data.</summary>
/// <param name="Values">In the order of the leaf's facets, as <paramref name="Names"/>.</param>
/// <param name="Shape">Overrides the column's.</param>
/// <param name="Zone">Hours by which standard time differs from UTC where the line is at home.</param>
internal sealed record EiaLine(string[] Values, string[] Names, Shape? Shape = null, string? Units = null, double Scale = 1, int Zone = -5)
{
    public string Code { get; } = string.Join('.', Values);
}

/// <summary>A route with data.</summary>
/// <param name="Open">Position of a facet that takes any short id, so that every series can be asked for; null for none.</param>
/// <param name="LagDays">From a period's date until it is published; negative for forecasts.</param>
internal sealed record EiaLeaf(
    string Route,
    string Name,
    string? Description,
    EiaFrequency[] Frequencies,
    EiaFrequency Default,
    EiaFacet[] Facets,
    EiaColumn[] Columns,
    EiaLine[] Lines,
    UnitStyle UnitStyle,
    DateOnly First,
    int LagDays,
    int? Open = null,
    int MissingOneIn = 0)
{
    /// <summary>The line of an open facet's value that is in no table; null where the value could not be a short id.</summary>
    public EiaLine? OnDemand(string value)
    {
        if (Open is not { } at || value.Length == 0 || value.StartsWith("NOSUCH", StringComparison.Ordinal) || !value.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            return null;
        }

        var (values, names) = ((string[])Lines[0].Values.Clone(), (string[])Lines[0].Names.Clone());
        (values[at], names[at]) = (value, $"Simulated series {value}");
        return new EiaLine(values, names, new Shape(5 + (Noise.Hash(0, value) % 95), 0.01, 0.4, 3), Lines[0].Units);
    }
}

internal static class EiaCatalog
{
    private static readonly EiaFacet[] PriceFacets =
    [
        new("duoarea", "Area", "area-name"), new("product", "Product", "product-name"), new("process", "Process", "process-name"), new("series", "Series", "series-description"),
    ];

    private static readonly (string Id, string Name, double Scale)[] Authorities =
    [
        ("CISO", "California Independent System Operator", 1), ("ERCO", "Electric Reliability Council of Texas, Inc.", 1.9), ("MISO", "Midcontinent Independent System Operator, Inc.", 2.9),
        ("PJM", "PJM Interconnection, LLC", 3.5), ("NYIS", "New York Independent System Operator", 0.7), ("ISNE", "ISO New England", 0.5), ("SWPP", "Southwest Power Pool", 1.2),
        ("TVA", "Tennessee Valley Authority", 0.7), ("BPAT", "Bonneville Power Administration", 0.3), ("AEC", "PowerSouth Energy Cooperative", 0.02), ("US48", "United States Lower 48", 18),
    ];

    private static readonly EiaFrequency[] AllButHourly = [EiaFrequency.Daily, EiaFrequency.Weekly, EiaFrequency.Monthly, EiaFrequency.Annual];

    public static readonly EiaLeaf[] Leaves =
    [
        new("petroleum/pri/spt", "Spot Prices", null, AllButHourly, EiaFrequency.Weekly, PriceFacets, [new("value", null, new(68, Wiggle: 0.6))],
            [
                PriceLine("YCUOK", "NA", "EPCWTI", "WTI Crude Oil", "PF4", "Spot Price FOB", "RWTC", "Cushing, OK WTI Spot Price FOB (Dollars per Barrel)", "$/BBL", new(68, Wiggle: 0.6)),
                PriceLine("ZEU", "NA", "EPCBRENT", "UK Brent Crude Oil", "PF4", "Spot Price FOB", "RBRTE", "Europe Brent Spot Price FOB (Dollars per Barrel)", "$/BBL", new(72, Wiggle: 0.6)),
                PriceLine("RGC", "NA", "EPMRU", "Conventional Regular Gasoline", "PF4", "Spot Price FOB", "EER_EPMRU_PF4_RGC_DPG", "U.S. Gulf Coast Conventional Gasoline Regular Spot Price FOB (Dollars per Gallon)", "$/GAL", new(1.1, Wiggle: 0.5, Decimals: 3)),
            ],
            UnitStyle.Units, new(1986, 1, 2), 3, Open: 3),
        new("natural-gas/pri/fut", "Spot and Futures Prices (NYMEX)", null, AllButHourly, EiaFrequency.Weekly, PriceFacets, [new("value", null, new(3.4, Wiggle: 0.7, Decimals: 3))],
            [
                PriceLine("RGC", "NA", "EPG0", "Natural Gas", "PS0", "Spot Price", "RNGWHHD", "Henry Hub Natural Gas Spot Price (Dollars per Million Btu)", "$/MMBTU", new(3.4, Wiggle: 0.7)),
                .. Enumerable.Range(1, 4).Select(n => PriceLine("Y35NY", "NEW YORK CITY", "EPG0", "Natural Gas", $"PE{n}", $"Future Contract {n}", $"RNGC{n}", $"Natural Gas Futures Contract {n} (Dollars per Million Btu)", "$/MMBTU", new(3.4, Wiggle: 0.7, Decimals: 3))),
            ],
            UnitStyle.Units, new(1997, 1, 7), 3, Open: 3),
        new("petroleum/stoc/wstk", "Weekly Stocks", null, [EiaFrequency.Weekly], EiaFrequency.Weekly, PriceFacets, [new("value", null, new(430_000, Wiggle: 0.2, Decimals: 0))],
            [
                PriceLine("NUS", "U.S.", "EPC0", "Crude Oil", "SAE", "Ending Stocks", "WCRSTUS1", "U.S. Ending Stocks of Crude Oil (Thousand Barrels)", "MBBL", new(1_050_000, Wiggle: 0.2, Decimals: 0)),
                PriceLine("NUS", "U.S.", "EPC0", "Crude Oil", "SAX", "Ending Stocks Excluding SPR", "WCESTUS1", "U.S. Ending Stocks excluding SPR of Crude Oil (Thousand Barrels)", "MBBL", new(430_000, Wiggle: 0.2, Decimals: 0)),
                PriceLine("NUS", "U.S.", "EPM0", "Total Gasoline", "SAE", "Ending Stocks", "WGTSTUS1", "U.S. Ending Stocks of Total Gasoline (Thousand Barrels)", "MBBL", new(225_000, Wiggle: 0.1, Decimals: 0)),
            ],
            UnitStyle.Units, new(1990, 1, 5), 5, Open: 3),
        new("electricity/retail-sales", "Electricity Sales to Ultimate Customers",
            "Electricity sales to ultimate customer by state and sector (number of customers, average price, revenue, and megawatthours of sales).  \n    Sources: Forms EIA-826, EIA-861, EIA-861M",
            [EiaFrequency.Monthly, EiaFrequency.Quarterly, EiaFrequency.Annual], EiaFrequency.Monthly,
            [new("stateid", "State / Census Region", "stateDescription"), new("sectorid", "Sector", "sectorName")],
            [
                new("revenue", "million dollars", new(520, 0.02, 0.15, 5, Season: 60)),
                new("sales", "million kilowatt hours", new(5_000, 0.005, 0.15, 5, Season: 500)),
                new("price", "cents per kilowatt-hour", new(11, 0.02, 0.1)),
                new("customers", "number of customers", new(2_400_000, 0.01, 0.01, 0)),
            ],
            Cross(
                [
                    ("US", "U.S. Total", 50), ("AK", "Alaska", 0.1), ("AZ", "Arizona", 1.3), ("CA", "California", 4), ("CO", "Colorado", 1), ("FL", "Florida", 4), ("GA", "Georgia", 2.3),
                    ("IL", "Illinois", 2.2), ("MA", "Massachusetts", 1), ("NY", "New York", 2.4), ("OH", "Ohio", 2.4), ("PA", "Pennsylvania", 2.3), ("TX", "Texas", 6.5), ("WA", "Washington", 1.4),
                ],
                [("ALL", "all sectors", 1), ("RES", "residential", 0.4), ("COM", "commercial", 0.36), ("IND", "industrial", 0.24)]),
            UnitStyle.PerColumn, new(2001, 1, 1), 85, MissingOneIn: 150),
        new("electricity/rto/region-data", "Hourly Demand, Demand Forecast, Generation, and Interchange",
            "Hourly demand, day-ahead demand forecast, net generation, and interchange by balancing authority.  \n    Source: Form EIA-930\n    Product: Hourly Electric Grid Monitor",
            [EiaFrequency.Hourly, EiaFrequency.LocalHourly], EiaFrequency.Hourly,
            [new("respondent", "Balancing Authority / Region", "respondent-name"), new("type", "Data Type", "type-name")],
            [new("value", "megawatthours", new(25_000, 0.005, 0.2, 0, Season: 4_000, DayCycle: 4_000))],
            AtHome(Cross(Authorities, [("D", "Demand", 1), ("DF", "Day-ahead demand forecast", 1.01), ("NG", "Net generation", 0.98), ("TI", "Total interchange", -0.03)])),
            UnitStyle.PerColumn, new(2019, 1, 1), 0, MissingOneIn: 400),
        new("electricity/rto/fuel-type-data", "Hourly Generation by Energy Source",
            "Hourly net generation by balancing authority and energy source.  \n    Source: Form EIA-930\n    Product: Hourly Electric Grid Monitor",
            [EiaFrequency.Hourly, EiaFrequency.LocalHourly], EiaFrequency.Hourly,
            [new("respondent", "Balancing Authority / Region", "respondent-name"), new("fueltype", "Energy Source", "type-name")],
            [new("value", "megawatthours", new(6_000, 0.005, 0.2, 0, Season: 1_000, DayCycle: 1_000))],
            AtHome([.. Cross(
                Authorities,
                [("COL", "Coal", 0.8), ("NG", "Natural gas", 1.6), ("NUC", "Nuclear", 0.8), ("OIL", "Petroleum", 0.02), ("OTH", "Other", 0.05), ("SUN", "Solar", 0.3), ("WAT", "Hydro", 0.3), ("WND", "Wind", 0.4)])
                .Where(line => HasFuel(line.Values[0], line.Values[1]))]),
            UnitStyle.PerColumn, new(2019, 1, 1), 0, MissingOneIn: 400),
        new("international", "International",
            "Country level production, consumption, imports, exports by energy source (petroleum, natural gas, electricity, renewable, etc.)  \r\n        Interactive product:  https://www.eia.gov/international/data/world",
            [EiaFrequency.Annual, EiaFrequency.Monthly], EiaFrequency.Annual,
            [
                new("productId", "Product", "productName"), new("activityId", "Activity", "activityName"), new("countryRegionId", "Country / Region", "countryRegionName"),
                new("countryRegionTypeId", "Country / Region Type", "countryRegionTypeName"), new("unit", "Unit", "unitName"),
            ],
            [new("value", null, new(5_000, 0.01, 0.3, 3))],
            Cross(
                [("57", "Crude oil including lease condensate", 1)], [("1", "Production", 1)],
                [("AGO", "Angola", 0.25), ("BRA", "Brazil", 0.6), ("CAN", "Canada", 1), ("NOR", "Norway", 0.4), ("SAU", "Saudi Arabia", 2), ("USA", "United States", 2.4), ("WORL", "World", 16)],
                [("c", "Country", 1)],
                [("TBPD", "thousand barrels per day", 1), ("MTOE", "million metric tons of oil equivalent", 0.05)]),
            UnitStyle.Facet, new(1980, 1, 1), 200, MissingOneIn: 60),
        new("steo", "Short Term Energy Outlook", "Monthly short term (18 months) projections using STEO model.  \r\n        Report:  www.eia.gov/outlooks/steo/",
            [EiaFrequency.Monthly, EiaFrequency.Quarterly, EiaFrequency.Annual], EiaFrequency.Monthly,
            [new("seriesId", "Series", "seriesDescription")], [new("value", null, new(10, 0.01, 0.2, 9))],
            [
                new(["PATC_WORLD"], ["Liquid Fuels Consumption, Total World"], new(101, 0.012, 0.03, 8), "million barrels per day"),
                new(["PADI_OPEC"], ["Unplanned crude oil production disruptions, Organization of the Petroleum Exporting Countries"], new(1.4, Wiggle: 0.8, Decimals: 5), "million barrels per day"),
                new(["TOPRAC"], ["Tight oil production from Austin Chalk formation"], new(0.11, Wiggle: 0.3, Decimals: 11), "million barrels per day"),
            ],
            UnitStyle.Unit, new(1990, 1, 1), -500, Open: 0),
    ];

    /// <summary>The leaf of a route: a known one, or a generic daily one unless the route begins with <c>nosuch</c> or leads to known leaves.</summary>
    public static EiaLeaf? Find(string route)
    {
        if (Leaves.FirstOrDefault(leaf => leaf.Route == route) is { } known)
        {
            return known;
        }

        return route.Length == 0 || route.StartsWith("nosuch", StringComparison.OrdinalIgnoreCase) || IsNode(route) || !route.Contains('/', StringComparison.Ordinal)
            ? null
            : Leaves[0] with
            {
                Route = route,
                Name = $"Simulated route {route}",
                Lines = [PriceLine("NUS", "U.S.", "EP00", "Simulated product", "P00", "Simulated process", "SIM1", $"Simulated series of {route}", "MBBL", new(100, Wiggle: 0.3))],
                Default = EiaFrequency.Daily,
            };
    }

    /// <summary>True for inner nodes of the tree of routes, whose metadata lists what lies below.</summary>
    public static bool IsNode(string route) => route.Length == 0 || Leaves.Any(leaf => leaf.Route.StartsWith(route + "/", StringComparison.Ordinal));

    /// <summary>Route, frequency, line and column of a legacy id such as <c>PET.RWTC.D</c>.</summary>
    public static (EiaLeaf Leaf, EiaFrequency Frequency, EiaLine Line, EiaColumn Column)? FindLegacy(string id)
    {
        var parts = id.Split('.');
        if (parts.Length < 3)
        {
            return null;
        }

        var name = parts[^2];
        var (route, codes, column) = (parts[0], parts.Length) switch
        {
            ("PET", 3) => (name.StartsWith('W') ? "petroleum/stoc/wstk" : "petroleum/pri/spt", new[] { name }, "value"),
            ("NG", 3) => ("natural-gas/pri/fut", [name], "value"),
            ("STEO", 3) => ("steo", [name], "value"),
            ("EBA", 3) => ("electricity/rto/region-data", name.Replace("-ALL", "", StringComparison.Ordinal).Split('-'), "value"),
            ("EBA", 4) => ("electricity/rto/region-data", [parts[1].Replace("-ALL", "", StringComparison.Ordinal), parts[2]], "value"),
            ("ELEC", 4) => ("electricity/retail-sales", name.Split('-'), parts[1].ToLowerInvariant()),
            ("INTL", 3) => ("international", name.Split('-'), "value"),
            _ => ("", [], ""),
        };
        return Find(route) is { } leaf
            && leaf.Frequencies.FirstOrDefault(frequency => frequency.Query == (parts[^1] == "HL" ? "LH" : parts[^1])) is { } frequency
            && LineOf(leaf, codes) is { } line
            && leaf.Columns.FirstOrDefault(candidate => candidate.Id == column) is { } found
            ? (leaf, frequency, line, found)
            : null;
    }

    /// <summary>The line that some of its facet values, in the order of the facets, tell.</summary>
    public static EiaLine? LineOf(EiaLeaf leaf, IReadOnlyList<string> codes) =>
        leaf.Lines.FirstOrDefault(line => IsSubsequence(codes, line.Values))
        ?? (leaf.Open is not null && codes.Count > 0 && leaf.OnDemand(codes[^1]) is { } made && IsSubsequence(codes, made.Values) ? made : null);

    private static bool IsSubsequence(IReadOnlyList<string> codes, string[] values)
    {
        var next = 0;
        foreach (var value in values)
        {
            next += next < codes.Count && codes[next] == value ? 1 : 0;
        }

        return codes.Count > 0 && next == codes.Count;
    }

    private static EiaLine PriceLine(string area, string areaName, string product, string productName, string process, string processName, string series, string description, string units, Shape shape) =>
        new([area, product, process, series], [areaName, productName, processName, description], shape, units);

    /// <summary>Authorities generate from some sources only; what they lack has no rows at all.</summary>
    private static bool HasFuel(string authority, string fuel) => authority switch
    {
        "CISO" => fuel is not "OIL",
        "ERCO" => fuel is not ("OIL" or "OTH"),
        "ISNE" or "NYIS" => fuel is not "COL",
        "BPAT" => fuel is "NUC" or "WAT" or "WND" or "OTH",
        "AEC" => fuel is "COL" or "NG",
        _ => true,
    };

    private static EiaLine[] AtHome(EiaLine[] lines) => [.. lines.Select(line => line with
    {
        Zone = line.Values[0] switch { "CISO" or "BPAT" => -8, "ERCO" or "MISO" or "SWPP" or "TVA" or "AEC" => -6, _ => -5 },
    })];

    private static EiaLine[] Cross(params (string Id, string Name, double Scale)[][] facets)
    {
        IEnumerable<EiaLine> lines = [new([], [])];
        foreach (var facet in facets)
        {
            lines = lines.SelectMany(line => facet.Select(value => new EiaLine([.. line.Values, value.Id], [.. line.Names, value.Name], Scale: line.Scale * value.Scale)));
        }

        return [.. lines];
    }
}
