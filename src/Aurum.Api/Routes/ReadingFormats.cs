using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aurum.Api.Routes;

/// <summary>In which of its formats a list of rows is wanted: the parameter <c>format</c>, else the header Accept, else JSON.</summary>
internal static class ReadingFormats
{
    public const string Json = "application/json";
    public const string Csv = "text/csv";
    public const string Ndjson = "application/x-ndjson";

    public static string Of(HttpRequest request, string? format) => format switch
    {
        "json" => Json,
        "csv" => Csv,
        "ndjson" => Ndjson,
        null => Accepted(request),
        _ => throw Query.Bad("format", format, "json, csv or ndjson"),
    };

    private static string Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return Json;
        }

        foreach (var range in accepted.Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1))
        {
            if (new[] { Json, Csv, Ndjson }.FirstOrDefault(type => range.MatchesMediaType(type)) is { } type)
            {
                return type;
            }
        }

        throw new ProblemException(StatusCodes.Status406NotAcceptable, ProblemCodes.NotAcceptable, $"Accept: names nothing that there is here; expected {Json}, {Csv} or {Ndjson}");
    }
}

/// <summary>RFC 4180: a header, CRLF, quotes around what needs them. What is absent is an empty field.</summary>
internal static class CsvText
{
    private const string Header = "provider,series_id,timestamp,asof_date,value,value_raw,unit_code,frequency_code,status,quality_flag\r\n";

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public static string Of(IReadOnlyList<ObservationRow> rows)
    {
        var text = new StringBuilder(Header);
        foreach (var row in rows)
        {
            string?[] fields =
            [
                row.Provider,
                row.SeriesId,
                row.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                row.AsofDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                row.Value?.ToString(CultureInfo.InvariantCulture),
                row.ValueRaw,
                row.UnitCode,
                row.FrequencyCode,
                row.Status,
                row.QualityFlag,
            ];
            text.AppendJoin(',', fields.Select(Quoted)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string? Quoted(string? field) =>
        field.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{field!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
