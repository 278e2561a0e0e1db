using System.CommandLine.Parsing;
using Aurum.Host.Commands;

namespace Aurum.Host.Inspecting;

/// <summary><c>aurum inspect</c> without a verb: one verb after the other, typed at a prompt or read from standard input.</summary>
internal sealed class InspectPrompt(Surroundings surroundings)
{
    private const string Command = "inspect";
    private static readonly string[] Ends = ["exit", "quit"];

    /// <returns>The exit code of the first verb that failed.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var next = surroundings.Keys is { } keys
            ? new LineEditor(keys, surroundings.Error, "aurum> ", Complete).Read
            : (Func<string?>)surroundings.Input.ReadLine;
        var code = ExitCodes.Good;
        while (!stop.IsCancellationRequested && next() is { } line)
        {
            string[] words = [.. CommandLineParser.SplitCommandLine(line)];
            if (words is [var only] && Ends.Contains(only))
            {
                break;
            }

            if (words.Length > 0 && await AurumCommand.RunAsync([Command, .. words], surroundings) is var ended and not ExitCodes.Good && code == ExitCodes.Good)
            {
                code = ended;
            }
        }

        return code;
    }

    private IReadOnlyList<string> Complete(string line) => line.Contains(' ', StringComparison.Ordinal)
        ? AurumCommand.Completions($"{Command} {line}", surroundings)
        : [.. AurumCommand.Completions($"{Command} {line}", surroundings), .. Ends];
}
