using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>FRED's errors: nearly all have status 400, so the text tells a wrong key from a wrong series. JSON or XML.</summary>
internal static class FredErrors
{
    /// <summary>The whole sentence: longer ones begin the same and mean other things (no vintages in the archive).</summary>
    private const string UnknownSeries = "The series does not exist.";

    private const string OutsideArchive = "The series does not exist";

    private const string NoVintages = "No vintage dates exist";

    private const int LongestError = 64 * 1024;

    public static Failure? Of(ProviderResponse response, SeriesId series) => Of(response, $"series {series.Code}");

    /// <param name="about">What was asked for: <c>series GDP</c>, <c>release 53</c>.</param>
    public static Failure? Of(ProviderResponse response, string about)
    {
        var error = Read(response);
        var status = error?.Code ?? response.Status;
        if (status == 401)
        {
            // Version 2 says so, perhaps without a body; version 1 has status 400 for a wrong key.
            return RefusedKey(status, KeyedTriage.Masked(error?.Message ?? "no reason given"));
        }

        if (KeyedTriage.OfEnvelope(response with { Status = status }, error?.Message) is { } failure)
        {
            // The edge refuses whole address ranges, which may pass; the key and the request are right.
            return status == 403 && failure.Kind == FailureKind.Transient
                ? failure with { Detail = "HTTP 403 with a page of markup instead of JSON: the edge in front of FRED (Akamai) refuses this network address for now; the key is not at fault" }
                : failure;
        }

        if (error is null && status == 200)
        {
            return ResponseTriage.Trimmed(response.Body).Span[0] == (byte)'<'
                ? new Failure(FailureKind.Malformed, "HTTP 200: the body is XML; expected JSON")
                : null;
        }

        var message = KeyedTriage.Masked(error?.Message ?? "no reason given");
        if (message.Contains("api_key", StringComparison.OrdinalIgnoreCase))
        {
            return RefusedKey(status, message);
        }

        if (status == 404)
        {
            // Unknown series have status 400: only a path that FRED does not have says so.
            return new Failure(FailureKind.Rejected, $"HTTP 404 for {about}: {message}; check {FredProvider.AddressVariable}", ConcernsProvider: true);
        }

        return IsUnknownSeries(response)
            ? new Failure(FailureKind.Rejected, $"HTTP {status}: FRED has no {about}: {message}")
            : new Failure(FailureKind.Rejected, $"HTTP {status} for {about}: {message}");
    }

    private static Failure RefusedKey(int status, string message) =>
        new(FailureKind.Rejected, $"HTTP {status}: FRED refuses the key; check {FredProvider.KeyVariable}: {message}", ConcernsProvider: true);

    public static bool IsUnknownSeries(ProviderResponse response) => Refused(response)?.EndsWith(UnknownSeries, StringComparison.Ordinal) == true;

    /// <summary>Nothing became known in the real-time period.</summary>
    public static bool HasNoVintages(ProviderResponse response) => Refused(response)?.Contains(NoVintages, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>FRED has the series, ALFRED, its archive of vintages, does not: a sentence that only begins like the one of an unknown series.</summary>
    public static bool IsOutsideArchive(ProviderResponse response) =>
        Refused(response)?.Contains(OutsideArchive, StringComparison.Ordinal) == true && !IsUnknownSeries(response);

    private static string? Refused(ProviderResponse response) =>
        Read(response) is { } error && (error.Code ?? response.Status) == 400 ? error.Message.TrimEnd() : null;

    private static (int? Code, string Message)? Read(ProviderResponse response)
    {
        var body = ResponseTriage.Trimmed(response.Body);
        if (body.IsEmpty || body.Length > LongestError)
        {
            return null;
        }

        return body.Span[0] == (byte)'<' ? ReadXml(body)
            : response.Status != 200 || body.Span.IndexOf("\"error_code\""u8) >= 0 ? ReadJson(body)
            : null;
    }

    private static (int? Code, string Message)? ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return (root.OptionalText("error_message") ?? root.OptionalText("message")) is { } message
                ? (Code(root.OptionalText("error_code") ?? root.OptionalText("code")), message)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (int? Code, string Message)? ReadXml(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray()));
            var error = XDocument.Load(reader).Root!;
            return error.Name.LocalName == "error" && (error.Attribute("message")?.Value ?? error.Element("message")?.Value) is { } message
                ? (Code(error.Attribute("code")?.Value ?? error.Element("code")?.Value), message)
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static int? Code(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 400 and < 600 ? code : null;
}
