using System.Globalization;
using Aurum.Providers.Http;

namespace Aurum.Host.Engine;

/// <summary>
/// Keeps the latest malformed pages of each provider below the data directory, each with the command that explains it beside it.
/// </summary>
public sealed class MalformedPages(string dataDirectory, TimeProvider time) : IMalformedPages
{
    public const int MostPages = 20;
    public const int MostBytes = 4 * 1024 * 1024;

    private const string BodyEnding = ".body", CommandEnding = ".txt";

    private readonly Lock _lock = new();
    private DateTimeOffset _last;

    public string? Keep(string provider, string address, int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            lock (_lock)
            {
                var directory = Directory.CreateDirectory(Path.Combine(dataDirectory, "malformed", provider)).FullName;
                var now = time.GetUtcNow();
                _last = now > _last ? now : _last.AddMilliseconds(1);
                var path = Path.Combine(directory, _last.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture) + BodyEnding);
                File.WriteAllBytes(path, body[..Math.Min(body.Length, MostBytes)].Span);
                var cut = body.Length > MostBytes ? $"# only the first {MostBytes} of {body.Length} bytes are kept\n" : "";
                File.WriteAllText(Path.ChangeExtension(path, CommandEnding), $"{cut}aurum explain {provider} --url '{address.Replace("'", "%27", StringComparison.Ordinal)}' --status {status} '{path}'\n");
                Forget(directory);
                return path;
            }
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Their names are in the order of time.</summary>
    private static void Forget(string directory)
    {
        foreach (var old in Directory.GetFiles(directory, "*" + BodyEnding).Order(StringComparer.Ordinal).SkipLast(MostPages))
        {
            File.Delete(old);
            File.Delete(Path.ChangeExtension(old, CommandEnding));
        }
    }
}
