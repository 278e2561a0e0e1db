namespace Aurum.Providers.Http;

/// <summary>Keeps bodies that broke their contract, for people who want to see what a provider changed.</summary>
public interface IMalformedPages
{
    /// <summary>Never throws: that a page cannot be kept fails nobody.</summary>
    /// <param name="address">What was asked, without its key.</param>
    /// <param name="body">As it came, but for the key.</param>
    /// <returns>Where it is kept; null when it is not.</returns>
    string? Keep(string provider, string address, int status, ReadOnlyMemory<byte> body);
}
