using Aurum.Providers.Settings;

namespace Aurum.Providers;

/// <summary>One cheap call, to see whether a provider answers and takes our key.</summary>
public static class SampleCall
{
    /// <summary>What is known about the first configured series, or what its dataset holds; null where nothing can be asked.</summary>
    public static Fetch? Of(IProvider provider, IReadOnlyList<Dataset> datasets) => datasets
        .Select(dataset => provider.Expand(dataset, []) switch
        {
            [var first, ..] => provider.PlanCatalog([first]).FirstOrDefault(),
            null => provider.PlanFacts(dataset, []),
            _ => null,
        })
        .FirstOrDefault(fetch => fetch is not null);
}
