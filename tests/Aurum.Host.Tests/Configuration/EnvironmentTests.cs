using System.Reflection;
using Aurum.Host.Configuration;
using Aurum.Providers;

namespace Aurum.Host.Tests.Configuration;

/// <summary>The names of the environment are a file that a reviewer sees change. Where one should change, set AURUM_APPROVE=1 for one run of the tests.</summary>
public sealed class EnvironmentTests
{
    private static IEnumerable<string> Names =>
        typeof(Variables).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetRawConstantValue()!)
            .Concat(ProviderCatalog.All.SelectMany(provider => new[] { provider.Descriptor.KeyVariable, provider.Descriptor.AddressVariable }).OfType<string>())
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    [Fact]
    public async Task Names_are_as_approved()
    {
        var names = string.Concat(Names.Select(name => name + "\n"));
        var approved = Repository.PathOf("tests", "Aurum.Host.Tests", "Approved", "environment.txt");
        if (Environment.GetEnvironmentVariable("AURUM_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(approved, names);
        }

        Assert.Equal(await File.ReadAllTextAsync(approved), names);
    }

    [Fact]
    public async Task Each_is_documented()
    {
        var documented = await File.ReadAllTextAsync(Repository.PathOf("docs", "configuration.md"));
        Assert.All(Names, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }
}
