using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Puts single observations together again, as they were fetched.</summary>
public static class ObservationGrouping
{
    /// <summary>One batch for each run of neighbours of the same header; the order stays as it is.</summary>
    public static IReadOnlyList<ObservationBatch> Group(IReadOnlyList<DecodedObservation> observations)
    {
        var batches = new List<ObservationBatch>();
        for (var start = 0; start < observations.Count;)
        {
            var header = observations[start].Header;
            var end = start + 1;
            while (end < observations.Count && Same(observations[end].Header, header))
            {
                end++;
            }

            batches.Add(Batch(header, observations, start, end));
            start = end;
        }

        return batches;
    }

    private static bool Same(ObservationHeader one, ObservationHeader other) => ReferenceEquals(one, other) || one == other;

    private static ObservationBatch Batch(ObservationHeader header, IReadOnlyList<DecodedObservation> observations, int start, int end)
    {
        var values = new Observation[end - start];
        for (var i = start; i < end; i++)
        {
            values[i - start] = observations[i].Observation;
        }

        return new ObservationBatch(new ObservationSlice(header.Series, header.Attributes, values), header.RunId, header.EventId, header.IngestedAt);
    }
}
