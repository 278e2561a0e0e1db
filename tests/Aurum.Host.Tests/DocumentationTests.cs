using System.Text.RegularExpressions;

namespace Aurum.Host.Tests;

/// <summary>Every command line in a code block of the documentation is one that the program takes.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private readonly CommandLine _line = new()
    {
        Providers = [FakeProvider.Fred, new FakeProvider("eia", "EIA_API_KEY"), new FakeProvider("noaa", "NOAA_GHCND_TOKEN"), FakeProvider.WorldBank],
    };

    public static TheoryData<string> Commands =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Root, "README.md"))
            .SelectMany(file => CodeBlock().Matches(File.ReadAllText(file)))
            .SelectMany(block => AurumLine().Matches(block.Groups["code"].Value))
            .Select(line => line.Groups["arguments"].Value.Trim())
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_documented_command_line_works(string arguments)
    {
        foreach (var provider in _line.Providers)
        {
            var name = provider.Descriptor.Name;
            _line.Environment[provider.Descriptor.KeyVariable ?? ""] = "key";
            _line.WriteProvider(name, $$"""{ "name": "{{name}}", "datasets": [ { "series": ["A"] } ] }""");
        }

        _line.Environment["AURUM_APP_DB_DSN"] = "postgresql://aurum@localhost/aurum";
        _line.Environment["KAFKA_BOOTSTRAP_SERVERS"] = "localhost:9092";
        _line.Environment["SCHEMA_REGISTRY_URL"] = "http://localhost:8081";
        string[] words = [.. Word().Matches(arguments).Select(word => word.Groups["word"].Captures.Count > 0 ? word.Groups["word"].Value : word.Value)];
        var config = Value(words, "--config") ?? "config";
        if (config != "config")
        {
            var target = Directory.CreateDirectory(Path.Combine(_line.Home, config)).FullName;
            Directory.Move(Path.Combine(_line.Home, "config", "providers"), Path.Combine(target, "providers"));
        }

        await using var node = await FakeNode.StartAsync();
        node.Otherwise = new FakeAnswer(200, "{}");
        node.Answers("GET /v1/admin/cluster", """{ "self": "a", "members": [] }""");
        node.Answers("GET /v1/admin/cluster/events", "");
        node.Answers("GET /v1/admin/cluster/actors?path=%2Fuser%2Ffetcher&depth=2", """{ "root": { "name": "fetcher", "children": [] } }""");
        foreach (var provider in _line.Providers.Select(provider => provider.Descriptor.Name))
        {
            node.Answers($"POST /v1/admin/external/providers/{provider}/check", """{ "good": true }""");
        }

        _line.Environment["AURUM_API_URL"] = node.Address;
        _line.WriteStore(Value(words, "--data-dir") ?? "data");

        Assert.Equal((0, arguments), ((await _line.RunAsync(words)).Code, arguments));
    }

    public void Dispose() => _line.Dispose();

    private static string? Value(string[] words, string option) =>
        Array.IndexOf(words, option) is >= 0 and var index && index + 1 < words.Length ? words[index + 1] : null;

    /// <summary>As a shell splits them: quotes of either kind hold together and are no part of the word.</summary>
    [GeneratedRegex("'(?<word>[^']*)'|\"(?<word>[^\"]*)\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex("^```[a-z]*\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    /// <summary>Up to a pipe, a redirection or a comment.</summary>
    [GeneratedRegex("^(\\$ )?(?:[A-Z_]+=\\S+ )*(scripts/)?aurum (?<arguments>[^|>#\n]+)", RegexOptions.Multiline)]
    private static partial Regex AurumLine();
}
