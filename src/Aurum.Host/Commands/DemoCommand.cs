using System.CommandLine;
using Aurum.Host.Engine;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Commands;

/// <summary><c>aurum demo</c>: the same road against a simulator of the four APIs inside the process.</summary>
internal static class DemoCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var duration = Arguments.Duration("--duration", "End after this time: 30s, 2m, 1h, 500ms or plain seconds (default: when stopped)");
        var logLevel = Arguments.LogLevel(otherwise: "warning");
        var config = Arguments.ConfigDirectory();
        var data = Arguments.DataDirectory(otherwise: "demo in $AURUM_DATA_DIR, else data/demo");
        var command = new Command("demo", "Collect from simulated providers, without network or keys, and show it")
        {
            duration, logLevel, config, data,
        };
        command.SetAction((parsed, _) =>
        {
            var request = new DemoRequest(
                Path.GetFullPath(Arguments.ConfigDirectory(parsed.GetValue(config), surroundings), surroundings.CurrentDirectory),
                parsed.GetValue(data) is { } directory
                    ? Path.GetFullPath(directory, surroundings.CurrentDirectory)
                    : Path.Combine(Arguments.DataDirectory(null, surroundings), "demo"),
                parsed.GetValue(duration),
                parsed.GetValue(logLevel) ?? LogLevel.Warning);
            return UntilStopped.RunAsync(stop => surroundings.Engine().DemoAsync(request, stop));
        });
        return command;
    }
}
