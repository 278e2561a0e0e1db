using System.Runtime.InteropServices;

namespace Aurum.Host.Output;

/// <summary>
/// The process' standard output. Unlike the runtime's own stream it tells when the reader has gone (<c>| head</c>), so that
/// a long answer ends there instead of being computed for nobody. A file stream over the same descriptor would tell too,
/// but keeps a position of its own and so overwrites what others write to the same file.
/// </summary>
public sealed class StandardOutput : Stream
{
    private const int Interrupted = 4, BrokenPipe = 32;

    private readonly Stream _console = Console.OpenStandardOutput();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !OperatingSystem.IsWindows())
        {
            var written = WriteDescriptor(1, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case BrokenPipe:
                    throw new OutputClosedException();
            }

            break;
        }

        // Windows, and descriptors that do not block: the runtime knows how to wait, and words the other errors.
        try
        {
            _console.Write(buffer);
        }
        catch (IOException failed)
        {
            throw new OutputFailedException(failed);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _console.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint WriteDescriptor(int descriptor, ref readonly byte buffer, nint count);
}

/// <summary>Nobody reads the output any more; no error of ours.</summary>
public sealed class OutputClosedException() : IOException("The reader of the output has gone.");

/// <summary>The output cannot be written, on a full disk for one.</summary>
public sealed class OutputFailedException(IOException reason) : IOException($"the output cannot be written: {reason.Message}", reason);
