namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Headers that were read lately, by their bytes: a page of a thousand observations has one, which is made once. Partitions that
/// take turns are why more than the last one is kept. Any number of threads may use it.
/// </summary>
internal sealed class ObservationHeaders
{
    private const int Slots = 256;
    private const int LongestKept = 1024;

    private readonly Known?[] _known = new Known?[Slots];
    private Known? _last;

    public ObservationHeader Read(ref AvroReader reader)
    {
        // A body that begins with the same bytes has the same fields: no field's encoding is the beginning of another value's.
        var last = Volatile.Read(ref _last);
        if (last is not null && reader.Rest.StartsWith(last.Bytes))
        {
            reader.Skip(last.Bytes.Length, "header");
            return last.Header;
        }

        var start = reader;
        ObservationHeader.Skip(ref reader);
        var bytes = reader.Since(start.Position);
        if (bytes.Length > LongestKept)
        {
            return ObservationHeader.Read(ref start);
        }

        var hash = new HashCode();
        hash.AddBytes(bytes);
        ref var slot = ref _known[(uint)hash.ToHashCode() % Slots];
        var known = Volatile.Read(ref slot);
        if (known is null || !bytes.SequenceEqual(known.Bytes))
        {
            known = new Known(bytes.ToArray(), ObservationHeader.Read(ref start));
            Volatile.Write(ref slot, known);
        }

        Volatile.Write(ref _last, known);
        return known.Header;
    }

    private sealed record Known(byte[] Bytes, ObservationHeader Header);
}
