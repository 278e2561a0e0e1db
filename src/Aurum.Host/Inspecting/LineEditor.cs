namespace Aurum.Host.Inspecting;

/// <summary>Reads a line from the keyboard: Tab completes its last word, the arrows bring earlier lines back, Ctrl-D on an empty line ends.</summary>
/// <param name="screen">What is typed is shown there.</param>
/// <param name="complete">The words that may stand at the end of an unfinished line.</param>
internal sealed class LineEditor(Func<ConsoleKeyInfo> keys, TextWriter screen, string prompt, Func<string, IReadOnlyList<string>> complete)
{
    private const string BackAndClear = "\r\u001b[K";

    private readonly List<string> _earlier = [];

    /// <returns>Null when there is no more.</returns>
    public string? Read()
    {
        var line = "";
        var at = _earlier.Count;
        Show(line);
        while (true)
        {
            var key = keys();
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    screen.WriteLine();
                    Remember(line);
                    return line;
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when line.Length == 0:
                    screen.WriteLine();
                    return null;
                case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                    line = "";
                    break;
                case { Key: ConsoleKey.Backspace }:
                    line = line.Length == 0 ? line : line[..^1];
                    break;
                case { Key: ConsoleKey.UpArrow } when at > 0:
                    line = _earlier[--at];
                    break;
                case { Key: ConsoleKey.DownArrow } when at < _earlier.Count:
                    line = ++at == _earlier.Count ? "" : _earlier[at];
                    break;
                case { Key: ConsoleKey.Tab }:
                    line = Completed(line);
                    break;
                case { KeyChar: var letter } when !char.IsControl(letter):
                    line += letter;
                    break;
            }

            Show(line);
        }
    }

    /// <summary>As far as all that could stand there agree; where that is no further, they are listed.</summary>
    private string Completed(string line)
    {
        var word = line[(line.LastIndexOf(' ') + 1)..];
        var fitting = complete(line).Where(candidate => candidate.StartsWith(word, StringComparison.Ordinal) && (word.Length > 0 || candidate[0] is not ('-' or '/'))).ToArray();
        if (fitting.Length == 0)
        {
            return line;
        }

        var common = fitting.Aggregate(Common);
        if (common.Length == word.Length && fitting.Length > 1)
        {
            screen.WriteLine();
            screen.WriteLine(string.Join("  ", fitting));
        }

        return line[..^word.Length] + common + (fitting.Length == 1 ? " " : "");
    }

    private static string Common(string one, string other) => one[..one.AsSpan().CommonPrefixLength(other)];

    private void Remember(string line)
    {
        if (line.Trim().Length > 0 && _earlier.LastOrDefault() != line)
        {
            _earlier.Add(line);
        }
    }

    private void Show(string line)
    {
        screen.Write($"{BackAndClear}{prompt}{line}");
        screen.Flush();
    }
}
