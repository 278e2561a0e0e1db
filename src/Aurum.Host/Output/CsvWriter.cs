using System.Buffers;
using System.Globalization;
using System.Text;

namespace Aurum.Host.Output;

/// <summary>RFC 4180: a header, CRLF, quotes around what needs them. What is absent is an empty field.</summary>
internal sealed class CsvWriter<T> : RowWriter<T>
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    private readonly Cells _cells;

    public CsvWriter(Stream output, IReadOnlyList<Column<T>> columns)
        : base(output, columns) => _cells = new Cells(Block);

    protected override void Begin()
    {
        foreach (var (column, index) in Columns.Select((column, index) => (column, index)))
        {
            Separate(index);
            _cells.Text(column.Name);
        }

        Block.Write("\r\n"u8);
    }

    protected override void WriteRow(T row)
    {
        for (var index = 0; index < Columns.Count; index++)
        {
            Separate(index);
            Columns[index].Write(row, _cells);
        }

        Block.Write("\r\n"u8);
    }

    private void Separate(int index)
    {
        if (index > 0)
        {
            Block.Write(","u8);
        }
    }

    private sealed class Cells(ArrayBufferWriter<byte> block) : CellWriter
    {
        public override void Text(string? value)
        {
            if (value is null)
            {
                return;
            }

            if (value.AsSpan().IndexOfAny(NeedsQuotes) < 0)
            {
                Encoding.UTF8.GetBytes(value, block);
            }
            else
            {
                Encoding.UTF8.GetBytes($"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", block);
            }
        }

        public override void Number(double? value)
        {
            if (value is { } number && double.IsFinite(number))
            {
                Write(number, default);
            }
        }

        public override void Integer(long value) => Write(value, default);

        public override void Timestamp(DateTime? value)
        {
            if (value is { } timestamp)
            {
                Write(timestamp, Formats.Timestamp);
            }
        }

        public override void Day(DateOnly value) => Write(value, Formats.Day);

        /// <summary>Thirty-two bytes hold the longest double and the longest timestamp.</summary>
        private void Write<TValue>(TValue value, ReadOnlySpan<char> format)
            where TValue : IUtf8SpanFormattable
        {
            value.TryFormat(block.GetSpan(32), out var written, format, CultureInfo.InvariantCulture);
            block.Advance(written);
        }
    }
}
