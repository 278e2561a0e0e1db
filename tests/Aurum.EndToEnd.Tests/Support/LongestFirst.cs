using Aurum.EndToEnd.Tests.Production;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Aurum.EndToEnd.Tests.Support.LongestFirst", "Aurum.EndToEnd.Tests")]

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>Begins what takes minutes first, so that nothing is waited for alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(LongWaitTests), nameof(Runbook.RunbookTests), nameof(PlanTests), nameof(ProductionRunTests), nameof(DiscoveryTests), nameof(StayingWeatherTests), nameof(PassingWeatherTests),
        nameof(CrashTests), nameof(KafkaFaultTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Place(collection.DisplayName)).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static int Place(string collection)
    {
        var place = Array.FindIndex(Long, name => collection.EndsWith($".{name}", StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
