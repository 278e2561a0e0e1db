namespace Aurum.SchemaRegistry;

/// <summary>Why the registry did not do what it was asked.</summary>
public enum SchemaRegistryFailure
{
    /// <summary>No node answered, or all failed themselves (5xx, timeout): try later.</summary>
    Unreachable,

    /// <summary>It wants other credentials, or these may not do it (401, 403).</summary>
    Unauthorized,

    /// <summary>The schema breaks the subject's rule of compatibility (409).</summary>
    Incompatible,

    /// <summary>It knows no such subject, version or schema (404).</summary>
    Unknown,

    /// <summary>It takes the text for no schema (422).</summary>
    InvalidSchema,

    /// <summary>It refused for another reason.</summary>
    Refused,

    /// <summary>The answer is none that a registry gives: the address may be something else's.</summary>
    NoRegistry,
}

/// <summary>The registry's refusal or silence. The message names the request and the node, and never a credential.</summary>
/// <param name="errorCode">The registry's own code, e.g. 40401; null where it gave none.</param>
public sealed class SchemaRegistryException(SchemaRegistryFailure kind, string message, int? errorCode = null, Exception? inner = null)
    : Exception(message, inner)
{
    public SchemaRegistryFailure Kind => kind;

    public int? ErrorCode => errorCode;
}
