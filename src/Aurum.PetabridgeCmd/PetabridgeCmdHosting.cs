using Akka.Hosting;
using Petabridge.Cmd.Cluster;
using Petabridge.Cmd.Cluster.Sharding;
using Petabridge.Cmd.Host;

namespace Aurum.PetabridgeCmd;

public static class PetabridgeCmdHosting
{
    /// <summary>Who reaches the port may do everything without a password, so only this machine may reach it.</summary>
    private const string Settings = """
        petabridge.cmd {
          host = "127.0.0.1"
          port = 9110
        }
        """;

    /// <summary>Listens for <c>pbm</c>, with the palettes of cluster and sharding and our own.</summary>
    public static AkkaConfigurationBuilder WithPetabridgeCmd(this AkkaConfigurationBuilder builder) => builder
        .AddHocon(Settings, HoconAddMode.Prepend)
        .AddPetabridgeCmd(cmd =>
        {
            cmd.RegisterCommandPalette(ClusterCommands.Instance);
            cmd.RegisterCommandPalette(ClusterShardingCommands.Instance);
            cmd.RegisterCommandPalette(new AurumPalette());
        });
}
