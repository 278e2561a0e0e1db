using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Host;
using Aurum.Testing.Network;
using Npgsql;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>Who is let into a cluster, and who is not.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MembershipTests
{
    private const string Member = "This node is a member of the cluster", Founds = "this node founds it";

    [Fact]
    public async Task Who_shows_no_certificate_of_the_authority_or_has_another_name_stays_out_and_harms_nobody()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        using var ours = new Authority(world.World.Folder, "ours");
        using var theirs = new Authority(world.World.Folder, "theirs");
        var ports = FreePorts.Find(4);
        AurumProcess Start(int number, Authority authority, string name = "aurum") => world.World.Start(
            ["run", "--loop", "--interval", "2", "--config", world.World.Config.Path, "--data-dir", Path.Combine(world.World.Folder, $"data-{number}"), "--log-level", "info"],
            new()
            {
                ["AURUM_SEED_NODES"] = $"127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}",
                ["AURUM_NODE_HOST"] = "127.0.0.1",
                ["AURUM_NODE_PORT"] = $"{ports[number]}",
                ["AURUM_CLUSTER_NAME"] = name,
                ["AURUM_NODE_CERT"] = authority.CertificateOf($"node-{number}"),
                ["AURUM_NODE_KEY"] = authority.KeyOf($"node-{number}"),
                ["AURUM_NODE_CA"] = ours.File,
            });

        var first = Start(0, ours);
        var second = Start(1, ours);
        await first.AwaitAsync(() => first.Error.Text.Contains(Member, StringComparison.Ordinal), "to be a member");
        await second.AwaitAsync(() => second.Error.Text.Contains(Member, StringComparison.Ordinal), "to be a member");

        var stranger = Start(2, theirs);
        await first.AwaitAsync(() => first.Error.Text.Contains("TLS handshake failed", StringComparison.Ordinal), "to refuse the stranger");
        var namesake = Start(3, ours, name: "another");
        await first.AwaitAsync(() => first.Error.Text.Contains("non-local recipient", StringComparison.Ordinal) || second.Error.Text.Contains("non-local recipient", StringComparison.Ordinal), "to hear of another cluster");

        Assert.DoesNotContain(Member, stranger.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Member, namesake.Error.Text, StringComparison.Ordinal);
        foreach (var node in new[] { first, second })
        {
            node.Terminate();
            await node.EndsWithAsync(ExitCodes.Good);
        }
    }

    [Fact]
    public async Task A_first_seed_that_founds_a_cluster_while_the_others_stand_still_has_them_end_when_they_go_on()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var ports = FreePorts.Find(2);
        AurumProcess Start(int number) => world.World.Start(
            ["run", "--loop", "--interval", "2", "--config", world.World.Config.Path, "--data-dir", Path.Combine(world.World.Folder, $"data-{number}"), "--log-level", "info"],
            new()
            {
                ["AURUM_SEED_NODES"] = $"127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}",
                ["AURUM_NODE_HOST"] = "127.0.0.1",
                ["AURUM_NODE_PORT"] = $"{ports[number]}",
            });
        var first = Start(0);
        var second = Start(1);
        await second.AwaitAsync(() => second.Error.Text.Contains(Member, StringComparison.Ordinal), "to be a member");
        await using (var source = NpgsqlDataSource.Create(world.Dsn.ConnectionString))
        {
            while (true)
            {
                await using var written = source.CreateCommand("SELECT count(*) FROM aurum.cluster_member WHERE beat > 1");
                if (await written.ExecuteScalarAsync() is 2L)
                {
                    break;
                }

                await Task.Delay(100);
            }
        }

        second.Freeze();
        await first.KillAsync();
        var again = Start(0);
        await again.AwaitAsync(() => again.Error.Text.Contains(Founds, StringComparison.Ordinal), "to found a cluster");
        second.Thaw();
        await second.EndsWithAsync(ExitCodes.NoMemberAnyMore);
        Assert.Contains("the others have given it up", second.Error.Text, StringComparison.Ordinal);

        var third = Start(1);
        await third.AwaitAsync(() => third.Error.Text.Contains(Member, StringComparison.Ordinal), "to be let in");
        again.Terminate();
        await again.EndsWithAsync(ExitCodes.Good);
    }

    [Fact]
    public async Task A_port_that_another_process_has_is_3_and_says_which()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var node = world.World.Start(
            ["run", "--loop", "--config", world.World.Config.Path, "--data-dir", world.World.Data],
            new() { ["AURUM_SEED_NODES"] = $"127.0.0.1:{port}", ["AURUM_NODE_HOST"] = "127.0.0.1", ["AURUM_NODE_PORT"] = $"{port}" });
        await node.EndsWithAsync(ExitCodes.OutsideSystemMissing);
        Assert.Contains($"port {port} of 127.0.0.1 cannot be listened on for other nodes", node.Error.Text, StringComparison.Ordinal);
        Assert.Contains("AURUM_NODE_PORT", node.Error.Text, StringComparison.Ordinal);
    }

    /// <summary>Signs certificates of nodes, as files.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly string _folder;
        private readonly RSA _key = RSA.Create(2048);
        private readonly X509Certificate2 _certificate;

        public Authority(string folder, string name)
        {
            _folder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            _certificate = request.CreateSelfSigned(Yesterday, Yesterday.AddYears(1));
            System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
        }

        public string File => Path.Combine(_folder, "ca.pem");

        private static DateTimeOffset Yesterday => TimeProvider.System.GetUtcNow().AddDays(-1);

        public string CertificateOf(string node)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.Create(_certificate, Yesterday, Yesterday.AddMonths(1), RandomNumberGenerator.GetBytes(8));
            System.IO.File.WriteAllText(KeyOf(node), key.ExportPkcs8PrivateKeyPem());
            var file = Path.Combine(_folder, $"{node}.pem");
            System.IO.File.WriteAllText(file, certificate.ExportCertificatePem());
            return file;
        }

        public string KeyOf(string node) => Path.Combine(_folder, $"{node}.key");

        public void Dispose()
        {
            _certificate.Dispose();
            _key.Dispose();
        }
    }
}
