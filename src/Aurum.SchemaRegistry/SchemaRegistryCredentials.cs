using System.Net.Http.Headers;
using System.Text;

namespace Aurum.SchemaRegistry;

/// <summary>What the registry asks for; its text never shows the secret.</summary>
public sealed class SchemaRegistryCredentials
{
    private readonly string _secret;

    private SchemaRegistryCredentials(AuthenticationHeaderValue header, string secret) => (Header, _secret) = (header, secret);

    internal AuthenticationHeaderValue Header { get; }

    public static SchemaRegistryCredentials Basic(string user, string password) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))), password);

    public static SchemaRegistryCredentials Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token), token);

    /// <summary>Reads <c>user:password</c>; the password may hold colons.</summary>
    /// <exception cref="FormatException">There is no colon; the text is not repeated.</exception>
    public static SchemaRegistryCredentials ParseBasic(string userAndPassword)
    {
        var colon = userAndPassword.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? Basic(userAndPassword[..colon], userAndPassword[(colon + 1)..])
            : throw new FormatException("The schema registry's credentials are no user:password: expected a user, a colon and a password.");
    }

    public override string ToString() => $"{Header.Scheme} ***";

    /// <summary>A text from elsewhere, where a proxy may have repeated what it was sent.</summary>
    internal string HideIn(string text) => _secret.Length == 0
        ? text
        : text.Replace(_secret, "***", StringComparison.Ordinal).Replace(Header.Parameter!, "***", StringComparison.Ordinal);
}
