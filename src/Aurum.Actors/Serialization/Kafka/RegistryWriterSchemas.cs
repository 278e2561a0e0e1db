using System.Collections.Concurrent;
using Aurum.SchemaRegistry;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Writers' schemas from the registry. That an id is unknown is believed for a while, so that a flood of garbage, which carries
/// random ids, does not become a flood of requests.
/// </summary>
public sealed class RegistryWriterSchemas(SchemaRegistryClient registry, TimeProvider time) : IWriterSchemas
{
    private const int MostUnknown = 10_000;

    /// <summary>How long an id that the registry did not know is not asked for again.</summary>
    public static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<int, DateTimeOffset> _unknown = new();

    public async ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken)
    {
        if (_unknown.TryGetValue(schemaId, out var since) && time.GetUtcNow() - since < UnknownFor)
        {
            return null;
        }

        // the registry counts from 1: what is below needs no question
        var schema = schemaId > 0 ? await registry.FindByIdAsync(schemaId, cancellationToken) : null;
        if (schema is not null)
        {
            _unknown.TryRemove(schemaId, out _);
            return schema;
        }

        if (_unknown.Count >= MostUnknown)
        {
            _unknown.Clear();
        }

        _unknown[schemaId] = time.GetUtcNow();
        return null;
    }
}
