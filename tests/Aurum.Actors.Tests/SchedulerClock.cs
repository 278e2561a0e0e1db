using Akka.Actor;

namespace Aurum.Actors.Tests;

/// <summary>The time of an actor system's scheduler: timers and clock move together, and only when a test says so.</summary>
internal sealed class SchedulerClock(IScheduler scheduler) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => scheduler.Now;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;
}

/// <summary>A clock whose timers ring at once: waiting between retries takes no time.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => Sample.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
}
