using System.Text.Json;
using Aurum.Host.Engine;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Aurum.Host.Tests.Engine;

public sealed class JsonLinesTests
{
    [Fact]
    public void An_event_is_one_line_with_its_message_its_template_and_its_values()
    {
        var json = Logged(log => log.Warning("{Member} has {Count} of {Share} \"left\"\nhere", "node-2", 7, 0.5));

        Assert.Equal(("warning", "\"node-2\" has 7 of 0.5 \"left\"", "{Member} has {Count} of {Share} \"left\"\nhere"), (Text(json, "level"), Text(json, "message"), Text(json, "template")));
        var fields = json.GetProperty("fields");
        Assert.Equal(("node-2", 7, 0.5), (Text(fields, "Member"), fields.GetProperty("Count").GetInt32(), fields.GetProperty("Share").GetDouble()));
        Assert.EndsWith("Z", Text(json, "timestamp"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_reason_of_an_exception_is_told_and_its_trace_only_to_who_debugs(bool withTrace)
    {
        var json = Logged(log => log.Error(new InvalidOperationException("outer", new IOException("the disk\nis full")), "it failed"), withTrace);

        Assert.Equal("the disk is full", Text(json, "exception"));
        Assert.Equal(withTrace, json.TryGetProperty("trace", out _));
    }

    [Fact]
    public void A_trace_within_a_text_is_left_out() =>
        Assert.Equal("Association failed", Text(Logged(log => log.Warning("Association failed Caused by: [System.Exception: at x]")), "message"));

    private static JsonElement Logged(Action<ILogger> write, bool withTrace = false)
    {
        var sink = new Sink(new JsonLines(withTrace));
        using (var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger())
        {
            write(logger);
        }

        return JsonDocument.Parse(Assert.Single(sink.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private sealed class Sink(JsonLines lines) : ILogEventSink
    {
        public string Text { get; private set; } = "";

        public void Emit(LogEvent logEvent)
        {
            using var text = new StringWriter();
            lines.Format(logEvent, text);
            Text += text.ToString();
        }
    }
}
