using Aurum.Providers.Eia;
using Aurum.Providers.Fred;
using Aurum.Providers.Noaa;
using Aurum.Providers.WorldBank;

namespace Aurum.Providers;

/// <summary>Every provider there is. A new one is one line here and one folder beside it.</summary>
public static class ProviderCatalog
{
    public static IReadOnlyList<IProvider> All { get; } =
    [
        new FredProvider(),
        new EiaProvider(),
        new NoaaProvider(),
        new WorldBankProvider(),
    ];

    public static IProvider? Find(string name) => All.FirstOrDefault(provider => provider.Descriptor.Name == name);
}
