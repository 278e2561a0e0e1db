using System.Buffers;

namespace Aurum.Providers.Http;

/// <summary>
/// A response's body in a borrowed buffer: pages run to ten megabytes, and making such an array for each would be most of what the
/// process allocates. The bytes are gone when this is disposed, so a parser keeps copies only.
/// </summary>
internal sealed class PooledBody(int largest) : IDisposable
{
    private const int SmallestBuffer = 64 * 1024;

    /// <summary>Not the shared pool: that one keeps a buffer of each size for every thread that ever returned one.</summary>
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(maxArrayLength: 16 * 1024 * 1024, maxArraysPerBucket: 8);

    private byte[] _buffer = [];
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <exception cref="BodyTooLargeException">There are more bytes than allowed.</exception>
    public async Task ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        _length = 0;
        Grow((int)Math.Clamp((content.Headers.ContentLength ?? 0) + 1, SmallestBuffer, largest));
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken) is > 0 and var read)
        {
            _length += read;
            if (_length == _buffer.Length)
            {
                Grow(_length < largest ? Math.Min(largest, _length * 2) : throw new BodyTooLargeException());
            }
        }
    }

    public void Dispose() => GiveBack([]);

    private void Grow(int size)
    {
        if (size > _buffer.Length)
        {
            var larger = Pool.Rent(size);
            Bytes.CopyTo(larger);
            GiveBack(larger);
        }
    }

    private void GiveBack(byte[] next)
    {
        if (_buffer.Length > 0)
        {
            Pool.Return(_buffer);
        }

        _buffer = next;
    }
}

/// <summary>More bytes came than any page has.</summary>
internal sealed class BodyTooLargeException : Exception;
