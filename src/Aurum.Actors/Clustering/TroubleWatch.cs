namespace Aurum.Actors.Clustering;

/// <summary>
/// Tells whether a node that can do no work should leave its work to others: when that has lasted, and others could work all the while. What
/// is away for all comes back to each at another moment, and is no reason to leave.
/// </summary>
internal sealed class TroubleWatch
{
    /// <summary>A database or broker that restarts is away for less.</summary>
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(20);

    /// <summary>What comes back is found again by each within less.</summary>
    private static readonly TimeSpan LeastLead = TimeSpan.FromSeconds(15);

    /// <summary>They are asked every second: after so long a silence they could not.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(4);

    private DateTimeOffset? _othersCanSince;
    private DateTimeOffset _heardAt;

    /// <summary>Since when this node can do no work; null while it can.</summary>
    public DateTimeOffset? Since { get; private set; }

    public void Look(bool isInTrouble, DateTimeOffset now)
    {
        Since = isInTrouble ? Since ?? now : null;
        if (Since is null || now - _heardAt > LongestSilence)
        {
            _othersCanSince = null;
        }
    }

    /// <summary>Another node says that it can work.</summary>
    /// <returns>True when this one should leave.</returns>
    public bool OthersCan(DateTimeOffset now)
    {
        if (Since is not { } since)
        {
            return false;
        }

        _othersCanSince = now - _heardAt > LongestSilence ? now : _othersCanSince ?? now;
        _heardAt = now;
        return now - since >= LongestTrouble && now - _othersCanSince >= LeastLead;
    }
}
