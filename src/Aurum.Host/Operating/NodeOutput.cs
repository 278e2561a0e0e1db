using System.Text;
using System.Text.Json;
using Aurum.Host.Output;

namespace Aurum.Host.Operating;

/// <summary>How answers of a node are shown: as they are, or a line a thing with counts at the end.</summary>
internal sealed class NodeOutput(Stream output, bool json)
{
    public bool IsJson => json;

    /// <summary>A list; after it how much it was, and who said so.</summary>
    public void Table<T>(NodeAnswer answer, IReadOnlyList<Column<T>> columns, Func<IReadOnlyList<T>, string> count)
    {
        if (json)
        {
            WriteJson(answer);
            return;
        }

        var items = answer.Items<T>();
        new TableWriter<T>(output, columns).WriteAll(items);
        if (answer.Remark is { } remark)
        {
            Line(Printable(remark));
        }

        Line($"{count(items)} (from {answer.From})");
    }

    /// <summary>One thing, in lines that are made only for people.</summary>
    public void Lines(NodeAnswer answer, Func<IEnumerable<string>> lines)
    {
        if (json)
        {
            WriteJson(answer);
            return;
        }

        foreach (var line in lines())
        {
            Line(Printable(line));
        }

        Line($"(from {answer.From})");
    }

    /// <summary>One of the things that a node tells as they happen, a line each.</summary>
    public void Event<T>(string line, Func<T, string> describe) =>
        Line(json ? line : Printable(describe(new NodeAnswer("the node", JsonSerializer.Deserialize<JsonElement>(line)).Read<T>())));

    /// <summary>"1 series", "2 providers": with the plural that English mostly has.</summary>
    public static string Count(int count, string one, string? many = null) => FormattableString.Invariant($"{count} {(count == 1 ? one : many ?? $"{one}s")}");

    private void WriteJson(NodeAnswer answer)
    {
        output.Write(JsonSerializer.SerializeToUtf8Bytes(answer.Body, NodeAnswer.Json));
        output.Write("\n"u8);
        output.Flush();
    }

    private void Line(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text + "\n"));
        output.Flush();
    }

    /// <summary>Control characters would move the cursor of the terminal, or worse.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
