using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankPagingTests
{
    private static readonly Fetch Usa = Fetch("X.Y", ["USA"]);
    private static readonly string[] TwoRows = ["US|USA|2020|1", "US|USA|2019|2"];

    [Fact]
    public void Pages_follow_each_other_until_the_last()
    {
        var first = PageOf(Usa, null, Body(TwoRows, page: 1, pages: 2, perPage: 2, total: 3));
        Assert.Equal("2;2026-07-13;3", first.Next);

        var last = PageOf(Usa, first.Next, Body(["US|USA|2018|3"], page: 2, pages: 2, perPage: 2, total: 3));
        Assert.Null(last.Next);
        Assert.Equal(Year(2018), Assert.Single(last.Slices).Observations[0].Timestamp);
    }

    [Fact]
    public void Numbers_of_the_envelope_may_be_texts()
    {
        var body = Body(TwoRows, page: 1, pages: 2, perPage: 2, total: 3).Replace("\"page\":1,\"pages\":2,\"per_page\":2,\"total\":3", "\"page\":\"1\",\"pages\":\"2\",\"per_page\":\"2\",\"total\":\"3\"", StringComparison.Ordinal);

        Assert.Equal("2;2026-07-13;3", PageOf(Usa, null, body).Next);
    }

    [Theory]
    [InlineData(3, "2026-07-14")]
    [InlineData(4, "2026-07-13")]
    public void A_database_that_changes_between_pages_is_no_success(int total, string lastUpdated)
    {
        var failure = FailureOf(Usa, "2;2026-07-13;3", Body(["US|USA|2018|3"], page: 2, pages: 2, perPage: 2, total: total, lastUpdated: lastUpdated));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("changed between two pages", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_later_page_is_no_success() =>
        Assert.Equal(FailureKind.Transient, FailureOf(Usa, "2;2026-07-13;3", Response(Recorded("data-empty.json"))).Kind);

    [Theory]
    [InlineData(1, 2, 3, 5)]
    [InlineData(1, 1, 3, 3)]
    public void Fewer_rows_than_promised_are_no_success(int page, int pages, int perPage, int total) =>
        Assert.Equal(FailureKind.Transient, FailureOf(Usa, null, Body(TwoRows, page, pages, perPage, total)).Kind);

    [Fact]
    public void Another_page_than_asked_is_no_success() =>
        Assert.Equal(FailureKind.Transient, FailureOf(Usa, null, Body(TwoRows, page: 2, pages: 2, perPage: 2, total: 4)).Kind);
}
