using System.Globalization;
using Aurum.Actors;

namespace Aurum.Host.Engine;

/// <summary>
/// Halts the road at one of its points, for crash tests: <c>AURUM_STOP_AT=after-commit:7</c> says so on standard error at the
/// seventh passing and goes no further there, so that whoever kills the process kills it exactly there.
/// </summary>
internal sealed class StopAtMarker(RoadPoint point, int passing, TextWriter error) : RoadMarkers
{
    public const string Variable = "AURUM_STOP_AT";

    private int _passed;

    public static RoadMarkers From(string? text, TextWriter error)
    {
        if (text?.Split(':') is not [var name, var count])
        {
            return None;
        }

        var point = Enum.GetValues<RoadPoint>().Cast<RoadPoint?>().FirstOrDefault(candidate => NameOf(candidate!.Value) == name);
        return point is { } known && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var passing) && passing > 0
            ? new StopAtMarker(known, passing, error)
            : None;
    }

    public static string NameOf(RoadPoint point) => point switch
    {
        RoadPoint.AfterFetch => "after-fetch",
        RoadPoint.AfterPublish => "after-publish",
        RoadPoint.AfterCommit => "after-commit",
        _ => "before-checkpoint",
    };

    public override void Pass(RoadPoint passed)
    {
        if (passed == point && Interlocked.Increment(ref _passed) == passing)
        {
            error.WriteLine($"stopped at {NameOf(point)}:{passing}");
            error.Flush();
            Thread.CurrentThread.Join(Timeout.InfiniteTimeSpan);
        }
    }
}
