using Aurum.Actors.Collection;
using Aurum.Domain;

namespace Aurum.Actors.Tests.Collection;

public sealed class TwinsTests
{
    private static readonly SeriesId Own = new("fred", "DCOILWTICO"), Other = new("eia", "petroleum/pri/spt:daily:RWTC");

    [Theory]
    [InlineData("Dollars per Barrel", "$/BBL")]
    [InlineData("Percent", "annual %")]
    [InlineData("Index 2017=100", "index 2017=100")]
    public void The_same_unit_in_other_words_is_no_difference(string own, string other) => Assert.Null(Twins.Difference(Entry(Own, own, "D"), Entry(Other, other, "D")));

    [Theory]
    [InlineData("Dollars per Barrel", "D", "$/GAL", "D", "its unit is $/GAL, not Dollars per Barrel")]
    [InlineData("Dollars per Barrel", "D", "$/BBL", "W", "its frequency is W, not D")]
    [InlineData(null, "D", null, "D", "its unit is not told, not told")]
    public void Another_unit_or_frequency_is(string? ownUnit, string ownFrequency, string? unit, string frequency, string difference)
    {
        var own = Entry(Own, ownUnit, ownFrequency);
        Assert.Equal(difference, Twins.Difference(own, Entry(Other, unit, frequency)));
        Assert.Equal(difference, Twins.Difference(own, Slice(unit, frequency, Sample.Observation(1, 1))));
        Assert.Null(Twins.Difference(own, Slice(unit, frequency)));
    }

    [Fact]
    public void A_unit_that_the_catalog_does_not_tell_must_come_with_the_data()
    {
        var own = Entry(Own, "Dollars per Barrel", "D");
        Assert.Null(Twins.Difference(own, Entry(Other, null, "D")));
        Assert.Null(Twins.Difference(own, Slice("$/BBL", "D", Sample.Observation(1, 1))));
        Assert.Equal("its unit is not told, not Dollars per Barrel", Twins.Difference(own, Slice(null, "D", Sample.Observation(1, 1))));
    }

    [Fact]
    public void What_is_not_known_cannot_be_compared()
    {
        Assert.NotNull(Twins.Difference(null, Entry(Other, "Percent", "D")));
        Assert.NotNull(Twins.Difference(Entry(Own, "Percent", "D"), (CatalogEntry?)null));
    }

    [Fact]
    public void What_a_twin_serves_bears_the_series_own_name_and_unit_and_says_who_served_it()
    {
        var observation = new Observation(Sample.Day(1), new DateOnly(2040, 6, 4), 70.5, Metadata: new Dictionary<string, string> { ["note"] = "n" });
        var slice = Twins.AsServed(
            new ObservationSlice(Other, new SeriesAttributes("$/BBL", "D", "petroleum/pri/spt", "NUS"), [observation]), Other, Entry(Own, "Dollars per Barrel", "D"));
        Assert.Equal((Own, new SeriesAttributes("Dollars per Barrel", "D", null, null)), (slice.Series, slice.Attributes));
        var served = Assert.Single(slice.Observations);
        Assert.Equal((observation.Timestamp, observation.AsOf, observation.Value), (served.Timestamp, served.AsOf, served.Value));
        Assert.Equal(
            new Dictionary<string, string> { ["note"] = "n", ["served_by"] = "eia", ["twin"] = "petroleum/pri/spt:daily:RWTC" },
            served.Metadata!.ToDictionary());
    }

    private static ObservationSlice Slice(string? unit, string? frequency, params Observation[] observations) =>
        new(Other, new SeriesAttributes(unit, frequency, null, null), observations);

    private static CatalogEntry Entry(SeriesId series, string? unit, string? frequency) => new(series, "title", UnitCode: unit, FrequencyCode: frequency);
}
