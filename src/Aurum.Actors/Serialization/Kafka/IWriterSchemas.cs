namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Finds the schemas that records of others, or of other releases, were written with.</summary>
public interface IWriterSchemas
{
    /// <summary>
    /// The Avro schema of that id, as JSON; null when there is none. An outage is an exception, never a null: whoever decodes
    /// then knows nothing about the record yet and tries again later.
    /// </summary>
    ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken);
}
