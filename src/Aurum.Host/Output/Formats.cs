namespace Aurum.Host.Output;

/// <summary>How times are written, everywhere.</summary>
internal static class Formats
{
    public const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public const string Day = "yyyy-MM-dd";
}
