using Akka.Actor;
using Aurum.Actors.Gate;
using static Aurum.Actors.Gate.GateProtocol;

namespace Aurum.Actors.Tests.Gate;

/// <summary>Two living limiters of one provider over one real journal, as after a freeze or a partition.</summary>
public sealed class TwoGatesOneJournalTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SharedJournal _journal = new();
    private readonly HandClock _clock = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    [Fact]
    public async Task Who_has_been_overtaken_in_the_journal_stops_at_its_next_reservation_and_grants_nothing_more()
    {
        var first = Gate("first");
        Assert.NotNull(await AskAsync(first));

        var second = Gate("second");
        await StandsAsync(second, WaitReasons.Takeover);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(await AskAsync(first)); // from what it reserved, while the other waits
        await StandsAsync(second, WaitReasons.Takeover);

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(await AskAsync(second));
        var stopped = first.WatchAsync();
        Assert.Null(await AskAsync(first, stopped));
        await stopped.WaitAsync(Patience);
        Assert.NotNull(await AskAsync(second));
    }

    [Fact]
    public async Task Who_reserves_first_makes_a_successor_that_only_waited_begin_anew()
    {
        var first = Gate("first");
        Assert.NotNull(await AskAsync(first));
        var second = Gate("second");
        await StandsAsync(second, WaitReasons.Takeover);

        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.NotNull(await AskAsync(first)); // it lives, and has reserved again
        var stopped = second.WatchAsync();
        Assert.Null(await AskAsync(second, stopped));
        await stopped.WaitAsync(Patience);
        await StandsAsync(Gate("third"), WaitReasons.Takeover);
    }

    private IActorRef Gate(string name) =>
        _journal.Node(name).ActorOf(RateLimiterActor.Props(Sample.Provider, Sample.Limit(rate: 50, burst: 5), GateOwnership.Shared, _clock), "limiter");

    private static async Task StandsAsync(IActorRef gate, string waitingFor)
    {
        gate.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental));
        var permits = await gate.Ask<RateLimiterProtocol.Permits>(RateLimiterProtocol.GetPermits.Instance, Patience);
        Assert.Equal((waitingFor, 0), (permits.WaitingFor, permits.Available));
    }

    /// <summary>Asks for one permit until it comes, while time goes on; null when the gate stops instead.</summary>
    private async Task<PermitGranted?> AskAsync(IActorRef gate, Task? stopped = null)
    {
        for (var tries = 0; tries < 30 && stopped is not { IsCompleted: true }; tries++)
        {
            try
            {
                return await gate.Ask<PermitGranted>(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), TimeSpan.FromSeconds(2));
            }
            catch (AskTimeoutException)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(50));
            }
        }

        return null;
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks = Sample.Now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);
    }
}
