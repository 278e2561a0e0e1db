using System.Buffers.Binary;
using System.Text;
using Aurum.Domain;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// A binary COPY of observations. The rows are laid out here: what all rows of a batch share is laid out once, and a value costs its bytes
/// and no more; Npgsql's importer costs as much as the server does.
/// </summary>
/// <remarks>The format is of PostgreSQL's documentation of COPY, "Binary Format": big-endian, each field with its length before it, -1 for NULL.</remarks>
internal sealed class ObservationCopy : IAsyncDisposable
{
    public const string Columns =
        "provider, series_id, timestamp, asof_date, value, value_raw, unit_code, geo_id, dataset_code, frequency_code, status, quality_flag, ingest_ts, ingest_run_id, source_event_id, metadata";

    private const short ColumnCount = 16;
    private const int FullAt = 48 * 1024;
    private const byte JsonbVersion = 1;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Half a character cannot be stored; the usual encoding would put a question mark in its place.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly NpgsqlRawCopyStream _stream;
    private byte[] _buffer = new byte[FullAt + (16 * 1024)];
    private int _length;
    private ObservationBatch? _batch;
    private byte[] _key = [];
    private byte[] _attributes = [];
    private byte[] _ingest = [];
    private bool _ended;

    private ObservationCopy(NpgsqlRawCopyStream stream)
    {
        _stream = stream;
        Append(Header);
    }

    public bool IsFull => _length >= FullAt;

    public static bool IsStorable(string text)
    {
        try
        {
            return !text.Contains('\0', StringComparison.Ordinal) && Utf8.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    public static async Task<ObservationCopy> BeginAsync(NpgsqlConnection connection, string table, CancellationToken stop) =>
        new(await connection.BeginRawBinaryCopyAsync($"COPY {table} ({Columns}) FROM STDIN (FORMAT binary)", stop).ConfigureAwait(false));

    /// <exception cref="RefusedDataException">A text cannot be stored.</exception>
    public void Add(SeriesId series, ObservationBatch batch, int index)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            Begin(batch);
        }

        var observation = batch.Slice.Observations[index];
        try
        {
            Append(_key);
            Append(PostgresTime.Timestamp(observation.Timestamp));
            Append(PostgresTime.Day(observation.AsOf));
            Append(observation.Value);
            Append(observation.ValueRaw);
            Append(_attributes);
            Append(observation.Status);
            Append(observation.QualityFlag);
            Append(_ingest);
            AppendJson(MetadataJson.Write(observation.Metadata));
        }
        catch (ArgumentException exception)
        {
            throw new RefusedDataException(
                $"The observation of {series} for {observation.Timestamp:O} cannot be stored: a text of it holds a NUL or half a character.", exception);
        }
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _length), stop).ConfigureAwait(false);
        _length = 0;
    }

    /// <summary>Sends the rest; the server's verdict comes here.</summary>
    public async Task EndAsync(CancellationToken stop)
    {
        Reserve(2);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_length), -1);
        _length += 2;
        await FlushAsync(stop).ConfigureAwait(false);
        _ended = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Without <see cref="EndAsync"/> before, the server throws the rows away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        try
        {
            await _stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception) || exception is ObjectDisposedException)
        {
            // The connection is gone, and the rows with it.
        }
    }

    private void Begin(ObservationBatch batch)
    {
        _batch = batch;
        var (series, attributes) = (batch.Slice.Series, batch.Slice.Attributes);
        try
        {
            _key = LaidOut(() =>
            {
                Reserve(2);
                BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_length), ColumnCount);
                _length += 2;
                Append(series.Provider);
                Append(series.Code);
            });
            _attributes = LaidOut(() =>
            {
                Append(attributes.UnitCode);
                Append(attributes.GeoId);
                Append(attributes.DatasetCode);
                Append(attributes.FrequencyCode);
            });
            _ingest = LaidOut(() =>
            {
                Append(PostgresTime.Instant(batch.IngestedAt));
                Append(batch.RunId);
                Append(batch.EventId);
            });
        }
        catch (ArgumentException exception)
        {
            throw new RefusedDataException(
                $"The observations of event '{Shown(batch.EventId)}' of {Shown(series.ToString())} cannot be stored: a text of theirs holds a NUL or half a character.", exception);
        }
    }

    private byte[] LaidOut(Action write)
    {
        var start = _length;
        try
        {
            write();
            return _buffer[start.._length];
        }
        finally
        {
            _length = start;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Append(long value)
    {
        Reserve(12);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length + 4), value);
        _length += 12;
    }

    private void Append(int value)
    {
        Reserve(8);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length + 4), value);
        _length += 8;
    }

    private void Append(double? value)
    {
        if (value is { } known)
        {
            Append(BitConverter.DoubleToInt64Bits(known));
        }
        else
        {
            AppendNull();
        }
    }

    private void Append(string? text)
    {
        if (text is null)
        {
            AppendNull();
            return;
        }

        AppendText([], text);
    }

    private void AppendJson(string? json)
    {
        if (json is null)
        {
            AppendNull();
            return;
        }

        AppendText([JsonbVersion], json);
    }

    private void AppendText(ReadOnlySpan<byte> before, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("The text holds a NUL.", nameof(text));
        }

        Reserve(4 + before.Length + Utf8.GetMaxByteCount(text.Length));
        before.CopyTo(_buffer.AsSpan(_length + 4));
        var written = before.Length + Utf8.GetBytes(text, _buffer.AsSpan(_length + 4 + before.Length));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), written);
        _length += 4 + written;
    }

    private void AppendNull()
    {
        Reserve(4);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), -1);
        _length += 4;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length < more)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + more));
        }
    }

    private static string Shown(string text) => text.Replace('\0', '␀');
}
