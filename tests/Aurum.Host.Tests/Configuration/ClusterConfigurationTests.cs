using Aurum.Actors.Clustering;
using Aurum.Host.Configuration;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Tests.Configuration;

public sealed class ClusterConfigurationTests : IDisposable
{
    private static readonly RoadConfiguration Shared = new(PostgresDsn.Parse("postgresql://aurum@db/aurum"), null);

    private readonly Dictionary<string, string> _environment = [];
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_seeds_a_node_is_alone() => Assert.Same(ClusterNode.Alone, Load());

    [Fact]
    public void The_environment_says_whom_to_ask_and_how_to_be_reached()
    {
        _environment["AURUM_SEED_NODES"] = "aurum-0.aurum:4053, aurum-1.aurum:4054";
        _environment["AURUM_NODE_HOST"] = "aurum-1.aurum";
        _environment["AURUM_NODE_PORT"] = "4054";
        _environment["AURUM_CLUSTER_NAME"] = "weather";
        var node = Load();
        Assert.Equal([new SeedNode("aurum-0.aurum", 4053), new SeedNode("aurum-1.aurum", 4054)], node.Seeds);
        Assert.Equal(("weather", "aurum-1.aurum", 4054, "0.0.0.0"), (node.Name, node.Host, node.Port, node.BindHost));
        Assert.False(node.IsAlone);
        Assert.Null(node.Identity);
    }

    [Fact]
    public void Options_go_before_the_environment()
    {
        _environment["AURUM_SEED_NODES"] = "nobody:1";
        _environment["AURUM_NODE_HOST"] = "nobody";
        _environment["AURUM_NODE_PORT"] = "1";
        var node = ClusterConfiguration.Load(["10.0.0.1:4053"], "10.0.0.2", 4055, Shared, _folder, _environment);
        Assert.Equal([new SeedNode("10.0.0.1", 4053)], node.Seeds);
        Assert.Equal(("10.0.0.2", 4055), (node.Host, node.Port));
    }

    [Fact]
    public void A_node_that_is_reached_by_an_address_listens_there_unless_told_otherwise()
    {
        _environment["AURUM_SEED_NODES"] = "10.0.0.1:4053";
        _environment["AURUM_NODE_HOST"] = "10.0.0.2";
        Assert.Equal(("10.0.0.2", 4053), (Load().BindHost, Load().Port));
        _environment["AURUM_NODE_BIND"] = "0.0.0.0";
        Assert.Equal("0.0.0.0", Load().BindHost);
    }

    [Fact]
    public void All_that_cannot_be_used_is_named_at_once()
    {
        _environment["AURUM_SEED_NODES"] = "aurum-0,aurum-1:99999,:4053";
        _environment["AURUM_NODE_HOST"] = "not a host";
        _environment["AURUM_NODE_PORT"] = "4053x";
        _environment["AURUM_NODE_BIND"] = "here";
        _environment["AURUM_CLUSTER_NAME"] = "a cluster";
        _environment["AURUM_NODE_CERT"] = "node.pem";
        var problems = Assert.Throws<ConfigurationException>(() => ClusterConfiguration.Load(null, null, null, RoadConfiguration.Embedded, _folder, _environment)).Problems;
        Assert.Equal(
            [
                "AURUM_APP_DB_DSN", "AURUM_CLUSTER_NAME", "AURUM_NODE_HOST", "AURUM_NODE_PORT",
                "AURUM_SEED_NODES", "AURUM_SEED_NODES", "AURUM_SEED_NODES",
                "AURUM_NODE_KEY", "AURUM_NODE_CA", "AURUM_NODE_BIND",
            ],
            problems.Select(problem => problem[..problem.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public void Certificates_that_cannot_be_read_are_named()
    {
        _environment["AURUM_SEED_NODES"] = "10.0.0.1:4053";
        foreach (var name in new[] { "CERT", "KEY", "CA" })
        {
            var file = Path.Combine(_folder, name);
            File.WriteAllText(file, "no certificate");
            _environment[$"AURUM_NODE_{name}"] = file;
        }

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(Load).Problems);
        Assert.StartsWith("AURUM_NODE_CERT, AURUM_NODE_KEY, AURUM_NODE_CA: cannot be read as PEM files", problem, StringComparison.Ordinal);
    }

    private ClusterNode Load() => ClusterConfiguration.Load(null, null, null, Shared, _folder, _environment);
}
