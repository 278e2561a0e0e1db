namespace Aurum.Actors;

/// <summary>Places on the road of an observation where a crash would be most telling.</summary>
public enum RoadPoint
{
    AfterFetch,
    AfterPublish,
    AfterCommit,
    BeforeCheckpoint,
}

/// <summary>Told whenever the road passes a point. Does nothing unless somebody wants to stop the process just there.</summary>
public class RoadMarkers
{
    public static readonly RoadMarkers None = new();

    public virtual void Pass(RoadPoint point)
    {
    }
}
