using System.Buffers;

namespace Aurum.Host.Output;

public enum OutputFormat
{
    Table,
    Csv,
    Ndjson,
    Json,
}

/// <summary>
/// Writes rows to a stream as they come. It holds one block of text, never the answer, and takes the same time for the
/// millionth row as for the first.
/// </summary>
public abstract class RowWriter<T>(Stream output, IReadOnlyList<Column<T>> columns)
{
    private const int BlockBytes = 64 * 1024;

    protected ArrayBufferWriter<byte> Block { get; } = new(BlockBytes + 4096);

    protected IReadOnlyList<Column<T>> Columns { get; } = columns;

    public static RowWriter<T> Create(OutputFormat format, Stream output, IReadOnlyList<Column<T>> columns) => format switch
    {
        OutputFormat.Csv => new CsvWriter<T>(output, columns),
        OutputFormat.Ndjson => new NdjsonWriter<T>(output, columns),
        _ => new TableWriter<T>(output, columns),
    };

    /// <summary>Writes all rows; what was written before a failure or a cancellation has reached the stream.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> WriteAllAsync(IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var count = 0L;
        Begin();
        try
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                WriteRow(row);
                count++;
                if (Block.WrittenCount >= BlockBytes)
                {
                    Send();
                }
            }
        }
        finally
        {
            End();
            Send();
        }

        return count;
    }

    /// <summary>Writes rows that are all there already.</summary>
    public void WriteAll(IEnumerable<T> rows)
    {
        Begin();
        foreach (var row in rows)
        {
            WriteRow(row);
        }

        End();
        Send();
    }

    protected virtual void Begin()
    {
    }

    protected abstract void WriteRow(T row);

    protected virtual void End()
    {
    }

    private void Send()
    {
        output.Write(Block.WrittenSpan);
        Block.ResetWrittenCount();
        output.Flush();
    }
}
