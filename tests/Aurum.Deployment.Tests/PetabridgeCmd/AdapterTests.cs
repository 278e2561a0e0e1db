using System.Xml.Linq;
using Aurum.Host.Tests;

namespace Aurum.Deployment.Tests.PetabridgeCmd;

/// <summary>The adapter stays out of every build that does not ask for it: its packages are not everywhere to be had.</summary>
public sealed class AdapterTests
{
    private const string Switch = "'$(PetabridgeCmd)' == 'true'";

    [Fact]
    public void Nothing_refers_to_it_without_the_switch()
    {
        Assert.DoesNotContain("PetabridgeCmd", File.ReadAllText(Repository.PathOf("Aurum.Actors.sln")), StringComparison.Ordinal);
        foreach (var project in Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories))
        {
            foreach (var reference in XDocument.Load(project).Descendants("ProjectReference").Where(reference => reference.Attribute("Include")!.Value.Contains("PetabridgeCmd", StringComparison.Ordinal)))
            {
                Assert.Equal(Switch, reference.Parent!.Attribute("Condition")?.Value);
            }
        }
    }

    [Fact]
    public void With_the_switch_each_of_its_packages_has_a_version()
    {
        var named = XDocument.Load(Repository.PathOf("src", "Aurum.PetabridgeCmd", "Aurum.PetabridgeCmd.csproj")).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value);
        var versions = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .Where(package => package.Parent!.Attribute("Condition")?.Value == Switch).Select(package => package.Attribute("Include")!.Value);

        Assert.Equal(named.Order(StringComparer.Ordinal), versions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_node_listens_for_it_only_where_it_was_built_in()
    {
        var node = File.ReadAllText(Repository.PathOf("src", "Aurum.Host", "Engine", "CollectionNode.cs"));

        Assert.Matches(@"#if PETABRIDGE_CMD\s+PetabridgeCmd\.PetabridgeCmdHosting\.WithPetabridgeCmd\(akka\);\s+#endif", node);
    }
}
