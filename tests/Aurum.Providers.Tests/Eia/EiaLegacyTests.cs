using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaLegacyTests
{
    [Fact]
    public void The_bridge_sends_numbers_newest_first_and_they_come_out_in_order()
    {
        var slice = Assert.Single(Page(Legacy("STEO.PATC_WORLD.M"), Recorded("seriesid-steo-monthly-numbers.json")).Slices);

        Assert.Equal(new SeriesAttributes("million barrels per day", "M", "steo", null), slice.Attributes);
        Assert.Equal(432, slice.Observations.Count);
        Assert.Equal(new Observation(Utc(1990, 1, 1), Today, 67.463756202), slice.Observations[0]);
        Assert.Equal(Utc(2025, 12, 1), slice.Observations[^1].Timestamp);
    }

    [Fact]
    public void Rows_outside_the_window_are_dropped()
    {
        var page = Page(Legacy("STEO.PATC_WORLD.M", new Window(Utc(2025, 1, 1), Utc(2025, 4, 1))), Recorded("seriesid-steo-monthly-numbers.json"));

        Assert.Equal([1, 2, 3], page.Rows().Select(row => row.Timestamp.Month));
        Assert.Null(page.Next);
    }

    [Fact]
    public void A_bridge_that_gives_no_second_page_is_told_and_not_taken_for_the_end()
    {
        var body = Body(EiaPagingTests.Days(0, 5000));
        var first = Page(Legacy("PET.RWTC.D"), body);

        var failure = Failure(Legacy("PET.RWTC.D"), body, cursor: first.Next);

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("gives 5000 rows of PET.RWTC.D and no others, back to 2013-09-08; expected its route", failure.Detail);
    }

    [Fact]
    public void Newest_first_ends_where_the_window_begins()
    {
        var newestFirst = string.Join(',', EiaPagingTests.Days(0, 5000).Split("},").Reverse().Select(row => row.TrimEnd('}') + "}"));

        Assert.Null(Page(Legacy("PET.RWTC.D", new Window(Utc(2010, 1, 1), DateTime.MaxValue)), Body(newestFirst)).Next);
        Assert.NotNull(Page(Legacy("PET.RWTC.D"), Body(newestFirst)).Next);
    }

    [Theory]
    [InlineData("""{"period":2023,"stateid":6,"price":12.5,"price-units":"cents"}""", "cents")]
    [InlineData("""{"period":2023,"plantCode":6,"sectorid":99,"price":12.5}""", null)]
    [InlineData("""{"period":"2023","value":"12.5","other":3,"units":"cents"}""", "cents")]
    public void The_value_column_is_found(string row, string? unit)
    {
        var slice = Assert.Single(Page(Legacy("ELEC.PRICE.CO-RES.A"), Body(row)).Slices);

        Assert.Equal((12.5, unit), (Assert.Single(slice.Observations).Value!.Value, slice.Attributes.UnitCode));
    }

    [Fact]
    public void Two_possible_value_columns_are_malformed()
    {
        Assert.Equal(FailureKind.Malformed, Failure(Legacy("ELEC.PRICE.CO-RES.A"), Body("""{"period":2023,"price":1,"sales":2}""")).Kind);
    }

    [Theory]
    [InlineData("EBA.TVA-ALL.D.H", "2019-01-01T05", "H")]
    [InlineData("EBA.TVA-ALL.D.HL", "2019-01-01T00-05", "LH")]
    public void The_frequency_is_the_last_part_of_the_id(string id, string period, string code)
    {
        var slice = Assert.Single(Page(Legacy(id), Body($$"""{"period":"{{period}}","value":1}""")).Slices);

        Assert.Equal((code, Utc(2019, 1, 1, 5)), (slice.Attributes.FrequencyCode, slice.Observations[0].Timestamp));
    }
}
