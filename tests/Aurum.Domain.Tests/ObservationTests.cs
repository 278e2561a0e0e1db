using Aurum.Domain;

namespace Aurum.Domain.Tests;

public sealed class ObservationTests
{
    private static readonly Observation Known = new(new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Utc), new DateOnly(2024, 1, 3), 4.25, Status: "E");

    [Fact]
    public void The_day_it_was_said_and_its_metadata_change_nothing() => Assert.True(
        Known.SaysTheSameAs(Known with { AsOf = new DateOnly(2025, 1, 1), Metadata = new Dictionary<string, string> { ["source_flag"] = "W" } }));

    [Fact]
    public void Value_text_status_and_quality_each_make_a_revision()
    {
        Assert.False(Known.SaysTheSameAs(Known with { Value = 4.26 }));
        Assert.False(Known.SaysTheSameAs(Known with { Value = null }));
        Assert.False(Known.SaysTheSameAs(Known with { ValueRaw = "4.250" }));
        Assert.False(Known.SaysTheSameAs(Known with { Status = null }));
        Assert.False(Known.SaysTheSameAs(Known with { QualityFlag = "X" }));
        Assert.False(Known.SaysTheSameAs(Known with { Timestamp = Known.Timestamp.AddDays(1) }));
    }
}
