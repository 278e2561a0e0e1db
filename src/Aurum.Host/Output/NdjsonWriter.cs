using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aurum.Host.Output;

/// <summary>One JSON object a line; doubles in their shortest form that reads back the same.</summary>
internal sealed class NdjsonWriter<T> : RowWriter<T>
{
    private readonly Utf8JsonWriter _json;
    private readonly Cells _cells;
    private readonly JsonEncodedText[] _names;

    public NdjsonWriter(Stream output, IReadOnlyList<Column<T>> columns)
        : base(output, columns)
    {
        // Skips its checks for speed: this class cannot write an object wrongly. Degree signs and the like stay readable.
        _json = new Utf8JsonWriter(Block, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _cells = new Cells(_json);
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name))];
    }

    protected override void WriteRow(T row)
    {
        _json.Reset();
        _json.WriteStartObject();
        for (var index = 0; index < _names.Length; index++)
        {
            _cells.Name = _names[index];
            _cells.OnlyWherePresent = Columns[index].OnlyWherePresent;
            Columns[index].Write(row, _cells);
        }

        _json.WriteEndObject();
        _json.Flush();
        Block.Write("\n"u8);
    }

    private sealed class Cells(Utf8JsonWriter json) : CellWriter
    {
        public JsonEncodedText Name { get; set; }

        public bool OnlyWherePresent { get; set; }

        public override void Text(string? value)
        {
            if (value is null)
            {
                Nothing();
            }
            else
            {
                json.WriteString(Name, value);
            }
        }

        public override void Number(double? value)
        {
            if (value is { } number && double.IsFinite(number))
            {
                json.WriteNumber(Name, number);
            }
            else
            {
                Nothing();
            }
        }

        public override void Integer(long value) => json.WriteNumber(Name, value);

        public override void Timestamp(DateTime? value)
        {
            if (value is not { } timestamp)
            {
                Nothing();
                return;
            }

            Span<char> text = stackalloc char[20];
            timestamp.TryFormat(text, out var length, Formats.Timestamp, CultureInfo.InvariantCulture);
            json.WriteString(Name, text[..length]);
        }

        public override void Day(DateOnly value)
        {
            Span<char> text = stackalloc char[10];
            value.TryFormat(text, out var length, Formats.Day, CultureInfo.InvariantCulture);
            json.WriteString(Name, text[..length]);
        }

        private void Nothing()
        {
            if (!OnlyWherePresent)
            {
                json.WriteNull(Name);
            }
        }
    }
}
