using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Aurum.Actors.Tests;

/// <summary>An actor system whose time stands still until a test moves it, with a journal in memory and our own serializer.</summary>
public abstract class ActorTest : TestKit
{
    private const string Settings = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          test.single-expect-default = 10s
          test.default-timeout = 10s
          actor {
            serializers.aurum = "Aurum.Actors.Serialization.Journal.AurumSerializer, Aurum.Actors"
            serialization-bindings { "Aurum.Actors.IWireMessage, Aurum.Actors" = aurum }
          }
          persistence {
            journal {
              plugin = "akka.persistence.journal.held"
              held {
                class = "Aurum.Actors.Tests.HeldJournal, Aurum.Actors.Tests"
                plugin-dispatcher = "akka.actor.default-dispatcher"
                circuit-breaker { max-failures = 1000000, call-timeout = 1h, reset-timeout = 1s }
              }
            }
            snapshot-store {
              plugin = "akka.persistence.snapshot-store.held"
              held {
                class = "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence"
                plugin-dispatcher = "akka.actor.default-dispatcher"
                circuit-breaker { max-failures = 1000000, call-timeout = 1h, reset-timeout = 1s }
              }
            }
          }
        }
        """;

    private const string VirtualTime = """

        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """;

    /// <summary>Akka's own journal messages do not survive this, so only actors without a journal are tested with it.</summary>
    private const string SerializeMessages = """

        akka.actor.serialize-messages = on
        """;

    protected ActorTest(bool virtualTime = true, bool serializeMessages = false)
        : base(Settings + (virtualTime ? VirtualTime : "") + (serializeMessages ? SerializeMessages : ""))
    {
        Clock = virtualTime ? new SchedulerClock(Sys.Scheduler) : TimeProvider.System;
        if (virtualTime)
        {
            Scheduler.AdvanceTo(Sample.Now);
        }
    }

    protected TimeProvider Clock { get; }

    protected DateTimeOffset TimeNow => Clock.GetUtcNow();

    protected JournalControl Journal => JournalControl.Of(Sys);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected static IRequiredActor<T> Handle<T>(IActorRef actor) => new Required<T>(actor);

    /// <summary>Moves time on in small steps; after each, waits until the actor has handled what the step set off.</summary>
    protected async Task AdvanceAsync(TimeSpan span, TimeSpan step, Func<Task> settled)
    {
        for (var gone = TimeSpan.Zero; gone < span; gone += step)
        {
            Scheduler.Advance(step < span - gone ? step : span - gone);
            await settled();
        }
    }

    protected void Advance(TimeSpan span) => Scheduler.Advance(span);

    protected async Task StopAsync(IActorRef actor)
    {
        var watcher = CreateTestProbe();
        await watcher.WatchAsync(actor);
        Sys.Stop(actor);
        await watcher.ExpectTerminatedAsync(actor, TimeSpan.FromSeconds(20));
        // The name is free only when the parent knows too.
    }

    private sealed class Required<T>(IActorRef actor) : IRequiredActor<T>
    {
        public IActorRef ActorRef => actor;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(actor);
    }
}
