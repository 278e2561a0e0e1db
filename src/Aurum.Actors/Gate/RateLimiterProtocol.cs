namespace Aurum.Actors.Gate;

/// <summary>What a supervisor and its limiter say to each other; both live on one node.</summary>
public static class RateLimiterProtocol
{
    /// <summary>Denies all who wait, and says why.</summary>
    /// <param name="OpenUntil">Until when the breaker is open; null when the run was stopped.</param>
    /// <param name="Reason">Why it is open, in words.</param>
    /// <param name="OfHistory">Only those who wait for history, or only the others; null for all.</param>
    public sealed record DenyWaiting(DateTimeOffset? OpenUntil, string? Reason = null, bool? OfHistory = null) : ILocalMessage;

    /// <summary>Drops all who wait without a word; they ask again.</summary>
    public sealed record ForgetWaiting : ILocalMessage
    {
        public static readonly ForgetWaiting Instance = new();
    }

    /// <summary>Goes from supervisor to breaker to limiter, each adds what it knows, and the last answers the asker.</summary>
    public sealed record DescribeGate(OperatorAct? Paused, CircuitBreakerActor.Breaker? Breaker) : ILocalMessage;

    /// <summary>A run is over: what is reserved and not granted would be lost with the node, and counted as spent.</summary>
    public sealed record GiveBackReserved : ILocalMessage
    {
        public static readonly GiveBackReserved Instance = new();
    }

    /// <summary>The gate moves: grants nothing more and leaves in the journal what its successor must know. Answered with <see cref="HandedOver"/>.</summary>
    public sealed record HandOver : ILocalMessage
    {
        public static readonly HandOver Instance = new();
    }

    public sealed record HandedOver : ILocalMessage
    {
        public static readonly HandedOver Instance = new();
    }

    public sealed record GetPermits : ILocalMessage
    {
        public static readonly GetPermits Instance = new();
    }

    /// <param name="RequestsPerSecond">In force, as <paramref name="DailyQuota"/>.</param>
    /// <param name="BackfillSpent">Those of <paramref name="Spent"/> that were for history.</param>
    /// <param name="Available">Permits that could be given in this instant.</param>
    /// <param name="WaitingUntil">When the first in line gets its permit, where that is more than a moment away.</param>
    /// <param name="WaitingFor">One of <see cref="WaitReasons"/>; null when nobody waits for more than the rate.</param>
    public sealed record Permits(
        DateOnly Day,
        double RequestsPerSecond,
        int Spent,
        int BackfillSpent,
        int? DailyQuota,
        int Available,
        DateTimeOffset? HoldUntil,
        string? WaitingFor,
        DateTimeOffset? WaitingUntil) : ILocalMessage;
}
