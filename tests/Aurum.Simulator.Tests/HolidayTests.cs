using System.Globalization;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class HolidayTests
{
    [Fact]
    public async Task Daily_series_miss_exactly_the_days_on_which_the_federal_reserve_is_closed()
    {
        await using var bench = await Bench.StartAsync();
        var missing = bench.Simulator.Truth.Of(new SeriesId("fred", "DGS10"))
            .Where(one => one.Value is null && one.Timestamp.Year is 2022 or 2023)
            .Select(one => one.Timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

        // 2022 begins on a Saturday, 2022-06-19 and 2022-12-25 are Sundays, 2023-01-01 too, 2023-11-11 is a Saturday.
        Assert.Equal(
            [
                "2022-01-17", "2022-02-21", "2022-05-30", "2022-06-20", "2022-07-04", "2022-09-05", "2022-10-10", "2022-11-11", "2022-11-24", "2022-12-26",
                "2023-01-02", "2023-01-16", "2023-02-20", "2023-05-29", "2023-06-19", "2023-07-04", "2023-09-04", "2023-10-09", "2023-11-23", "2023-12-25",
            ],
            missing);
    }
}
