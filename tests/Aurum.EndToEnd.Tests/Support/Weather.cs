using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests.Support;

public static class Weather
{
    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    /// <summary>The configured time-out of a request: a test of silence would not want to wait for a long one.</summary>
    internal static double TimeoutFor(FaultKind kind) => kind == FaultKind.Hang ? 1 : 20;
}
