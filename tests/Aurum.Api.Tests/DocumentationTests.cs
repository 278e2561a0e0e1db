using System.Reflection;
using System.Runtime.CompilerServices;

namespace Aurum.Api.Tests;

/// <summary>What programs rely on is in the runbook.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public async Task Every_code_of_a_problem_is_explained()
    {
        var runbook = await RunbookAsync();
        Assert.All(
            typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!),
            code => Assert.Contains($"`{code}`", runbook, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_route_is_explained()
    {
        await using var bench = await Bench.StartAsync();
        var runbook = await RunbookAsync();
        Assert.All(
            bench.Routes.Select(route => route.Split(' ')[^1]).Where(path => !path.StartsWith("/docs/", StringComparison.Ordinal)),
            path => Assert.Contains(path.Replace("/v1/admin/external/health/{provider}", "…/health/{provider}", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal), runbook, StringComparison.Ordinal));
    }

    private static Task<string> RunbookAsync([CallerFilePath] string here = "") =>
        File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "operations.md"));
}
