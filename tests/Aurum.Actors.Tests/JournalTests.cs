using Akka.Actor;
using Aurum.Actors.Gate;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.RateLimiterProtocol;

namespace Aurum.Actors.Tests;

/// <summary>One journal and several nodes that an entity moves between.</summary>
public sealed class JournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_an_entity_did_is_known_wherever_it_goes_and_comes_back_to()
    {
        await using var journal = new SharedJournal();
        var (here, there) = (journal.Node("here"), journal.Node("there"));
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
}
