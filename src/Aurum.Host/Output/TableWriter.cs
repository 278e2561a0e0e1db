using System.Globalization;
using System.Text;

namespace Aurum.Host.Output;

/// <summary>
/// Columns for people. The first rows decide the widths, so that a table of any length streams; a later cell that is
/// wider than its column pushes the rest of its row aside.
/// </summary>
internal sealed class TableWriter<T> : RowWriter<T>
{
    private const int RowsThatDecide = 256;
    private const string Gap = "  ";

    private readonly IReadOnlyList<Column<T>> _shown;
    private readonly Cells _cells = new();
    private readonly List<string[]> _first = [];
    private readonly StringBuilder _line = new();
    private int[]? _widths;

    public TableWriter(Stream output, IReadOnlyList<Column<T>> columns)
        : base(output, columns) => _shown = [.. columns.Where(column => column.InTable)];

    protected override void WriteRow(T row)
    {
        var cells = new string[_shown.Count];
        for (var index = 0; index < cells.Length; index++)
        {
            _shown[index].Write(row, _cells);
            cells[index] = _cells.Last;
        }

        if (_widths is not null)
        {
            WriteLine(cells);
            return;
        }

        _first.Add(cells);
        if (_first.Count == RowsThatDecide)
        {
            WriteFirst();
        }
    }

    /// <summary>No rows, no header: there is nothing to look at.</summary>
    protected override void End()
    {
        if (_widths is null && _first.Count > 0)
        {
            WriteFirst();
        }
    }

    private void WriteFirst()
    {
        string[] header = [.. _shown.Select(column => column.Name.Replace('_', ' ').ToUpperInvariant())];
        _widths = [.. header.Select((heading, index) => Math.Max(heading.Length, _first.Max(cells => cells[index].Length)))];
        WriteLine(header);
        _first.ForEach(WriteLine);
        _first.Clear();
    }

    private void WriteLine(string[] cells)
    {
        _line.Clear();
        for (var index = 0; index < cells.Length; index++)
        {
            _line.Append(index == 0 ? "" : Gap);
            _line.Append(_shown[index].RightAligned ? cells[index].PadLeft(_widths![index]) : cells[index].PadRight(_widths![index]));
        }

        Encoding.UTF8.GetBytes(_line.ToString().AsSpan().TrimEnd(' '), Block);
        Encoding.UTF8.GetBytes("\n", Block);
    }

    private sealed class Cells : CellWriter
    {
        public string Last { get; private set; } = "";

        /// <summary>Control characters would move the cursor of the terminal, or worse.</summary>
        public override void Text(string? value) =>
            Last = value is null ? "-" : value.Any(char.IsControl) ? string.Concat(value.Select(letter => char.IsControl(letter) ? ' ' : letter)) : value;

        public override void Number(double? value) => Last = value?.ToString(CultureInfo.InvariantCulture) ?? "-";

        public override void Integer(long value) => Last = value.ToString(CultureInfo.InvariantCulture);

        public override void Timestamp(DateTime? value) =>
            Last = value is not { } timestamp ? "-" : timestamp.ToString(timestamp.TimeOfDay == TimeSpan.Zero ? Formats.Day : Formats.Timestamp, CultureInfo.InvariantCulture);

        public override void Day(DateOnly value) => Last = value.ToString(Formats.Day, CultureInfo.InvariantCulture);
    }
}
