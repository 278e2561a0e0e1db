using System.Globalization;
using System.Text;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.WorldBank;

/// <summary>The World Bank's Indicators API, version 2: annual data of source 2, countries, indicators.</summary>
internal sealed class WorldBankApi(Truth truth) : ISimulatedApi
{
    private const string JsonType = "application/json;charset=utf-8", XmlType = "text/xml; charset=utf-8";
    private const int DefaultPerPage = 50, LargestPerPage = 32_500;

    public string Provider => "worldbank";

    public string Root => "/worldbank/v2/";

    public Answer TooManyRequests(bool ofTheDay) => Answer.Text(429, "text/html; charset=UTF-8", "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>");

    /// <summary><c>indicator:ISO 3 code</c></summary>
    public SimulatedSeries? Find(string code) =>
        code.Split(':') is [var indicatorId, var economyCode] && WorldBankCatalog.FindIndicator(indicatorId) is { } indicator && WorldBankCatalog.FindEconomy(economyCode) is { } economy
            ? At(indicator, economy)
            : null;

    public Answer Serve(ApiRequest request)
    {
        var json = "json".Equals(request["format"], StringComparison.OrdinalIgnoreCase);
        var segments = request.Path.Split('/');
        if (request.Number("page", 1) is not (>= 1 and var page) || request.Number("per_page", DefaultPerPage) is not (>= 1 and var perPage))
        {
            return Invalid(json);
        }

        perPage = Math.Min(perPage, LargestPerPage);
        return segments switch
        {
            ["country" or "countries", var codes, "indicator" or "indicators", var ids] => Data(request, json, codes, ids, page, perPage),
            ["country" or "countries"] => Listing(json, "countries", WorldBankCatalog.Economies, page, perPage, WriteEconomy),
            ["country" or "countries", var codes] => Economies(codes) is { } economies ? Listing(json, "countries", economies, page, perPage, WriteEconomy) : Invalid(json),
            ["indicator" or "indicators"] => Listing(json, "indicators", WorldBankCatalog.Indicators, page, perPage, WriteIndicator),
            ["indicator" or "indicators", var id] => WorldBankCatalog.FindIndicator(id) is { } indicator ? Listing(json, "indicators", [indicator], page, perPage, WriteIndicator) : Invalid(json),
            _ => Invalid(json),
        };
    }

    /// <summary>The day the whole database was updated last: the first of the quarter, or the latest revision.</summary>
    private DateOnly LastUpdated()
    {
        var quarter = new DateOnly(truth.Today.Year, ((truth.Today.Month - 1) / 3 * 3) + 1, 1);
        return truth.ChangedOn(Provider) is { } changed && changed > quarter ? changed : quarter;
    }

    private SimulatedSeries At(Indicator indicator, Economy economy)
    {
        var key = $"worldbank|{indicator.Id}:{economy.Iso3}";
        var edits = truth.EditsOf(key);
        var grid = truth.Today.Year - 1;
        var nulls = indicator.Nulls + (economy.IsAggregate || Noise.Hash(0, economy.Iso3) % 4 > 0 ? 0 : 1);
        var known = grid - nulls + edits.Published;
        return new SimulatedSeries
        {
            Key = key,
            Cadence = Cadence.Annual,
            Shape = indicator.Sized ? indicator.Shape with { Level = indicator.Shape.Level * economy.Size } : indicator.Shape,
            Hash = Noise.Hash(truth.Seed, $"{indicator.Id}.{economy.Iso3}"),
            First = WorldBankCatalog.FirstYear,
            Last = Math.Max(grid, known),
            Edits = edits,
            Printing = Printing.TrimZeros,
            AsOf = LastUpdated(),
            Rule = (_, year, _) => year > known || year < indicator.FirstKnown ? Presence.Missing : Presence.Value,
        };
    }

    private Answer Data(ApiRequest request, bool json, string codes, string ids, int page, int perPage)
    {
        var indicators = ids.Split(';').Select(WorldBankCatalog.FindIndicator).ToList();
        var several = indicators.Count > 1;
        if (Economies(codes) is not { } economies || indicators.Contains(null) || (several && request["source"] is null) || !Years(request["date"], out var from, out var to))
        {
            return Invalid(json);
        }

        var rows = new List<(Indicator Indicator, Economy Economy, SimulatedSeries Series, long Year)>();
        foreach (var indicator in indicators.OfType<Indicator>())
        {
            foreach (var economy in economies.OrderBy(economy => economy.Name, StringComparer.Ordinal))
            {
                var series = At(indicator, economy);
                // A range without a year of the series is dropped and the whole series comes; a single such year brings nothing.
                var applies = from == to || (from <= series.Last && to >= series.First);
                for (var year = series.Last; year >= series.First; year--)
                {
                    if (!applies || (year >= from && year <= to))
                    {
                        rows.Add((indicator, economy, series, year));
                    }
                }
            }
        }

        var shown = rows.Skip((int)Math.Min(int.MaxValue, (page - 1L) * perPage)).Take(perPage).ToList();
        if (!json)
        {
            return Xml("data", page, perPage, rows.Count, shown, (text, row) => text.Append(CultureInfo.InvariantCulture, $"<wb:data><wb:countryiso3code>{row.Economy.Iso3}</wb:countryiso3code><wb:date>{row.Year}</wb:date><wb:value>{ValueText(row.Series, row.Year)}</wb:value></wb:data>"));
        }

        return Cached(Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartArray();
            if (rows.Count == 0)
            {
                writer.WriteRawValue("""{"page":0,"pages":0,"per_page":0,"total":0,"sourceid":null,"lastupdated":null}""");
                writer.WriteNullValue();
            }
            else
            {
                WriteDataMeta(writer, page, perPage, rows.Count, several);
                WriteRows(writer, shown, row => WriteRow(writer, row.Indicator, row.Economy, row.Series, row.Year, several, footnote: request["footnote"] is "y" or "Y"));
            }

            writer.WriteEndArray();
        }));
    }

    private static string ValueText(SimulatedSeries series, long year) => series.PresenceAt(year, series.TimestampOf(year)) == Presence.Value ? series.Text(series.TimestampOf(year)) : "";

    private void WriteDataMeta(Utf8JsonWriter writer, int page, int perPage, int total, bool several)
    {
        writer.WriteStartObject();
        writer.WriteNumber("page", page);
        writer.WriteNumber("pages", (total + perPage - 1) / perPage);
        writer.WriteNumber("per_page", perPage);
        writer.WriteNumber("total", total);
        if (several)
        {
            writer.WriteNull("sourceid");
            writer.WriteNull("sourcename");
        }
        else
        {
            writer.WriteString("sourceid", "2");
        }

        writer.WriteString("lastupdated", LastUpdated().Iso());
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, Indicator indicator, Economy economy, SimulatedSeries series, long year, bool scale, bool footnote)
    {
        writer.WriteStartObject();
        WritePair(writer, "indicator", indicator.Id, indicator.Name);
        WritePair(writer, "country", economy.Iso2, economy.Name);
        writer.WriteString("countryiso3code", economy.Iso3);
        writer.WriteString("date", year.ToString(CultureInfo.InvariantCulture));
        writer.WritePropertyName("value");
        var timestamp = series.TimestampOf(year);
        if (series.PresenceAt(year, timestamp) == Presence.Value)
        {
            Span<byte> text = stackalloc byte[40];
            writer.WriteRawValue(text[..series.Write(timestamp, text)]);
        }
        else
        {
            writer.WriteNullValue();
        }

        if (scale)
        {
            writer.WriteString("scale", "");
        }

        writer.WriteString("unit", "");
        writer.WriteString("obs_status", "");
        writer.WriteNumber("decimal", indicator.Decimal);
        if (footnote)
        {
            writer.WriteString("footnote", "");
        }

        writer.WriteEndObject();
    }

    /// <summary>Listings state <c>per_page</c> as a string, data as a number.</summary>
    private static Answer Listing<T>(bool json, string name, IReadOnlyList<T> items, int page, int perPage, Action<Utf8JsonWriter, T> write)
    {
        var shown = items.Skip((int)Math.Min(int.MaxValue, (page - 1L) * perPage)).Take(perPage).ToList();
        if (!json)
        {
            return Xml(name, page, perPage, items.Count, shown, (_, _) => { });
        }

        return Cached(Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteNumber("page", page);
            writer.WriteNumber("pages", (items.Count + perPage - 1) / perPage);
            writer.WriteString("per_page", perPage.ToString(CultureInfo.InvariantCulture));
            writer.WriteNumber("total", items.Count);
            writer.WriteEndObject();
            WriteRows(writer, shown, item => write(writer, item));
            writer.WriteEndArray();
        }));
    }

    private static void WriteRows<T>(Utf8JsonWriter writer, List<T> rows, Action<T> write)
    {
        writer.WriteStartArray();
        rows.ForEach(write);
        writer.WriteEndArray();
    }

    private static void WriteEconomy(Utf8JsonWriter writer, Economy economy)
    {
        writer.WriteStartObject();
        writer.WriteString("id", economy.Iso3);
        writer.WriteString("iso2Code", economy.Iso2);
        writer.WriteString("name", economy.Name);
        WriteGroup(writer, "region", economy.Region);
        WriteGroup(writer, "adminregion", "");
        WriteGroup(writer, "incomeLevel", economy.IsAggregate ? "NA" : economy.Income);
        writer.WriteStartObject("lendingType");
        writer.WriteString("id", economy.IsAggregate ? "" : "LNX");
        writer.WriteString("iso2code", economy.IsAggregate ? "" : "XX");
        writer.WriteString("value", economy.IsAggregate ? "Aggregates" : "Not classified");
        writer.WriteEndObject();
        writer.WriteString("capitalCity", economy.Capital);
        writer.WriteString("longitude", "");
        writer.WriteString("latitude", "");
        writer.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter writer, string name, string code)
    {
        var (iso2, value) = WorldBankCatalog.Groups.GetValueOrDefault(code, ("", ""));
        writer.WriteStartObject(name);
        writer.WriteString("id", code);
        writer.WriteString("iso2code", iso2);
        writer.WriteString("value", value);
        writer.WriteEndObject();
    }

    private static void WriteIndicator(Utf8JsonWriter writer, Indicator indicator)
    {
        writer.WriteStartObject();
        writer.WriteString("id", indicator.Id);
        writer.WriteString("name", indicator.Name);
        writer.WriteString("unit", "");
        WritePair(writer, "source", "2", "World Development Indicators");
        writer.WriteString("sourceNote", indicator.Note);
        writer.WriteString("sourceOrganization", "Simulated");
        writer.WriteStartArray("topics");
        writer.WriteStartObject();
        writer.WriteString("id", indicator.Topic.Id);
        writer.WriteString("value", indicator.Topic.Value);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter writer, string name, string id, string value)
    {
        writer.WriteStartObject(name);
        writer.WriteString("id", id);
        writer.WriteString("value", value);
        writer.WriteEndObject();
    }

    /// <summary>All economies of a list, or null when one of them is unknown; an empty list is read as all.</summary>
    private static IReadOnlyList<Economy>? Economies(string codes)
    {
        if (codes.Length == 0 || codes.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return WorldBankCatalog.Economies;
        }

        var found = codes.Split(';').Select(WorldBankCatalog.FindEconomy).Distinct().ToList();
        return found.Contains(null) ? null : [.. found.OfType<Economy>()];
    }

    /// <summary>A year or a range of years; false for anything else.</summary>
    private static bool Years(string? text, out long from, out long to)
    {
        (from, to) = (long.MinValue, long.MaxValue);
        if (text is null)
        {
            return true;
        }

        var parts = text.Split(':');
        return parts.Length <= 2
            && parts.All(part => part.Length == 4)
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out from)
            && long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out to)
            && from <= to;
    }

    private static Answer Invalid(bool json) => json
        ? Cached(Answer.Text(200, JsonType, """[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]"""))
        : Answer.Text(200, XmlType, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<wb:error xmlns:wb=\"http://www.worldbank.org\">\n<wb:message id=\"120\" key=\"Invalid value\">The provided parameter value is not valid</wb:message>\n</wb:error>\n");

    private static Answer Xml<T>(string root, int page, int perPage, int total, List<T> rows, Action<StringBuilder, T> write)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        text.Append(CultureInfo.InvariantCulture, $"<wb:{root} page=\"{page}\" pages=\"{(total + perPage - 1) / perPage}\" per_page=\"{perPage}\" total=\"{total}\" xmlns:wb=\"http://www.worldbank.org\">\n");
        rows.ForEach(row => write(text, row));
        return Cached(Answer.Text(200, XmlType, text.Append(CultureInfo.InvariantCulture, $"</wb:{root}>\n").ToString()));
    }

    /// <summary>Thirty days, as the real API says: who heeds it reads old data.</summary>
    private static Answer Cached(Answer answer)
    {
        answer.Headers["Cache-Control"] = "public, must-revalidate, max-age=2592000";
        return answer;
    }
}
