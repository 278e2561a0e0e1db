using System.Globalization;
using System.Text;

namespace Aurum.Storage.Postgres;

/// <summary>A <c>postgresql://user:password@host:port,host:port/dbname?name=value</c> taken apart.</summary>
/// <param name="Parameters">In the order of the text, user, password and database among them under libpq's names; the last of a name counts.</param>
internal sealed record PostgresUrl(IReadOnlyList<HostAndPort> Hosts, IReadOnlyDictionary<string, string> Parameters)
{
    private const string Example = "postgresql://user:password@host:5432/database?sslmode=require";

    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <exception cref="FormatException">The text is no such URL; the message shows nothing of it.</exception>
    public static PostgresUrl Split(string text)
    {
        var scheme = Array.Find(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal))
            ?? throw new FormatException($"A PostgreSQL URL begins with postgresql:// or postgres://, for instance {Example}.");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = TakeLogin(text[scheme.Length..], parameters);
        var (beforeQuery, query) = Cut(rest, '?');
        if (beforeQuery.Contains('@', StringComparison.Ordinal))
        {
            // What follows the wrong @ or / may be a piece of the password: it must not become a host or database that messages show.
            throw new FormatException("The PostgreSQL URL has an @ where none can be. In user and password an @ is written %40 and a / is written %2F.");
        }

        var (hosts, database) = Cut(beforeQuery, '/');
        if (!string.IsNullOrEmpty(database))
        {
            parameters["dbname"] = Decode(database, "database name");
        }

        TakeQuery(query ?? "", parameters);
        return new PostgresUrl(HostsOf(hosts, parameters), parameters);
    }

    /// <summary>libpq takes the first @ before any / for the end of user and password.</summary>
    private static string TakeLogin(string rest, Dictionary<string, string> parameters)
    {
        var end = rest.AsSpan().IndexOfAny('@', '/');
        if (end < 0 || rest[end] != '@')
        {
            return rest;
        }

        var (user, password) = Cut(rest[..end], ':');
        if (user.Length > 0)
        {
            parameters["user"] = Decode(user, "user");
        }

        if (!string.IsNullOrEmpty(password))
        {
            parameters["password"] = Decode(password, "password");
        }

        return rest[(end + 1)..];
    }

    private static void TakeQuery(string query, Dictionary<string, string> parameters)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            if (value is null || value.Contains('=', StringComparison.Ordinal))
            {
                throw new FormatException("A parameter of the PostgreSQL URL is not of the form name=value; an & or = in a value is written %26 or %3D.");
            }

            var known = LibpqParameters.Check(Decode(name, "parameter name"));
            parameters[known] = Decode(value, known);
        }

        if (parameters.Remove("ssl", out var ssl))
        {
            // JDBC's spelling, which libpq takes too.
            parameters["sslmode"] = ssl == "true" ? "require" : throw LibpqParameters.Impossible("ssl", "true; use sslmode for all else");
        }
    }

    private static List<HostAndPort> HostsOf(string text, Dictionary<string, string> parameters)
    {
        var hosts = new List<HostAndPort>();
        foreach (var element in text.Split(','))
        {
            var (host, port) = HostOf(element);
            hosts.Add(new HostAndPort(host, HostAndPort.ParsePort(port)));
        }

        var names = parameters.Remove("host", out var given) ? given.Split(',') : null;
        names = parameters.Remove("hostaddr", out var addresses) ? addresses.Split(',') : names;
        var ports = parameters.Remove("port", out var numbers) ? numbers.Split(',') : null;
        if (names is not null)
        {
            hosts = [.. names.Select((name, index) => new HostAndPort(name, hosts.Count == names.Length ? hosts[index].Port : hosts[0].Port))];
        }

        if (ports is not null && ports.Length != 1 && ports.Length != hosts.Count)
        {
            throw new FormatException($"The PostgreSQL URL has {ports.Length} ports for {hosts.Count} hosts; it takes one port for each host or one for all.");
        }

        return [.. hosts.Select((host, index) => new HostAndPort(
            host.Host.Length == 0 ? "localhost" : host.Host,
            ports is null ? host.Port : HostAndPort.ParsePort(ports[ports.Length == 1 ? 0 : index])))];
    }

    private static (string Host, string Port) HostOf(string element)
    {
        if (!element.StartsWith('['))
        {
            var (host, port) = Cut(element, ':');
            return (Decode(host, "host"), Decode(port ?? "", "port"));
        }

        var end = element.IndexOf(']', StringComparison.Ordinal);
        if (end < 2 || (end + 1 < element.Length && element[end + 1] != ':'))
        {
            throw new FormatException("An IPv6 address in the PostgreSQL URL is written in brackets and followed by a colon and the port or by nothing: [::1]:5432.");
        }

        return (element[1..end], element[(end + 1)..].TrimStart(':'));
    }

    private static (string Before, string? After) Cut(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    private static string Decode(string text, string what)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '%')
            {
                bytes.Add(Byte(text.AsSpan(index + 1), what));
                index += 2;
                continue;
            }

            var length = char.IsSurrogatePair(text, index) ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(index, length)));
            index += length - 1;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static byte Byte(ReadOnlySpan<char> digits, string what) =>
        digits.Length >= 2 && byte.TryParse(digits[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value != 0
            ? value
            : throw new FormatException($"In the PostgreSQL URL's {what} a % is not followed by two hexadecimal digits other than 00; the sign itself is written %25.");
}
