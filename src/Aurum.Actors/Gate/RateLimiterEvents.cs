namespace Aurum.Actors.Gate;

/// <summary>What the journal holds of a rate limiter. Never changed, only added to.</summary>
public static class RateLimiterEvents
{
    /// <summary>Permits were set aside before any of them is granted, so that a successor counts them as spent.</summary>
    /// <param name="Day">The provider's own day.</param>
    /// <param name="UpTo">Requests of that day that may have been sent, all in all.</param>
    /// <param name="ExpiresAt">None of them is granted after this.</param>
    public sealed record PermitsReserved(DateOnly Day, int UpTo, DateTimeOffset At, DateTimeOffset ExpiresAt) : IWireMessage;

    /// <summary>The provider asked to be left alone.</summary>
    public sealed record GateHeld(DateTimeOffset Until, DateTimeOffset At) : IWireMessage;
}
