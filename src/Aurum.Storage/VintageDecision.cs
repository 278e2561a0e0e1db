using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>What an observation does to the vintages that are stored of its timestamp.</summary>
internal enum Change
{
    /// <summary>Says what is known.</summary>
    None,

    /// <summary>The first row of its timestamp.</summary>
    Insert,

    /// <summary>One more vintage of its timestamp.</summary>
    Add,

    /// <summary>Another value for a timestamp and as-of day that are stored.</summary>
    Replace,
}

/// <summary>The rules of <see cref="IObservationStore.WriteAsync"/> for one observation, the same for every store.</summary>
internal static class VintageDecision
{
    /// <summary>For an observation with no stored vintage of its as-of day or an earlier one.</summary>
    public static Change OfEarliest(bool timestampKnown) => timestampKnown ? Change.Add : Change.Insert;

    /// <param name="before">The newest stored vintage of the as-of day or an earlier one.</param>
    public static Change Of(in Observation incoming, in Observation before) =>
        before.SaysTheSameAs(incoming) ? Change.None
        : before.AsOf == incoming.AsOf ? Change.Replace
        : Change.Add;

    /// <summary>A page that was ingested before the stored row was is a late repeat: it replaces nothing.</summary>
    /// <remarks>Both times in microseconds, as the stores keep them: a batch sent again must not be older than itself.</remarks>
    public static Change Unless(bool ingestedEarlier, Change change) => change == Change.Replace && ingestedEarlier ? Change.None : change;
}
