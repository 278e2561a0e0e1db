using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Aurum.Host.Engine;

/// <summary>
/// Where a node's log goes: standard error, one line an event; on a terminal that shows a live table, into the data directory's
/// log file instead, with the last warnings kept for the table.
/// </summary>
internal sealed partial class NodeLog : IDisposable
{
    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} [{Level:u3}] {Message:lj}{ReasonOfException:l}{NewLine}";
    private const string LineWithTrace = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    /// <summary>The property that holds an exception's reason for the text format.</summary>
    internal const string Reason = "ReasonOfException";

    /// <summary>Akka's remoting has traces of connections that failed in the text itself: all from there on is left out.</summary>
    private static readonly string[] Traces = ["\n", " Caused by: [", " [   at "];

    private readonly RecentWarnings _recent = new();
    private readonly Logger _logger;

    public NodeLog(LogLevel level, string? file, LogFormat format = LogFormat.Text)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(Level(level))
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .Enrich.With(new ReasonOfException())
            .Filter.ByExcluding(entry => level >= LogLevel.Information && (entry.Level < LogEventLevel.Warning ? IsPlumbing(entry) : IsWaitingForCoordinator(entry)));

        // Traces are for who debugs; everybody else gets an exception's reason, on the line of what failed.
        ITextFormatter line = format == LogFormat.Json ? new JsonLines(withTrace: level <= LogLevel.Debug) : level <= LogLevel.Debug
            ? new MessageTemplateTextFormatter(LineWithTrace, CultureInfo.InvariantCulture)
            : new OneLine(new MessageTemplateTextFormatter(Line, CultureInfo.InvariantCulture));
        configuration = file is null
            ? configuration.WriteTo.Console(line, standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration
                .WriteTo.File(line, file, fileSizeLimitBytes: 16 << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: 4)
                .WriteTo.Sink(_recent, LogEventLevel.Warning);
        _logger = configuration.CreateLogger();
    }

    public Serilog.ILogger Logger => _logger;

    /// <summary>The last warnings and errors, oldest first.</summary>
    public IReadOnlyList<string> Recent => _recent.Lines;

    public void Dispose() => _logger.Dispose();

    /// <summary>What Akka says of its own cluster and remoting is for those who ask for debug.</summary>
    private static bool IsPlumbing(LogEvent entry) =>
        entry.Properties.GetValueOrDefault("ActorPath") is ScalarValue { Value: string path } && !OurActors().IsMatch(path);

    /// <summary>A region says every second that it has no coordinator yet or again; what the matter is, membership says once.</summary>
    private static bool IsWaitingForCoordinator(LogEvent entry) =>
        entry.Level == LogEventLevel.Warning && entry.Properties.GetValueOrDefault("ActorPath") is ScalarValue { Value: string path } && Region().IsMatch(path);

    [GeneratedRegex("/system/sharding/(series|provider)$")]
    private static partial Regex Region();

    [GeneratedRegex("/user/(?!pipelines$)|/system/sharding/(series|provider)/[0-9]+/")]
    private static partial Regex OurActors();

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };

    /// <summary>Keeps the last few lines for whoever shows them.</summary>
    private sealed class RecentWarnings : ILogEventSink
    {
        private const int Kept = 5;

        private readonly Queue<string> _lines = new();

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Emit(LogEvent logEvent)
        {
            lock (_lines)
            {
                _lines.Enqueue($"{logEvent.Timestamp:HH:mm:ss} {logEvent.RenderMessage(CultureInfo.InvariantCulture)}");
                while (_lines.Count > Kept)
                {
                    _lines.Dequeue();
                }
            }
        }
    }

    /// <summary>A text up to the trace in it.</summary>
    internal static string WithoutTrace(string text)
    {
        var end = Traces.Select(trace => text.IndexOf(trace, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end].TrimEnd();
    }

    private sealed class OneLine(ITextFormatter inner) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            inner.Format(logEvent, text);
            output.Write(WithoutTrace(text.ToString()));
            output.Write(Environment.NewLine);
        }
    }

    private sealed class ReasonOfException : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (logEvent.Exception?.GetBaseException() is { } reason)
            {
                logEvent.AddPropertyIfAbsent(new LogEventProperty(Reason, new ScalarValue($": {reason.Message.ReplaceLineEndings(" ")}")));
            }
        }
    }
}
