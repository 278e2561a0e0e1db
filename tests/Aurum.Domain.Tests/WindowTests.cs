using Aurum.Domain;
using FsCheck.Xunit;

namespace Aurum.Domain.Tests;

public sealed class WindowTests
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Property]
    public bool Adjoining_windows_share_no_moment_and_leave_none_out(ushort first, ushort second, int probe)
    {
        var (a, b, c) = (Start, Start.AddHours(first), Start.AddHours(first).AddHours(second));
        var moment = Start.AddHours(probe % 200_000);
        var (whole, left, right) = (new Window(a, c), new Window(a, b), new Window(b, c));
        return whole.Contains(moment) == (left.Contains(moment) ^ right.Contains(moment));
    }

    [Property]
    public bool A_cover_contains_what_either_contains(ushort from, ushort length, ushort otherFrom, ushort otherLength, ushort probe)
    {
        var one = new Window(Start.AddHours(from), Start.AddHours(from + length));
        var other = new Window(Start.AddHours(otherFrom), Start.AddHours(otherFrom + otherLength));
        var moment = Start.AddHours(probe);
        return !(one.Contains(moment) || other.Contains(moment)) || one.Cover(other).Contains(moment);
    }

    [Fact]
    public void A_window_that_ends_where_it_begins_is_empty()
    {
        Assert.True(new Window(Start, Start).IsEmpty);
        Assert.False(new Window(Start, Start.AddTicks(1)).IsEmpty);
    }
}
