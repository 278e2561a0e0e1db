using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text;

namespace Aurum.Simulator.Serving;

/// <summary>What a simulated API answers to one request.</summary>
internal sealed class Answer(int status, string contentType, PageBuffer body) : IDisposable
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public int Status { get; } = status;

    public string ContentType { get; } = contentType;

    public ReadOnlyMemory<byte> Body => body.Written;

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>What the answer's Retry-After asks for; the server prints it.</summary>
    public RetryAfter? RetryAfter { get; init; }

    public static Answer Text(int status, string contentType, string text, RetryAfter? retryAfter = null)
    {
        var buffer = new PageBuffer(Encoding.UTF8.GetMaxByteCount(text.Length));
        Encoding.UTF8.GetBytes(text, buffer);
        return new Answer(status, contentType, buffer) { RetryAfter = retryAfter };
    }

    public static Answer Json(int status, string contentType, Action<Utf8JsonWriter> write)
    {
        var buffer = new PageBuffer(64 * 1024);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        write(writer);
        writer.Flush();
        return new Answer(status, contentType, buffer);
    }

    public void Dispose() => body.Dispose();
}

/// <param name="AsDate">Stated as an HTTP date instead of seconds.</param>
internal sealed record RetryAfter(int Seconds, bool AsDate = false);
