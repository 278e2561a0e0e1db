namespace Aurum.Storage;

/// <summary>Where observations rest that broke a rule, with their reasons, until a person has looked at them.</summary>
public interface IQuarantineStore
{
    /// <summary>Keeps these, in one transaction. One that came from the same place of the topic before makes no second row. Safe to repeat.</summary>
    /// <exception cref="StorageException">The store cannot take it now.</exception>
    Task SaveAsync(IReadOnlyList<QuarantinedObservation> observations, CancellationToken cancellationToken);

    /// <summary>The newest so many rows, newest first; also those that were closed.</summary>
    Task<IReadOnlyList<QuarantineRow>> NewestAsync(int most, CancellationToken cancellationToken);

    /// <summary>The row that came from this place; null when there is none.</summary>
    Task<QuarantineRow?> FindAsync(string topic, int partition, long offset, CancellationToken cancellationToken);

    /// <summary>Notes what was done about a row. One that was closed before is closed anew.</summary>
    /// <returns>False when there is no such row.</returns>
    Task<bool> CloseAsync(string topic, int partition, long offset, QuarantineClosing closing, CancellationToken cancellationToken);
}

/// <param name="Closed">What was done about it; null while nobody has done anything.</param>
public sealed record QuarantineRow(QuarantinedObservation Observation, QuarantineClosing? Closed);

/// <param name="How"><c>dropped</c> or <c>replayed</c>.</param>
public sealed record QuarantineClosing(string How, DateTimeOffset At, string By, string? Reason)
{
    public const string Dropped = "dropped", Replayed = "replayed";
}

/// <param name="RecordJson">The record as it came, as a JSON document.</param>
/// <param name="Topic">Where it came from, with <paramref name="Partition"/> and <paramref name="Offset"/>.</param>
public sealed record QuarantinedObservation(
    string Provider,
    string SeriesId,
    IReadOnlyList<string> Reasons,
    string RecordJson,
    string Topic,
    int Partition,
    long Offset,
    DateTimeOffset At);
