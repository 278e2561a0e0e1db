namespace Aurum.Providers.Http;

/// <summary>
/// Asks a request's <see cref="Departure"/> at the last possible place: where its bytes are written to the connection, which may be
/// seconds after the request was handed to the client, and any time at all where the process was frozen in between. A
/// connection that is being made when the permit expires is kept for the next request.
/// </summary>
internal sealed class DepartureHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly AsyncLocal<Departure?> Current = new();

    /// <summary>For <see cref="SocketsHttpHandler.PlaintextStreamFilter"/>.</summary>
    public static ValueTask<Stream> GuardAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new GuardedStream(context.PlaintextStream));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Departure.Find(request) is not { } departure)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Current.Value = departure;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = new Timer(
            _ =>
            {
                if (departure.TryMiss())
                {
                    waiting.Cancel();
                }
            },
            null,
            departure.Left,
            Timeout.InfiniteTimeSpan);
        try
        {
            return await base.SendAsync(request, waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PermitExpiredException();
        }
    }

    /// <summary>A connection that lets nothing out without asking.</summary>
    private sealed class GuardedStream(Stream inner) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Current.Value?.Leave(this);
            inner.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Current.Value?.Leave(this);
            inner.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Current.Value?.Leave(this);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Current.Value?.Leave(this);
            return inner.WriteAsync(buffer, offset, count, cancellationToken);
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
        }
    }
}
