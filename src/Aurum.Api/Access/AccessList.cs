using System.Security.Cryptography;
using System.Text;

namespace Aurum.Api.Access;

public enum AccessRole
{
    /// <summary>May look at everything.</summary>
    Read,

    /// <summary>May change things besides.</summary>
    Operate,
}

/// <summary>A token as it is kept: not itself, but its hash.</summary>
/// <param name="Name">Who shows it; stands in the audit log.</param>
public sealed record ApiToken(string Name, AccessRole Role, byte[] Sha256)
{
    /// <summary>The name of the one token of the environment.</summary>
    public const string AdminName = "admin";

    /// <summary>A shorter one could be guessed.</summary>
    public const int ShortestText = 16;

    public static ApiToken Of(string name, AccessRole role, string text) => new(name, role, SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>Who asks.</summary>
public sealed record Caller(string Name, AccessRole Role)
{
    /// <summary>Without tokens whoever is on this machine may do everything.</summary>
    public static readonly Caller Local = new("local", AccessRole.Operate);
}

/// <summary>The tokens of a node.</summary>
public sealed class AccessList(IReadOnlyList<ApiToken> tokens)
{
    /// <summary>Nobody has to show a token; only for a server that this machine alone can reach.</summary>
    public bool IsOpen => tokens.Count == 0;

    /// <summary>Takes the same time for every text of the same length, whatever is right about it.</summary>
    public Caller? Find(string text)
    {
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        Caller? found = null;
        foreach (var token in tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(shown, token.Sha256))
            {
                found = new Caller(token.Name, token.Role);
            }
        }

        return found;
    }
}
