using System.Data;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>The rows of some statements, one after the other, as the server sends them.</summary>
internal sealed class PostgresRows : IAsyncDisposable
{
    private readonly PostgresReading _reading;
    private readonly NpgsqlBatch _batch;
    private NpgsqlDataReader? _reader;
    private bool _finished;

    /// <param name="limit">How long to wait for the first row; null for what is usual.</param>
    public PostgresRows(PostgresReading reading, IEnumerable<NpgsqlBatchCommand> statements, TimeSpan? limit = null)
    {
        _reading = reading;
        _batch = new NpgsqlBatch(reading.Connection);
        if (limit is { } patience)
        {
            _batch.Timeout = (int)patience.TotalSeconds;
        }

        foreach (var statement in statements)
        {
            _batch.BatchCommands.Add(statement);
        }
    }

    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The limit of a statement bounds each wait for the server here; a timer for each row would cost more than the row.
            _reader ??= await _batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken).ConfigureAwait(false);
            while (!await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!await _reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                {
                    _finished = true;
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception)
        {
            _finished = true;
            cancellationToken.ThrowIfCancellationRequested();
            throw _reading.Failure(exception) ?? exception;
        }
    }

    /// <summary>Reads the row that <see cref="NextAsync"/> came to, columns from left to right; its end may still be with the server.</summary>
    /// <exception cref="StorageException">The connection is lost within the row.</exception>
    public T Read<T>(Func<NpgsqlDataReader, T> read)
    {
        try
        {
            return read(_reader!);
        }
        catch (Exception exception) when (_reading.Failure(exception) is { } failure)
        {
            _finished = true;
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_reader is not null)
            {
                if (!_finished)
                {
                    // To close a reader is to read it to its end, which may be far.
                    _batch.Cancel();
                }

                await _reader.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (_reading.Failure(exception) is not null)
        {
            // Nobody wants these rows any more.
        }
        finally
        {
            await _batch.DisposeAsync().ConfigureAwait(false);
        }
    }
}
