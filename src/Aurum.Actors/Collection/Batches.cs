using Aurum.Domain;

namespace Aurum.Actors.Collection;

/// <summary>Pages cut into what is handed on and stored together.</summary>
internal static class Batches
{
    public static IEnumerable<ObservationSlice> Of(ObservationSlice slice, int size)
    {
        if (slice.Observations.Count <= size)
        {
            return [slice];
        }

        var all = slice.Observations is ArraySegment<Observation> segment ? segment : new ArraySegment<Observation>([.. slice.Observations]);
        return Enumerable.Range(0, (all.Count + size - 1) / size)
            .Select(part => slice with { Observations = all.Slice(part * size, Math.Min(size, all.Count - (part * size))) });
    }
}
