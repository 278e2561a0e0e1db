using System.Globalization;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>libpq's connection parameters and what each sets in Npgsql.</summary>
internal static class LibpqParameters
{
    /// <summary>libpq waits for ever at 0 or less; here every wait is bounded.</summary>
    private const int LongestConnectTimeoutSeconds = 1_024;

    /// <summary>Tune sockets in ways Npgsql does not have, or are set here otherwise; harmless to leave out.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "keepalives_count", "tcp_user_timeout", "sslcompression", "sslsni", "fallback_application_name",
    };

    /// <summary>Taken by <see cref="PostgresUrl"/> itself.</summary>
    private static readonly HashSet<string> OfTheUrl = new(StringComparer.Ordinal) { "host", "hostaddr", "port", "ssl" };

    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Known = new(StringComparer.Ordinal)
    {
        ["user"] = (builder, value) => builder.Username = value,
        ["password"] = (builder, value) => builder.Password = value,
        ["dbname"] = (builder, value) => builder.Database = value,
        ["passfile"] = (builder, value) => builder.Passfile = value,
        ["application_name"] = (builder, value) => builder.ApplicationName = value,
        ["client_encoding"] = (builder, value) => builder.ClientEncoding = ClientEncoding(value),
        ["options"] = (builder, value) => builder.Options = value,
        ["connect_timeout"] = (builder, value) => builder.Timeout = ConnectTimeout(value),
        ["target_session_attrs"] = (builder, value) => builder.TargetSessionAttributes = OneOf(
            "target_session_attrs", value, "any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
        ["load_balance_hosts"] = (builder, value) => builder.LoadBalanceHosts = OneOf("load_balance_hosts", value, "disable", "random") == "random",
        ["keepalives"] = (builder, value) => builder.TcpKeepAlive = OneOf("keepalives", value, "0", "1") == "1",
        ["keepalives_idle"] = (builder, value) =>
        {
            // Npgsql takes the time only with the switch on.
            builder.TcpKeepAliveTime = Seconds("keepalives_idle", value);
            builder.TcpKeepAlive = true;
        },
        ["keepalives_interval"] = (builder, value) => builder.TcpKeepAliveInterval = Seconds("keepalives_interval", value),
        ["sslmode"] = (builder, value) => builder.SslMode = OneOf("sslmode", value, "disable", "allow", "prefer", "require", "verify-ca", "verify-full") switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            _ => SslMode.VerifyFull,
        },
        ["sslnegotiation"] = (builder, value) =>
            builder.SslNegotiation = OneOf("sslnegotiation", value, "postgres", "direct") == "direct" ? SslNegotiation.Direct : SslNegotiation.Postgres,
        ["sslrootcert"] = (builder, value) => builder.RootCertificate = value,
        ["sslcert"] = (builder, value) => builder.SslCertificate = value,
        ["sslkey"] = (builder, value) => builder.SslKey = value,
        ["sslpassword"] = (builder, value) => builder.SslPassword = value,
        ["channel_binding"] = (builder, value) => builder.ChannelBinding = OneOf("channel_binding", value, "disable", "prefer", "require") switch
        {
            "disable" => ChannelBinding.Disable,
            "prefer" => ChannelBinding.Prefer,
            _ => ChannelBinding.Require,
        },
        ["require_auth"] = (builder, value) => builder.RequireAuth = value,
        ["gssencmode"] = (builder, value) => builder.GssEncryptionMode = OneOf("gssencmode", value, "disable", "prefer", "require") switch
        {
            "disable" => GssEncryptionMode.Disable,
            "prefer" => GssEncryptionMode.Prefer,
            _ => GssEncryptionMode.Require,
        },
        ["krbsrvname"] = (builder, value) => builder.KerberosServiceName = value,
    };

    /// <exception cref="FormatException">libpq has no such parameter, or nothing here does what it asks for.</exception>
    public static string Check(string name) => Known.ContainsKey(name) || WithoutEffect.Contains(name) || OfTheUrl.Contains(name)
        ? name
        : throw new FormatException($"Unknown parameter '{Shown(name)}' in the PostgreSQL URL; known are {string.Join(", ", Known.Keys.Concat(OfTheUrl).Order(StringComparer.Ordinal))}.");

    /// <exception cref="FormatException">A value is impossible; the message names the parameter and what is possible.</exception>
    public static void Apply(IReadOnlyDictionary<string, string> parameters, NpgsqlConnectionStringBuilder builder)
    {
        foreach (var (name, value) in parameters)
        {
            if (!Known.TryGetValue(name, out var apply))
            {
                continue;
            }

            try
            {
                apply(builder, value);
            }
            catch (ArgumentException)
            {
                // Npgsql's own words may quote the value.
                throw Impossible(name, "what libpq's documentation says of it");
            }
        }

        TrustAsLibpq(builder);
    }

    public static FormatException Impossible(string name, string possible) =>
        new($"The parameter {name} of the PostgreSQL URL has an impossible value; possible: {possible}.");

    /// <summary>With a root certificate at hand libpq checks the server's even at <c>require</c>; <c>system</c> stands for the system's own roots.</summary>
    private static void TrustAsLibpq(NpgsqlConnectionStringBuilder builder)
    {
        if (builder.RootCertificate == "system")
        {
            builder.RootCertificate = null;
            if (builder.SslMode != SslMode.VerifyFull)
            {
                throw Impossible("sslrootcert", "system only together with sslmode=verify-full");
            }
        }
        else if (builder is { RootCertificate: not null, SslMode: SslMode.Require })
        {
            builder.SslMode = SslMode.VerifyCA;
        }
    }

    private static string OneOf(string name, string value, params string[] possible) =>
        possible.Contains(value, StringComparer.Ordinal) ? value : throw Impossible(name, string.Join(", ", possible));

    private static int Seconds(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw Impossible(name, "a whole number of seconds");

    private static int ConnectTimeout(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? seconds is > 0 and < LongestConnectTimeoutSeconds ? seconds : LongestConnectTimeoutSeconds
            : throw Impossible("connect_timeout", "a whole number of seconds");

    private static string ClientEncoding(string value) =>
        value.ToUpperInvariant() is "AUTO" or "UTF8" or "UTF-8" or "UNICODE" ? "UTF8" : throw Impossible("client_encoding", "UTF8");

    /// <summary>Enough of a name to recognise a slip of the pen; more could be a password that lost its way.</summary>
    private static string Shown(string name) => name.Length <= 32 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or ' ') ? name : "(not shown)";
}
