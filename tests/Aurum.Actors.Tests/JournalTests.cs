using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Aurum.Actors.Gate;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.RateLimiterProtocol;

namespace Aurum.Actors.Tests;

/// <summary>One journal and several nodes that an entity moves between.</summary>
public sealed class JournalTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("aurum-journal-").FullName;
    private readonly List<ActorSystem> _nodes = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Terminate();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_an_entity_did_is_known_wherever_it_goes_and_comes_back_to()
    {
        var (here, there) = (Node("here"), Node("there"));
        foreach (var node in (ActorSystem[])[here, there, here])
        {
            await VisitAsync(node, async gate =>
            {
                var granted = await gate.Ask<PermitGranted>(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), Patience);
                gate.Tell(new PermitSettled(Sample.Provider, granted.RequestId, RequestOutcome.Answered, null));
            });
        }

        var throttled = new PermitSettled(Sample.Provider, Guid.NewGuid(), RequestOutcome.Throttled, TimeSpan.FromMinutes(5));
        await VisitAsync(here, gate => gate.Ask<SettlementNoted>(throttled, Patience));

        Permits? known = null;
        await VisitAsync(there, async gate => known = await gate.Ask<Permits>(GetPermits.Instance, Patience));
        Assert.Equal(3, known!.Spent);
        Assert.True(known.HoldUntil > TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(4), $"{known.HoldUntil}");
    }

    private static async Task VisitAsync(ActorSystem node, Func<IActorRef, Task> there)
    {
        var gate = node.ActorOf(RateLimiterActor.Props(Sample.Provider, Sample.Limit(rate: 50, burst: 10, quota: 1000), GateOwnership.Shared, TimeProvider.System));
        await there(gate);
        await gate.Ask<HandedOver>(HandOver.Instance, Patience);
        await gate.GracefulStop(Patience);
    }

    private ActorSystem Node(string name)
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
}
