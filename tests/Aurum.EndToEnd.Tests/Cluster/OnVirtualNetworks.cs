using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>Skipped, with the reason, where no virtual network can be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnVirtualNetworksAttribute : FactAttribute
{
    public FactOnVirtualNetworksAttribute() => Skip = VirtualNetwork.Missing;
}

/// <inheritdoc cref="FactOnVirtualNetworksAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryOnVirtualNetworksAttribute : TheoryAttribute
{
    public TheoryOnVirtualNetworksAttribute() => Skip = VirtualNetwork.Missing;
}
