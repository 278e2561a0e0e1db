using Aurum.Api.Access;
using Aurum.Providers.Settings;

namespace Aurum.Host.Configuration;

/// <summary>Who may ask over HTTP: the one token of the environment, and those of a file that holds their hashes alone.</summary>
internal static class TokensFile
{
    private const int Sha256HexDigits = 64;

    public static IReadOnlyList<ApiToken> Read(string currentDirectory, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var tokens = new List<ApiToken>();
        if (environment.Read(Variables.AdminToken) is { } text)
        {
            if (text.Length < ApiToken.ShortestText)
            {
                problems.Add($"{Variables.AdminToken}: has {text.Length} characters; expected at least {ApiToken.ShortestText}, such as those of: openssl rand -hex 32");
            }

            tokens.Add(ApiToken.Of(ApiToken.AdminName, AccessRole.Operate, text));
        }

        if (environment.Read(Variables.AdminTokensFile) is { } file)
        {
            tokens.AddRange(Read(file, Path.GetFullPath(file, currentDirectory), problems));
        }

        return tokens;
    }

    private static List<ApiToken> Read(string file, string path, List<string> problems)
    {
        var tokens = new List<ApiToken>();
        if (ProviderFile.Read(file, path, problems) is not { } root)
        {
            return tokens;
        }

        var found = new List<string>();
        var node = new SettingsNode(root, "$", found);
        foreach (var entry in node.Children("tokens"))
        {
            var name = entry.String("name");
            var role = entry.String("role", role => role is "read" or "operate" ? null : "read or operate");
            var hash = entry.String("sha256");
            entry.NothingElse();
            if (hash.Length != Sha256HexDigits || !hash.All(char.IsAsciiHexDigit))
            {
                // Not shown: a token may stand there by mistake.
                entry.Problem("sha256", $"is no hash; expected the SHA-256 of the token as {Sha256HexDigits} hexadecimal digits, such as that of: printf %s TOKEN | sha256sum");
            }

            if (tokens.Exists(token => token.Name == name))
            {
                entry.Problem("name", $"is \"{name}\" a second time; expected a name of its own for each token");
            }

            if (found.Count == 0)
            {
                tokens.Add(new ApiToken(name, role == "operate" ? AccessRole.Operate : AccessRole.Read, Convert.FromHexString(hash)));
            }
        }

        node.NothingElse();
        problems.AddRange(found.Distinct(StringComparer.Ordinal).Select(problem => $"{file}: {problem}"));
        return tokens;
    }
}
