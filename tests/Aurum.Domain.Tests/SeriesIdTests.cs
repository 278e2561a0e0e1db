using Aurum.Domain;

namespace Aurum.Domain.Tests;

public sealed class SeriesIdTests
{
    [Theory]
    [InlineData("fred", "DGS10")]
    [InlineData("eia", "petroleum/pri/spt:daily:RWTC")]
    [InlineData("noaa", "GHCND:USW00094728:TMAX")]
    [InlineData("worldbank", "odd|code")]
    public void Text_and_back_is_the_same_id(string provider, string code)
    {
        var id = new SeriesId(provider, code);

        Assert.Equal(id, SeriesId.Parse(id.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DGS10")]
    [InlineData("|DGS10")]
    [InlineData("fred|")]
    public void Text_without_provider_or_code_is_refused(string text) => Assert.Throws<FormatException>(() => SeriesId.Parse(text));

    [Fact]
    public void Ids_sort_by_provider_and_then_by_code() => Assert.Equal(
        [new SeriesId("eia", "Z"), new SeriesId("fred", "A"), new SeriesId("fred", "B")],
        new[] { new SeriesId("fred", "B"), new SeriesId("eia", "Z"), new SeriesId("fred", "A") }.Order());
}
