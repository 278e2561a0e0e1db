namespace Aurum.Actors.Gate;

/// <summary>Who changed something about a gate by hand, when and why.</summary>
public sealed record OperatorAct(DateTimeOffset At, string By, string? Reason);
