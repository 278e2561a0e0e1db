namespace Aurum.Actors.Gate;

/// <summary>Whether another owner of the same gate may be alive when this one begins.</summary>
public sealed record GateOwnership
{
    private GateOwnership(bool isSole) => IsSole = isSole;

    /// <summary>One process holds the journal: a data directory is locked, or a lone node holds the database. Whoever owned the gate before is dead.</summary>
    public static GateOwnership Sole { get; } = new(isSole: true);

    /// <summary>Nodes share the journal: a predecessor may be frozen or cut off, and grant on until what it reserved has expired.</summary>
    public static GateOwnership Shared { get; } = new(isSole: false);

    public bool IsSole { get; }
}

/// <summary>
/// The times that two owners of one gate must agree on, so that they never grant together. All of them are promises: what is
/// granted is used within its life or not at all, whatever was frozen in between.
/// </summary>
public static class GateTimes
{
    /// <summary>The most by which the clocks of two nodes, or of a node and a provider, may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMilliseconds(500);

    /// <summary>A permit is used within this time or given back.</summary>
    public static readonly TimeSpan PermitLife = TimeSpan.FromSeconds(2);

    /// <summary>From the last check of a permit, just before the bytes leave, to their arrival.</summary>
    public static readonly TimeSpan LongestWay = TimeSpan.FromMilliseconds(500);

    /// <summary>No permit is granted from a reservation that has been in the journal for longer.</summary>
    public static readonly TimeSpan ReservationLife = TimeSpan.FromSeconds(10);

    /// <summary>A request has arrived this long after its permit was granted, or never will.</summary>
    public static readonly TimeSpan GrantToArrival = PermitLife + ClockSkew + LongestWay;

    /// <summary>A throttled answer that no gate has noted is told again after this.</summary>
    public static readonly TimeSpan ToldAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>So long after a hand-over the successor knows of every throttled answer that came before it.</summary>
    public static readonly TimeSpan Heard = ToldAgain + TimeSpan.FromMilliseconds(250);
}

/// <summary>One moment on two clocks.</summary>
/// <param name="Wall">What other nodes and providers call it; may be set, forwards and backwards.</param>
/// <param name="Steady">Only ever goes on, at the pace of time, and means something to this process alone.</param>
public readonly record struct GateTime(DateTimeOffset Wall, DateTimeOffset Steady);

/// <summary>Tells the time on both clocks.</summary>
public sealed class GateClock(TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();

    public GateTime Now => new(time.GetUtcNow(), _startedAt + time.GetElapsedTime(_started));
}
