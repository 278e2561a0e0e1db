using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;

namespace Aurum.Actors.Tests;

/// <summary>Actor systems over one journal in a file, as nodes have one between them.</summary>
internal sealed class SharedJournal : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aurum-journal-").FullName;
    private readonly List<ActorSystem> _nodes = [];

    public ActorSystem Node(string name)
    {
        var journal = Journal.Sqlite(Path.Combine(_folder, "journal.db"));
        var settings = ConfigurationFactory.ParseString("""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor {
                serializers.aurum = "Aurum.Actors.Serialization.Journal.AurumSerializer, Aurum.Actors"
                serialization-bindings { "Aurum.Actors.IWireMessage, Aurum.Actors" = aurum }
              }
            }
            """).WithFallback(ConfigurationFactory.ParseString(journal.Settings)).WithFallback(SqlPersistence.DefaultConfiguration);
        var node = ActorSystem.Create(name, BootstrapSetup.Create().WithConfig(settings).And(journal.Setup!));
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Terminate();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
