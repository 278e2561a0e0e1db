using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aurum.Deployment.Tests.Kubernetes;
using Aurum.Host;
using Aurum.Host.Tests;
using Aurum.Providers;
using k8s.Models;

namespace Aurum.Deployment.Tests.Image;

/// <summary>What can be said of the image without building it; <c>scripts/check-image</c> runs its content.</summary>
public sealed partial class DockerfileTests : IDisposable
{
    private static readonly string s_text = Continued().Replace(File.ReadAllText(Repository.PathOf("Dockerfile")), " ");

    private readonly CommandLine _line = new() { Providers = ProviderCatalog.All };

    [Fact]
    public async Task Every_path_that_is_copied_reaches_the_build()
    {
        var (code, says) = await CheckAsync(Repository.Root);

        Assert.True(code == 0, says);
        Assert.Contains("all there", says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dockerfile", "COPY src/ src/", "COPY sources/ src/", "COPY sources/: is not in the build context")]
    [InlineData(".dockerignore", "!config\n", "", "COPY config/: is not in the build context")]
    [InlineData(".dockerignore", "!config\n", "!config\n!docs\n", "lets in docs, which")]
    [InlineData(".dockerignore", "*\n!global.json", "!global.json", "the first line is no *")]
    public async Task A_path_that_does_not_reach_the_build_is_told(string file, string right, string wrong, string says)
    {
        foreach (var name in new[] { "Dockerfile", ".dockerignore", "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "scripts/check-image" })
        {
            _line.Write(name, await File.ReadAllTextAsync(Repository.PathOf(name)));
        }

        foreach (var name in new[] { "src/Program.cs", "config/kafka.json", "config/kustomization.yaml", "docs/a.md" })
        {
            _line.Write(name, "");
        }

        Assert.Equal(0, (await CheckAsync(_line.Home)).Code);
        var text = await File.ReadAllTextAsync(Path.Combine(_line.Home, file));
        Assert.Contains(right, text, StringComparison.Ordinal);
        _line.Write(file, text.Replace(right, wrong, StringComparison.Ordinal));

        var (code, said) = await CheckAsync(_line.Home);

        Assert.Equal(1, code);
        Assert.Contains(says, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_point_command_and_health_check_are_the_programs_own()
    {
        var program = Assert.Single(Words("ENTRYPOINT"));
        Assert.Equal("/app/aurum", program);
        Assert.Contains("COPY --from=build /out/app/ /app/", s_text, StringComparison.Ordinal);

        _line.Environment["FRED_API_KEY"] = "key";
        _line.WriteProvider("fred", await File.ReadAllTextAsync(Repository.PathOf("config", "providers", "fred.json")));
        Assert.Equal(ExitCodes.Good, (await _line.RunAsync(Words("CMD"))).Code);
        Assert.True(_line.Engine.Ran!.Loop);

        var health = Words("HEALTHCHECK .* CMD");
        Assert.Equal(program, health[0]);
        _line.Environment["AURUM_HTTP_PORT"] = "1";
        var answer = await _line.RunAsync(health[1..]);
        Assert.Equal(ExitCodes.SomeFailed, answer.Code);
        Assert.Contains("/livez", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_as_a_user_without_rights_and_has_no_secret() => Assert.Multiple(
        () => Assert.Matches("^USER \\$APP_UID$", Lines().Last(line => line.StartsWith("USER", StringComparison.Ordinal))),
        () => Assert.DoesNotMatch("(?im)^(ARG|ENV) .*(KEY|TOKEN|PASSWORD|DSN)", s_text),
        () => Assert.Contains("chiseled", Lines().Last(line => line.StartsWith("FROM", StringComparison.Ordinal)), StringComparison.Ordinal));

    [OverlayTheory]
    [InlineData("production")]
    public void Version_user_ports_and_data_directory_are_those_of_the_manifests(string overlay)
    {
        var version = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;
        var collector = Assert.Single(Overlay.Of(overlay).Nodes, workload => workload.Owner is V1StatefulSet);
        var container = collector.Containers.Single();

        Assert.Contains($"ARG VERSION={version}", Lines());
        Assert.EndsWith($":{version}", container.Image, StringComparison.Ordinal);
        Assert.Equal(container.Ports.Select(port => $"{port.ContainerPort}").Order(StringComparer.Ordinal), Lines().Single(line => line.StartsWith("EXPOSE", StringComparison.Ordinal)).Split(' ')[1..].Order(StringComparer.Ordinal));
        Assert.Contains($"ENV AURUM_DATA_DIR={collector.EnvironmentOf(container)["AURUM_DATA_DIR"]}", Lines());
        // The user of Microsoft's chiselled images.
        Assert.Equal(1654, collector.Spec.SecurityContext.RunAsUser);
    }

    public void Dispose() => _line.Dispose();

    private static string[] Lines() => [.. s_text.Split('\n').Select(line => line.Trim())];

    /// <summary>The words of an instruction in the form that no shell reads.</summary>
    private static string[] Words(string instruction) =>
        JsonSerializer.Deserialize<string[]>(Assert.Single(Regex.Matches(s_text, $"^{instruction} (\\[.*\\])$", RegexOptions.Multiline)).Groups[1].Value)!;

    private static async Task<(int Code, string Says)> CheckAsync(string root)
    {
        using var script = Process.Start(new ProcessStartInfo("bash", [Path.Combine(root, "scripts", "check-image"), "--quick"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = script.StandardOutput.ReadToEndAsync();
        var error = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        return (script.ExitCode, await output + error);
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();
}
