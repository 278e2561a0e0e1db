using Aurum.Actors.Serialization.Kafka;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>For codecs that read what this release wrote.</summary>
internal sealed class NoOtherSchemas : IWriterSchemas
{
    public static readonly NoOtherSchemas Instance = new();

    public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
}
