using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace Aurum.Host.Engine;

/// <summary>How a node's log is written.</summary>
public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object a line, for journald and collectors of logs.</summary>
    Json,
}

/// <summary>
/// One JSON object a line: <c>timestamp</c>, <c>level</c>, <c>message</c> as people read it, <c>template</c> to group by, <c>exception</c> with
/// the reason, <c>trace</c> for who debugs, and the event's own values below <c>fields</c>.
/// </summary>
internal sealed class JsonLines(bool withTrace) : ITextFormatter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", logEvent.Level.ToString().ToLowerInvariant());
            json.WriteString("message", NodeLog.WithoutTrace(logEvent.RenderMessage(CultureInfo.InvariantCulture)));
            json.WriteString("template", logEvent.MessageTemplate.Text);
            if (logEvent.Exception is { } exception)
            {
                json.WriteString("exception", exception.GetBaseException().Message.ReplaceLineEndings(" "));
                if (withTrace)
                {
                    json.WriteString("trace", exception.ToString());
                }
            }

            WriteFields(json, logEvent.Properties);
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        output.Write('\n');
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyDictionary<string, LogEventPropertyValue> fields)
    {
        json.WriteStartObject("fields");
        foreach (var (name, value) in fields.Where(field => field.Key != NodeLog.Reason))
        {
            switch (value)
            {
                case ScalarValue { Value: null }:
                    json.WriteNull(name);
                    break;
                case ScalarValue { Value: bool truth }:
                    json.WriteBoolean(name, truth);
                    break;
                case ScalarValue { Value: int or long or short or byte } number:
                    json.WriteNumber(name, Convert.ToInt64(number.Value, CultureInfo.InvariantCulture));
                    break;
                case ScalarValue { Value: double number } when double.IsFinite(number):
                    json.WriteNumber(name, number);
                    break;
                case ScalarValue scalar:
                    json.WriteString(name, NodeLog.WithoutTrace(Convert.ToString(scalar.Value, CultureInfo.InvariantCulture) ?? ""));
                    break;
                default:
                    json.WriteString(name, NodeLog.WithoutTrace(value.ToString(null, CultureInfo.InvariantCulture)));
                    break;
            }
        }

        json.WriteEndObject();
    }
}
