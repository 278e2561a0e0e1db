using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Storage;

namespace Aurum.Actors.Tests;

/// <summary>Which project may know which; the rest follows from it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Aurum.Domain"] = [],
        ["Aurum.Providers"] = ["Aurum.Domain"],
        ["Aurum.Storage"] = ["Aurum.Domain"],
        ["Aurum.Streams.Kafka"] = [],
        ["Aurum.SchemaRegistry"] = [],
        ["Aurum.Actors"] = ["Aurum.Domain", "Aurum.Providers", "Aurum.Storage", "Aurum.Streams.Kafka", "Aurum.SchemaRegistry"],
        ["Aurum.Api"] = ["Aurum.Domain", "Aurum.Providers", "Aurum.Storage", "Aurum.Actors"],
        ["Aurum.Simulator"] = ["Aurum.Domain"],
        ["Aurum.PetabridgeCmd"] = ["Aurum.Domain", "Aurum.Actors"],
        ["Aurum.Host"] = ["Aurum.Domain", "Aurum.Providers", "Aurum.Storage", "Aurum.Streams.Kafka", "Aurum.SchemaRegistry", "Aurum.Actors", "Aurum.Api", "Aurum.Simulator", "Aurum.PetabridgeCmd"],
    };

    public static TheoryData<string> Projects => [.. Arrows.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_stands_left_of_it(string project) =>
        Assert.Empty(ReferencesOf(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(Arrows[project]));

    [Fact]
    public void The_domain_needs_no_package() => Assert.Empty(ReferencesOf("Aurum.Domain", "PackageReference"));

    [Theory]
    [InlineData("Aurum.Providers", "Akka", "Sqlite", "Npgsql")]
    [InlineData("Aurum.Storage", "Akka", "Polly")]
    [InlineData("Aurum.Simulator", "Akka", "Polly", "Sqlite")]
    public void A_project_keeps_out_the_packages_of_others(string project, params string[] foreign) =>
        Assert.DoesNotContain(ReferencesOf(project, "PackageReference"), package => foreign.Any(word => package.Contains(word, StringComparison.Ordinal)));

    [Fact]
    public void What_was_compiled_agrees()
    {
        Assert.DoesNotContain(Compiled(typeof(SeriesId)), name => !name.StartsWith("System.", StringComparison.Ordinal));
        Assert.DoesNotContain(Compiled(typeof(IProvider)), name => name.StartsWith("Akka", StringComparison.Ordinal) || name is "Aurum.Actors" or "Aurum.Storage");
        Assert.DoesNotContain(Compiled(typeof(IObservationStore)), name => name.StartsWith("Akka", StringComparison.Ordinal) || name is "Aurum.Actors" or "Aurum.Providers");
        Assert.DoesNotContain(Compiled(typeof(PermitBucket)), name => name is "Microsoft.Data.Sqlite" or "Aurum.Host");
    }

    private static IEnumerable<string> Compiled(Type type) => type.Assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static string[] ReferencesOf(string project, string kind, [CallerFilePath] string here = "") =>
    [
        .. XDocument.Load(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", project, $"{project}.csproj"))
            .Descendants(kind)
            .Select(reference => reference.Attribute("Include")!.Value),
    ];
}
