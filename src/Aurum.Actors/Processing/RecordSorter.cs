using Aurum.Actors.Serialization.Kafka;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>Decodes records and tells what can be stored from what cannot. Says nothing of a record it could not look up the schema of.</summary>
public sealed class RecordSorter(ObservationCodec observations, CatalogCodec catalog, RowRules rules)
{
    /// <exception cref="SchemaRegistry.SchemaRegistryException">A schema must be looked up and the registry does not answer: try again.</exception>
    public async Task<Intake> SortAsync(IReadOnlyList<ConsumeResult<byte[], byte[]>> records, CancellationToken cancellationToken)
    {
        var rows = new List<DecodedObservation>(records.Count);
        var entries = new List<CatalogUpsert>();
        var setAside = new List<SetAside>();
        foreach (var record in records)
        {
            if (record.Topic == KafkaSchemas.Catalog.Topic)
            {
                if (record.Message.Value is null)
                {
                    continue; // a tombstone, by which its owner takes a series out of the compacted topic
                }

                var entry = await catalog.DecodeAsync(record.Message.Value, cancellationToken);
                if (entry.Failure is { } failure)
                {
                    setAside.Add(Undecodable(record, failure));
                }
                else
                {
                    Keep(record, entry.Value, entries, setAside);
                }
            }
            else
            {
                if (!observations.TryDecode(record.Message.Value, out var row))
                {
                    row = await observations.DecodeAsync(record.Message.Value, cancellationToken);
                }

                if (row.Failure is { } failure)
                {
                    setAside.Add(Undecodable(record, failure));
                }
                else
                {
                    Keep(record, row.Value, rows, setAside);
                }
            }
        }

        return new Intake(records, ObservationGrouping.Group(rows), entries, setAside);
    }

    private void Keep(ConsumeResult<byte[], byte[]> record, in DecodedObservation row, List<DecodedObservation> rows, List<SetAside> setAside)
    {
        if (rules.BrokenBy(row) is { Count: > 0 } broken)
        {
            setAside.Add(new SetAside(record, "validate", "BrokenRule", broken, row));
        }
        else
        {
            rows.Add(row);
        }
    }

    private void Keep(ConsumeResult<byte[], byte[]> record, CatalogUpsert entry, List<CatalogUpsert> entries, List<SetAside> setAside)
    {
        if (rules.BrokenBy(entry.Entry) is { Count: > 0 } broken)
        {
            setAside.Add(new SetAside(record, "validate", "BrokenRule", broken, null));
        }
        else
        {
            entries.Add(entry);
        }
    }

    private static SetAside Undecodable(ConsumeResult<byte[], byte[]> record, DecodeFailure failure) =>
        new(record, "decode", failure.Kind.ToString(), [failure.Detail], null);
}
