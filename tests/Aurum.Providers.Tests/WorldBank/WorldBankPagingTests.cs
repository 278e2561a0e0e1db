using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankPagingTests
{
    private static readonly Fetch Usa = Fetch("X.Y", ["USA"]);
    private static readonly string[] TwoRows = ["US|USA|2020|1", "US|USA|2019|2"];

    private static readonly string[] Full = [.. Enumerable.Range(0, 20_000).Select(index => $"US|USA|{1000 + (index % 9000)}|1")];

    [Fact]
    public void Pages_follow_each_other_until_the_last()
    {
        var first = PageOf(Usa, null, Body(Full, page: 1, pages: 2, total: 20_001));
        Assert.Matches("^2;2026-07-13;20001;[0-9a-f]{16}$", first.Next);
        Assert.Equal(20_001, first.Count);

        var last = PageOf(Usa, first.Next, Body(["US|USA|2018|3"], page: 2, pages: 2, total: 20_001));
        Assert.Null(last.Next);
        Assert.Equal(Year(2018), Assert.Single(last.Slices).Observations[0].Timestamp);
    }

    [Fact]
    public void Numbers_of_the_envelope_may_be_texts()
    {
        var body = Body(TwoRows).Replace("\"page\":1,\"pages\":1,\"per_page\":20000,\"total\":2", "\"page\":\"1\",\"pages\":\"1\",\"per_page\":\"20000\",\"total\":\"2\"", StringComparison.Ordinal);

        Assert.Equal(2, PageOf(Usa, null, body).Count);
    }

    [Theory]
    [InlineData(20_001, "2026-07-14")]
    [InlineData(20_002, "2026-07-13")]
    public void A_database_that_changes_between_pages_is_no_success(int total, string lastUpdated)
    {
        var failure = FailureOf(Usa, "2;2026-07-13;20001", Body(["US|USA|2018|3"], page: 2, pages: 2, total: total, lastUpdated: lastUpdated));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("changed in the middle", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_later_page_is_no_success() =>
        Assert.Equal(FailureKind.Transient, FailureOf(Usa, "2;2026-07-13;20001", Response(Recorded("data-empty.json"))).Kind);

    [Theory]
    [InlineData(1, 1, 3, "page 1 of 1 has 2 rows where 3 were promised")]
    [InlineData(1, 1, 1, "page 1 of 1 has 2 rows where 1 were promised")]
    [InlineData(1, 2, 40_000, "page 1 of 2 has 2 rows where 20000 were promised")]
    [InlineData(1, 3, 2, "2 rows of 20000 a page are 1 pages, not 3")]
    [InlineData(2, 2, 20_002, "another question: page 2 of 20000 rows a page came, asked was page 1 of 20000")]
    public void A_page_that_breaks_its_own_promise_is_no_success(int page, int pages, int total, string told)
    {
        var failure = FailureOf(Usa, null, Body(TwoRows, page, pages, total: total));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains(told, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_another_length_than_asked_are_an_answer_to_another_question() =>
        Assert.Contains("page 1 of 50 rows a page came, asked was page 1 of 20000", FailureOf(Usa, null, Body(TwoRows, perPage: 50)).Detail, StringComparison.Ordinal);
}
