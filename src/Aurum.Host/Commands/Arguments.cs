using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Aurum.Host.Output;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Commands;

/// <summary>Options that several commands share, and how the text of an option becomes a value.</summary>
internal static partial class Arguments
{
    /// <summary>Timers of the runtime cannot wait for much longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private static readonly (string Name, LogLevel Level)[] LogLevels =
    [
        ("trace", Microsoft.Extensions.Logging.LogLevel.Trace),
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
        ("info", Microsoft.Extensions.Logging.LogLevel.Information),
        ("warning", Microsoft.Extensions.Logging.LogLevel.Warning),
        ("error", Microsoft.Extensions.Logging.LogLevel.Error),
        ("off", Microsoft.Extensions.Logging.LogLevel.None),
    ];

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Arity = ArgumentArity.ExactlyOne, CustomParser = NotEmpty };

    public static Option<string?> ConfigDirectory() =>
        Text("--config", "DIR", "Directory with providers/NAME.json in it (default: config, here or beside the program)");

    public static Option<string?> DataDirectory(string otherwise = "$AURUM_DATA_DIR, else data") =>
        Text("--data-dir", "DIR", $"Directory of the store (default: {otherwise})");

    /// <summary>The provider that a command is about; whether there is such a one, the node knows.</summary>
    public static Argument<string> Provider() => new("PROVIDER") { Description = "The provider's name, such as fred" };

    /// <summary>The series that a command is about, as provider and code; codes hold slashes themselves.</summary>
    public static Argument<(string Provider, string Code)> Series() => new("PROVIDER/SERIES")
    {
        Description = "Such as fred/DGS10 or eia/petroleum/pri/spt:daily:RWTC",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            var end = text.AsSpan().IndexOfAny('/', '|');
            if (end > 0 && end < text.Length - 1)
            {
                return (text[..end], text[(end + 1)..]);
            }

            argument.AddError($"\"{text}\" names no series; expected PROVIDER/SERIES such as fred/DGS10");
            return default;
        },
    };

    public static Option<bool> DryRun() => Flag("--dry-run", "Only say what would be done");

    public static Option<LogLevel?> LogLevel(string otherwise) =>
        Parsed("--log-level", "LEVEL", $"How much is logged: {Names(LogLevels)} (default: {otherwise})", ParseLogLevel);

    public static Option<LogFormat?> LogFormat() => Parsed(
        "--log-format", "FORMAT", "How the log is written: text for people, json for programs, an object a line (default: $AURUM_LOG_FORMAT, else text)", ParseLogFormat);

    /// <exception cref="ConfigurationException">The variable names none.</exception>
    public static LogFormat LogFormat(LogFormat? option, Surroundings surroundings)
    {
        if (option is not null || surroundings.Environment.Read(Variables.LogFormat) is not { } text)
        {
            return option ?? Engine.LogFormat.Text;
        }

        var (value, valid) = ParseLogFormat(text);
        return value ?? throw new ConfigurationException([$"{Variables.LogFormat}: is \"{text}\"; expected {valid}"]);
    }

    public static Option<OutputFormat?> Format(params OutputFormat[] formats) =>
        Parsed<OutputFormat>("--format", "FORMAT", $"{Names(formats)} (default: table)", text => ParseFormat(text, formats));

    public static Option<int?> Port(string name, string description) => Parsed(name, "PORT", description, ParsePort);

    public static Option<TimeSpan?> Seconds(string name, string description) => Parsed(name, "SECONDS", description, ParseSeconds);

    public static Option<TimeSpan?> Duration(string name, string description) => Parsed(name, "TIME", description, ParseDuration);

    public static Option<double?> Positive(string name, string helpName, string description) => Parsed<double>(name, helpName, description, text =>
        (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null, "a number above 0"));

    public static Option<int?> Whole(string name, string helpName, string description, int least = 0) => Parsed<int>(name, helpName, description, text =>
        (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : null, $"a whole number, {least} or more"));

    public static Option<DateTime?> Moment(string name, string description) => Parsed(name, "DATE", description, ParseMoment);

    public static Option<DateOnly?> Day(string name, string description) => Parsed(name, "DATE", description, ParseDay);

    /// <summary>Where data lie: the option, else the environment, else <c>data</c>; absolute.</summary>
    public static string DataDirectory(string? option, Surroundings surroundings) => Path.GetFullPath(
        option
        ?? surroundings.Environment.Read(Variables.DataDirectory)
        ?? "data",
        surroundings.CurrentDirectory);

    public static string ConfigDirectory(string? option, Surroundings surroundings) =>
        option ?? Configuration.ConfigurationDirectory.Find(surroundings.CurrentDirectory, surroundings.BinaryDirectory);

    /// <summary>Every occurrence may hold several names, separated by commas.</summary>
    public static Option<string[]?> Names(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = argument =>
        {
            var names = argument.Tokens.SelectMany(token => token.Value.Split(',')).Select(text => text.Trim()).ToArray();
            if (names.Contains(""))
            {
                argument.AddError($"{name}: \"{string.Join(' ', argument.Tokens.Select(token => token.Value))}\" has an empty name in it; expected names separated by commas, such as fred,eia");
            }

            return names;
        },
    };

    /// <param name="parse">The value, or null and what would have been valid.</param>
    private static Option<T?> Parsed<T>(string name, string helpName, string description, Func<string, (T? Value, string Valid)> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = argument =>
            {
                var text = argument.Tokens[0].Value;
                var (value, valid) = parse(text);
                if (value is null)
                {
                    argument.AddError($"{name}: \"{text}\" cannot be used; expected {valid}");
                }

                return value;
            },
        };

    private static string? NotEmpty(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (string.IsNullOrWhiteSpace(text))
        {
            argument.AddError($"{((OptionResult)argument.Parent!).Option.Name}: is empty; expected some text");
        }

        return text;
    }

    private static (LogLevel? Value, string Valid) ParseLogLevel(string text)
    {
        var match = LogLevels.Where(level => level.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        return (match.Length == 1 ? match[0].Level : null, $"one of {Names(LogLevels)}");
    }

    private static (LogFormat? Value, string Valid) ParseLogFormat(string text) =>
        (text == "text" ? Engine.LogFormat.Text : text == "json" ? Engine.LogFormat.Json : null, "text or json");

    private static string Names((string Name, LogLevel Level)[] levels) => string.Join(", ", levels.Select(level => level.Name));

    private static (OutputFormat? Value, string Valid) ParseFormat(string text, OutputFormat[] formats)
    {
        var match = formats.Where(format => Name(format).Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        return (match.Length == 1 ? match[0] : null, $"one of {Names(formats)}");
    }

    private static string Names(OutputFormat[] formats) => string.Join(", ", formats.Select(Name));

    private static string Name(OutputFormat format) => format.ToString().ToLowerInvariant();

    private static (int? Value, string Valid) ParsePort(string text) =>
        (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort ? port : null, "a port from 1 to 65535");

    private static (TimeSpan? Value, string Valid) ParseSeconds(string text)
    {
        var valid = $"a number of seconds above 0 and at most {LongestWait.TotalSeconds}";
        return (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? Waitable(seconds) : null, valid);
    }

    private static (TimeSpan? Value, string Valid) ParseDuration(string text)
    {
        const string Valid = "a time above 0 and of at most 30 days, such as 30s, 2m, 1h, 500ms, or a plain number of seconds";
        var match = DurationText().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return (null, Valid);
        }

        var unit = match.Groups["unit"].Value switch
        {
            "ms" => 0.001,
            "m" => 60,
            "h" => 3600,
            _ => 1,
        };
        return (Waitable(number * unit), Valid);
    }

    private static TimeSpan? Waitable(double seconds) =>
        seconds > 0 && seconds <= LongestWait.TotalSeconds && TimeSpan.FromSeconds(seconds) is { Ticks: > 0 } time ? time : null;

    /// <summary>A day at its 00:00 UTC, or a moment; a moment without an offset is UTC.</summary>
    private static (DateTime? Value, string Valid) ParseMoment(string text)
    {
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        return (
            DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null,
            "a date as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ");
    }

    private static (DateOnly? Value, string Valid) ParseDay(string text) =>
        (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null, "a date as YYYY-MM-DD");

    [GeneratedRegex("^(?<number>[0-9]+(\\.[0-9]+)?)(?<unit>ms|s|m|h)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DurationText();
}
