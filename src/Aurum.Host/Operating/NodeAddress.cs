using System.Buffers;
using System.Globalization;
using Aurum.Api;
using Aurum.Host.Configuration;

namespace Aurum.Host.Operating;

/// <summary>Where the node is that commands ask, and what they show it.</summary>
/// <param name="IsNamed">False where nobody said where it is: then it may well be that there is none.</param>
internal sealed record NodeAddress(Uri Url, string? Token, bool IsNamed)
{
    private static readonly SearchValues<char> OfTokens = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    private static readonly string Example = $"http://localhost:{ApiOptions.DefaultPort}";

    /// <exception cref="ConfigurationException">It cannot be used; every reason at once.</exception>
    public static NodeAddress Read(IReadOnlyDictionary<string, string> environment)
    {
        var problems = new List<string>();
        var text = environment.Read(Variables.ApiAddress);
        if (!Uri.TryCreate(text ?? OfThisMachine(environment), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url is not { UserInfo: "", Query: "", Fragment: "" })
        {
            // Not shown: a password may stand in it.
            problems.Add($"{Variables.ApiAddress}: cannot be used; expected the address of a node such as {Example}, without user, password, query or fragment");
        }

        var token = environment.Read(Variables.AdminToken);
        if (token is not null && token.AsSpan().ContainsAnyExcept(OfTokens))
        {
            problems.Add($"{Variables.AdminToken}: holds something that cannot stand in a header; expected letters, digits and signs of ASCII alone, without spaces");
        }

        return problems.Count == 0 ? new NodeAddress(url!, token, text is not null) : throw new ConfigurationException(problems);
    }

    /// <summary>Where a node listens that was started with the same environment.</summary>
    private static string OfThisMachine(IReadOnlyDictionary<string, string> environment) =>
        ushort.TryParse(environment.Read(Variables.HttpPort), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? $"http://localhost:{port}" : Example;

    public Uri Of(string path) => new(Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    public override string ToString() => Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
