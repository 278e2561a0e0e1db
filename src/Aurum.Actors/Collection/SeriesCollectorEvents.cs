using System.Text.Json.Serialization;
using Aurum.Actors.Gate;
using Aurum.Domain;

namespace Aurum.Actors.Collection;

/// <summary>What the journal holds of a series. Never changed, only added to.</summary>
public static class SeriesCollectorEvents
{
    /// <summary>The provider was asked about the series.</summary>
    public sealed record CatalogEntryRead(CatalogEntry Entry, DateTimeOffset At) : IWireMessage;

    /// <summary>
    /// Other values than the remembered ones, or values of the look-back that are remembered nowhere yet, are about to be published.
    /// Written first: until the checkpoint nobody can tell what the store holds, and a provider may take it back.
    /// </summary>
    /// <param name="Timestamps">Those that have another value.</param>
    /// <param name="New">Those that are new, as far as they will be remembered; null for none.</param>
    public sealed record RevisionsAnnounced(
        IReadOnlyList<DateTime> Timestamps,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DateTime>? New = null) : IWireMessage;

    /// <summary>A page was published and acknowledged.</summary>
    /// <param name="CompleteBefore">Nothing before this is still to come in this fetch; null when only its end can tell.</param>
    /// <param name="Recent">The latest observations sent, oldest first: what the next look-back is compared with.</param>
    /// <param name="LastTimestamp">The newest timestamp ever sent.</param>
    /// <param name="HistoryFrom">The configured start that was being read from; null for all there is.</param>
    /// <param name="RevisedDepth">How far back, in remembered observations, the oldest revised one lies, from 1; 0 when none was revised.</param>
    /// <param name="ServedFrom">The oldest timestamp that a twin served; null when the series' own provider did.</param>
    /// <param name="UnitCode">The unit that came with the data, where the catalog tells none.</param>
    /// <param name="IsMassRevision">So much of the look-back was revised that the whole history may have been.</param>
    public sealed record CheckpointAdvanced(
        string RunId,
        DateTimeOffset At,
        DateTime? CompleteBefore,
        DateTime? LastTimestamp,
        IReadOnlyList<RememberedObservation> Recent,
        long Inserted,
        long Revised,
        DateOnly? HistoryFrom = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int RevisedDepth = 0,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsMassRevision = false,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ServedFrom = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UnitCode = null) : IWireMessage;

    /// <summary>All that was wanted has come.</summary>
    /// <param name="HistoryFrom">The configured start that the history is now complete from; null for all there is.</param>
    /// <param name="ServedFrom">The oldest timestamp that a twin served and the provider itself does not state yet; null for none.</param>
    public sealed record CollectionSucceeded(
        string RunId,
        DateTimeOffset At,
        DateOnly? HistoryFrom,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ServedFrom = null) : IWireMessage;

    /// <summary>The provider said that the series has not changed since it was read: it is as good as read now.</summary>
    public sealed record FoundUnchanged(string RunId, DateTimeOffset At) : IWireMessage;

    /// <summary>All that was wanted has come from the series' twin; its own provider is still to be asked.</summary>
    public sealed record TwinServed(string RunId, DateTimeOffset At, SeriesId Twin) : IWireMessage;

    /// <summary>An operator moved the checkpoint back: what follows is read again.</summary>
    /// <param name="To">Null for all there is.</param>
    public sealed record CheckpointMovedBack(DateTime? To, OperatorAct Act) : IWireMessage;

    public sealed record CollectionFailed(string RunId, DateTimeOffset At, FailureKind Kind, string Detail) : IWireMessage;
}

/// <summary>An observation as far as a collector remembers it: enough to tell whether it is said again or revised.</summary>
public readonly record struct RememberedObservation(DateTime Timestamp, long Fingerprint)
{
    private const long Unknown = 0, Unseen = -1;

    /// <summary>True when nothing is known of a value but that it may have been sent.</summary>
    [JsonIgnore]
    public bool IsInDoubt => Fingerprint is Unknown or Unseen;

    /// <summary>True when no value of the timestamp is known to be stored.</summary>
    [JsonIgnore]
    public bool IsUnseen => Fingerprint == Unseen;

    public static RememberedObservation Of(in Observation observation) => new(observation.Timestamp, FingerprintOf(observation));

    /// <summary>An observation that was sent with one of two values: whatever is said of it next is worth sending.</summary>
    public static RememberedObservation InDoubt(DateTime timestamp) => new(timestamp, Unknown);

    /// <summary>An observation that may have been sent for the first time.</summary>
    public static RememberedObservation MaybeSent(DateTime timestamp) => new(timestamp, Unseen);

    /// <summary>FNV-1a over what <see cref="Observation.SaysTheSameAs"/> compares; the same in every process and release.</summary>
    private static long FingerprintOf(in Observation observation)
    {
        const ulong Prime = 1099511628211;
        var hash = 14695981039346656037;
        var bits = observation.Value is { } value ? BitConverter.DoubleToUInt64Bits(value) : ulong.MaxValue;
        for (var shift = 0; shift < 64; shift += 8)
        {
            hash = (hash ^ ((bits >> shift) & 0xff)) * Prime;
        }

        hash = Add(hash, observation.ValueRaw);
        hash = Add(hash, observation.Status);
        hash = Add(hash, observation.QualityFlag);
        return unchecked((long)hash) is var fingerprint and not (Unknown or Unseen) ? fingerprint : 1;

        static ulong Add(ulong hash, string? text)
        {
            foreach (var c in text ?? "")
            {
                hash = (hash ^ c) * Prime;
            }

            return (hash ^ 0xffff) * Prime;
        }
    }
}
