namespace Aurum.Storage;

/// <summary>Where observations rest that broke a rule, with their reasons, until a person has looked at them.</summary>
public interface IQuarantineStore
{
    /// <summary>Keeps these, in one transaction. One that came from the same place of the topic before makes no second row. Safe to repeat.</summary>
    /// <exception cref="StorageException">The store cannot take it now.</exception>
    Task SaveAsync(IReadOnlyList<QuarantinedObservation> observations, CancellationToken cancellationToken);
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
