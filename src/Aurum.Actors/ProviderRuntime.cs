using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors;

/// <summary>A provider as this node runs it: what it is, how it is configured, where and as whom it is called.</summary>
/// <param name="Twins">Series of a backup provider, by the codes of the series that they can serve; none without a backup.</param>
public sealed record ProviderRuntime(IProvider Provider, ProviderSettings Settings, ProviderAccess Access, IReadOnlyDictionary<string, SeriesDefinition>? Twins = null)
{
    public string Name => Provider.Descriptor.Name;
}

/// <summary>The providers this node is configured for.</summary>
public sealed class ProviderRuntimes(IEnumerable<ProviderRuntime> runtimes)
{
    private readonly Dictionary<string, ProviderRuntime> _byName = runtimes.ToDictionary(runtime => runtime.Name);

    public IReadOnlyCollection<ProviderRuntime> All => _byName.Values;

    public ProviderRuntime? Find(string provider) => _byName.GetValueOrDefault(provider);
}
