using System.Globalization;
using System.Text;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.WorldBank;

/// <summary>
/// The World Bank's Indicators API, version 2: data of a database of years and of one of years, quarters and months; economies,
/// indicators, databases.
/// </summary>
internal sealed class WorldBankApi(Truth truth) : ISimulatedApi
{
    private const string JsonType = "application/json;charset=utf-8", XmlType = "text/xml; charset=utf-8";
    private const int DefaultPerPage = 50, LargestPerPage = 32_500;
    private const int MostIndicators = 60, LongestSegment = 1500;

    public string Provider => "worldbank";

    public string Root => "/worldbank/v2/";

    public Answer TooManyRequests(bool ofTheDay) => Answer.Text(429, "text/html; charset=UTF-8", "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>");

    /// <summary><c>indicator:ISO 3 code</c>, and <c>:Q</c> or <c>:M</c> behind it for quarters and months.</summary>
    public SimulatedSeries? Find(string code) =>
        code.Split(':') is [var indicatorId, var economyCode, .. { Length: <= 1 } forms]
        && WorldBankCatalog.FindIndicator(indicatorId) is { } indicator
        && WorldBankCatalog.FindEconomy(economyCode) is { } economy
        && indicator.Source.Forms.FirstOrDefault(form => form.Code() == forms.SingleOrDefault("A"), Cadence.Daily) is var found and not Cadence.Daily
            ? At(indicator, economy, found)
            : null;

    public Answer Serve(ApiRequest request)
    {
        var json = "json".Equals(request["format"], StringComparison.OrdinalIgnoreCase);
        var segments = request.Path.Split('/');
        if (request.Number("page", 1) is not (>= 1 and var page) || request.Number("per_page", DefaultPerPage) is not (>= 1 and var perPage))
        {
            return Invalid(json);
        }

        if (segments.Any(segment => segment.Length > LongestSegment))
        {
            return Invalid(json);
        }

        perPage = Math.Min(perPage, LargestPerPage);
        return segments switch
        {
            ["country" or "countries", var codes, "indicator" or "indicators", var ids] => Data(request, json, codes, ids, page, perPage),
            ["country" or "countries"] => Listing(json, "countries", WorldBankCatalog.Economies, page, perPage, WriteEconomy),
            ["country" or "countries", var codes] => Economies(codes) is { } economies ? Listing(json, "countries", economies, page, perPage, WriteEconomy) : Invalid(json),
            ["indicator" or "indicators"] => Listing(json, "indicators", [.. WorldBankCatalog.Indicators.Where(indicator => request["source"] is not { } source || indicator.Source.Id == source)], page, perPage, WriteIndicator),
            ["source" or "sources", var id, "indicator" or "indicators"] => IndicatorsWhere(indicator => indicator.Source.Id == id),
            ["topic" or "topics", var id, "indicator" or "indicators"] => IndicatorsWhere(indicator => indicator.Topic.Id == id),
            ["source" or "sources"] => Listing(json, "sources", WorldBankCatalog.Sources, page, perPage, WriteSource, numbersAsTexts: true),
            ["source" or "sources", var id] => WorldBankCatalog.Sources.Where(source => source.Id == id).ToList() is { Count: 1 } one ? Listing(json, "sources", one, page, perPage, WriteSource, numbersAsTexts: true) : Invalid(json),
            ["indicator" or "indicators", var id] => WorldBankCatalog.FindIndicator(id) is { } indicator ? Listing(json, "indicators", [indicator], page, perPage, WriteIndicator) : Invalid(json),
            _ => Invalid(json),
        };

        Answer IndicatorsWhere(Func<Indicator, bool> isOf) =>
            WorldBankCatalog.Indicators.Where(isOf).ToList() is { Count: > 0 } found ? Listing(json, "indicators", found, page, perPage, WriteIndicator) : Invalid(json);
    }

    /// <summary>The day the whole database was updated last: the first of the quarter, or the latest revision.</summary>
    private DateOnly LastUpdated()
    {
        var quarter = new DateOnly(truth.Today.Year, ((truth.Today.Month - 1) / 3 * 3) + 1, 1);
        return truth.ChangedOn(Provider) is { } changed && changed > quarter ? changed : quarter;
    }

    private SimulatedSeries At(Indicator indicator, Economy economy, Cadence form)
    {
        var name = form == Cadence.Annual ? $"{indicator.Id}:{economy.Iso3}" : $"{indicator.Id}:{economy.Iso3}:{form.Code()}";
        var key = $"worldbank|{name}";
        var edits = truth.EditsOf(key);
        var grid = form.AtOrBefore(truth.Today.ToDateTime(TimeOnly.MinValue)) - 1;
        var nulls = indicator.Nulls + (economy.IsAggregate || Noise.Hash(0, economy.Iso3) % 4 > 0 ? 0 : 1);
        var known = grid - nulls + edits.Published;
        var firstKnown = form.AtOrBefore(new DateTime(indicator.FirstKnown, 1, 1));
        var isVoid = form == Cadence.Annual && indicator.LacksYears;
        return new SimulatedSeries
        {
            Key = key,
            Cadence = form,
            Shape = indicator.Sized ? indicator.Shape with { Level = indicator.Shape.Level * economy.Size } : indicator.Shape,
            Hash = Noise.Hash(truth.Seed, $"{indicator.Id}.{economy.Iso3}"),
            First = form.AtOrBefore(new DateTime(indicator.Source.FirstYear, 1, 1)),
            Last = Math.Max(grid, known),
            Edits = edits,
            Printing = Printing.TrimZeros,
            AsOf = LastUpdated(),
            Rule = (_, period, _) => period > known || period < firstKnown || isVoid ? Presence.Missing : Presence.Value,
        };
    }

    private Answer Data(ApiRequest request, bool json, string codes, string ids, int page, int perPage)
    {
        if (request["source"] is { } source && WorldBankCatalog.Sources.All(one => one.Id != source))
        {
            return BadRequest();
        }

        var indicators = ids.Split(';').Select(WorldBankCatalog.FindIndicator).ToList();
        var several = indicators.Count > 1;
        var range = request["date"] is { } text ? WorldBankPeriods.Read(text) : null;
        if (Economies(codes) is not { } economies
            || indicators.Exists(indicator => indicator is null || (request["source"] is { } asked && indicator.Source.Id != asked))
            || (several && request["source"] is null)
            || indicators.Count > MostIndicators
            || (range is null && request["date"] is not null))
        {
            return Invalid(json);
        }

        var rows = new List<(Indicator Indicator, Economy Economy, SimulatedSeries Series, long Period)>();
        foreach (var indicator in indicators.OfType<Indicator>())
        {
            foreach (var economy in economies.OrderBy(economy => economy.Name, StringComparer.Ordinal))
            {
                var forms = indicator.Source.Forms.Select(form => At(indicator, economy, form)).ToList();

                // A range without a period of the series is dropped and the whole series comes, in all forms; a single such period brings nothing.
                var applies = range is { } given && (given.IsSingle || forms.Exists(series => series.Cadence == given.Form && given.From <= series.Last && given.To >= series.First));
                foreach (var series in forms)
                {
                    for (var period = series.Last; period >= series.First; period--)
                    {
                        if (!applies || (series.Cadence == range!.Value.Form && range.Value.Contains(period)))
                        {
                            rows.Add((indicator, economy, series, period));
                        }
                    }
                }
            }
        }

        var shown = rows.Skip((int)Math.Min(int.MaxValue, (page - 1L) * perPage)).Take(perPage).ToList();
        if (!json)
        {
            return Xml("data", page, perPage, rows.Count, shown, (text, row) => text.Append(CultureInfo.InvariantCulture, $"<wb:data><wb:countryiso3code>{row.Economy.Iso3}</wb:countryiso3code><wb:date>{WorldBankPeriods.Text(row.Series.Cadence, row.Period)}</wb:date><wb:value>{ValueText(row.Series, row.Period)}</wb:value></wb:data>"));
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
                WriteDataMeta(writer, page, perPage, rows.Count, several ? null : indicators[0]!.Source.Id);
                WriteRows(writer, shown, row => WriteRow(writer, row.Indicator, row.Economy, row.Series, row.Period, several, footnote: request["footnote"] is "y" or "Y"));
            }

            writer.WriteEndArray();
        }));
    }

    private static string ValueText(SimulatedSeries series, long period) => series.PresenceAt(period, series.TimestampOf(period)) == Presence.Value ? series.Text(series.TimestampOf(period)) : "";

    /// <param name="source">Null where several indicators were asked for: then the answer does not say.</param>
    private void WriteDataMeta(Utf8JsonWriter writer, int page, int perPage, int total, string? source)
    {
        writer.WriteStartObject();
        writer.WriteNumber("page", page);
        writer.WriteNumber("pages", (total + perPage - 1) / perPage);
        writer.WriteNumber("per_page", perPage);
        writer.WriteNumber("total", total);
        writer.WriteString("sourceid", source);
        if (source is null)
        {
            writer.WriteNull("sourcename");
        }

        writer.WriteString("lastupdated", LastUpdated().Iso());
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, Indicator indicator, Economy economy, SimulatedSeries series, long period, bool scale, bool footnote)
    {
        writer.WriteStartObject();
        WritePair(writer, "indicator", indicator.Id, indicator.Name);
        WritePair(writer, "country", economy.Iso2, economy.Name);
        writer.WriteString("countryiso3code", economy.Iso3);
        writer.WriteString("date", WorldBankPeriods.Text(series.Cadence, period));
        writer.WritePropertyName("value");
        var timestamp = series.TimestampOf(period);
        if (series.PresenceAt(period, timestamp) == Presence.Value)
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

    /// <summary>Lists state <c>per_page</c> as a string, data as a number; some lists state all four numbers so.</summary>
    private static Answer Listing<T>(bool json, string name, IReadOnlyList<T> items, int page, int perPage, Action<Utf8JsonWriter, T> write, bool numbersAsTexts = false)
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
            WriteCount("page", page, numbersAsTexts);
            WriteCount("pages", (items.Count + perPage - 1) / perPage, numbersAsTexts);
            WriteCount("per_page", perPage, asText: true);
            WriteCount("total", items.Count, numbersAsTexts);
            writer.WriteEndObject();
            WriteRows(writer, shown, item => write(writer, item));
            writer.WriteEndArray();

            void WriteCount(string key, int count, bool asText)
            {
                if (asText)
                {
                    writer.WriteString(key, count.ToString(CultureInfo.InvariantCulture));
                }
                else
                {
                    writer.WriteNumber(key, count);
                }
            }
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
        WritePair(writer, "source", indicator.Source.Id, indicator.Source.Name);
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

    private void WriteSource(Utf8JsonWriter writer, Source source)
    {
        writer.WriteStartObject();
        writer.WriteString("id", source.Id);
        writer.WriteString("lastupdated", LastUpdated().Iso());
        writer.WriteString("name", source.Name);
        writer.WriteString("code", source.Code);
        writer.WriteString("description", "");
        writer.WriteString("url", "");
        writer.WriteString("dataavailability", "Y");
        writer.WriteString("metadataavailability", "Y");
        writer.WriteString("concepts", "3");
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

    private static Answer Invalid(bool json) => json
        ? Cached(Answer.Text(200, JsonType, """[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]"""))
        : Answer.Text(200, XmlType, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<wb:error xmlns:wb=\"http://www.worldbank.org\">\n<wb:message id=\"120\" key=\"Invalid value\">The provided parameter value is not valid</wb:message>\n</wb:error>\n");

    /// <summary>What a number that is no database's brings, in JSON calls too: a page with a byte-order mark and a server's line ends.</summary>
    private static Answer BadRequest() => Answer.Text(400, "text/html", "\uFEFF" + string.Join("\r\n", (string[])
    [
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\">",
        "  <head>",
        "    <title>Request Error</title>",
        "  </head>",
        "  <body>",
        "    <p class=\"heading1\">Request Error</p>",
        "  </body>",
        "</html>",
    ]));

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
