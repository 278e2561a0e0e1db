using Aurum.Providers.Http;

namespace Aurum.Providers.Tests;

public sealed class ProviderClocksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The request left at noon and 0.4 s and was answered at 0.9 s.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.1)]
    [InlineData(61, 60.1)]
    [InlineData(-1, -0.4)]
    [InlineData(-60, -59.4)]
    public void Only_what_neither_the_grain_nor_the_way_explains_is_a_difference(int shown, double ahead) => Assert.Equal(
        ahead,
        ProviderClocks.Ahead(Noon.AddSeconds(shown), TimeSpan.FromSeconds(1), Noon.AddSeconds(0.4), Noon.AddSeconds(0.9)).TotalSeconds,
        precision: 6);
}
