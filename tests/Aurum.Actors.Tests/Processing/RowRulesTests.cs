using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;

namespace Aurum.Actors.Tests.Processing;

public sealed class RowRulesTests
{
    private static readonly RowRules Rules = new(["fred", "eia"]);
    private static readonly ObservationHeader Header = new(new SeriesId("fred", "DGS10"), new SeriesAttributes("Percent", "D", null, null), "run", "page", Sample.Now);
    private static readonly Observation Row = Sample.Observation(1, 4.25);

    public static TheoryData<string, string> Broken => new()
    {
        { "nobody", "provider: there is no provider \"nobody\"; expected one of eia, fred" },
        { "code", "series_id: is empty" },
        { "code0", "series_id: holds a NUL character" },
        { "ts", "ts: 2040-01-02T00:00:00.0000001Z is finer than a second" },
        { "nan", "value: NaN is no finite number" },
        { "infinite", "value: -Infinity is no finite number" },
        { "raw", "value_raw: holds a NUL character" },
        { "unit", "unit_code: holds a NUL character" },
        { "event", "source_event_id: holds a NUL character" },
        { "metadata", "metadata: holds a NUL character" },
    };

    [Fact]
    public void A_good_row_breaks_none()
    {
        Assert.Empty(Rules.BrokenBy(new DecodedObservation(Header, Row)));
        Assert.Empty(Rules.BrokenBy(new DecodedObservation(Header, Row with { Value = null, Status = "E", Metadata = new Dictionary<string, string> { ["°"] = "ü" } })));
        Assert.Empty(Rules.BrokenBy(new CatalogEntry(Header.Series, "title")));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_is_named_with_what_is_there(string what, string says)
    {
        // A good one first: what its page shares is remembered as good, and must not be taken for this one's.
        Assert.Empty(Rules.BrokenBy(new DecodedObservation(Header, Row)));
        var (header, row) = what switch
        {
            "nobody" => (Header with { Series = new SeriesId("nobody", "A") }, Row),
            "code" => (Header with { Series = new SeriesId("fred", "") }, Row),
            "code0" => (Header with { Series = new SeriesId("fred", "A\0") }, Row),
            "ts" => (Header, Row with { Timestamp = Row.Timestamp.AddTicks(1) }),
            "nan" => (Header, Row with { Value = double.NaN }),
            "infinite" => (Header, Row with { Value = double.NegativeInfinity }),
            "raw" => (Header, Row with { ValueRaw = "\0" }),
            "unit" => (Header with { Attributes = Header.Attributes with { UnitCode = "a\0b" } }, Row),
            "event" => (Header with { EventId = "\0" }, Row),
            _ => (Header, Row with { Metadata = new Dictionary<string, string> { ["a"] = "\0" } }),
        };
        Assert.StartsWith(says, Assert.Single(Rules.BrokenBy(new DecodedObservation(header, row))), StringComparison.Ordinal);
    }

    [Fact]
    public void All_broken_rules_are_told_at_once() => Assert.Equal(
        3,
        Rules.BrokenBy(new DecodedObservation(Header with { Series = new SeriesId("x", "") }, Row with { Value = double.NaN })).Count);
}
