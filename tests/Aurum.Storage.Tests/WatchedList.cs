using System.Collections;
using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>Observations of ascending days; <paramref name="meet"/> runs in the middle of the store's transaction when it reaches the given one.</summary>
internal sealed class WatchedList(int count, int at, Action meet) : IReadOnlyList<Observation>
{
    public int Count => count;

    public Observation this[int index]
    {
        get
        {
            if (index == at)
            {
                meet();
            }

            return new Observation(DateTime.UnixEpoch.AddDays(index), new DateOnly(2026, 1, 1), index);
        }
    }

    public IEnumerator<Observation> GetEnumerator() => Enumerable.Range(0, count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
