using System.Globalization;

namespace Aurum.Storage.Postgres;

/// <summary>A server's name or address, or the folder of its socket, and its port.</summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    public const int DefaultPort = 5432;

    private bool IsAddress6 => Host.Contains(':', StringComparison.Ordinal);

    /// <summary>As an element of Npgsql's list of hosts.</summary>
    public string ForNpgsql() => IsAddress6 ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <exception cref="FormatException">Not a port. The text may be a piece of a password and is not shown.</exception>
    public static int ParsePort(string text) =>
        text.Length == 0 ? DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535 ? port
        : throw new FormatException(
            "The port in the PostgreSQL URL is not a number from 1 to 65535. A password that has one of : / ? # @ % in it must have it percent-encoded.");

    public override string ToString() => Host.StartsWith('/') ? Host : ForNpgsql();
}
