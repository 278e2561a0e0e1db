using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredRequestTests
{
    [Fact]
    public void A_half_open_window_is_asked_for_with_an_inclusive_end()
    {
        var request = Provider.Request(Observations("DGS10", new Window(Utc(2024, 7, 1), Utc(2024, 8, 1))), null, Access);

        Assert.Equal(
            "https://api.stlouisfed.org/fred/series/observations?series_id=DGS10&file_type=json&sort_order=asc&limit=100000&offset=0"
            + "&observation_start=2024-07-01&observation_end=2024-07-31&api_key=0123456789abcdef0123456789abcdef",
            request.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void Everything_is_asked_for_without_bounds()
    {
        var query = Provider.Request(Observations(), null, Access).RequestUri!.Query;

        Assert.DoesNotContain("observation_start", query);
        Assert.DoesNotContain("observation_end", query);
        Assert.DoesNotContain("realtime", query);
    }

    [Fact]
    public void The_cursor_begins_with_the_offset()
    {
        Assert.Contains("&offset=100000&", Provider.Request(Observations(), "100000 2024-01-05", Access).RequestUri!.Query);
    }

    [Fact]
    public void A_base_address_may_have_a_path()
    {
        var request = Provider.Request(Catalog(), null, new ProviderAccess(new Uri("http://localhost:8080/fake/one"), key: null));

        Assert.Equal("http://localhost:8080/fake/one/fred/series?series_id=GDP&file_type=json", request.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void Wants_of_one_series_share_a_call_that_covers_their_windows()
    {
        var series = Series();
        var fetches = Provider.PlanObservations(
            [new Want(series, new Window(Utc(2020, 1, 1), Utc(2020, 2, 1)), null), new Want(series, new Window(Utc(2024, 1, 1), Utc(2024, 2, 1)), null)],
            new DateOnly(2024, 11, 3));

        var query = Provider.Request(Assert.Single(fetches), null, Access).RequestUri!.Query;

        Assert.Contains("observation_start=2020-01-01&observation_end=2024-01-31", query);
    }

    [Fact]
    public void A_label_names_the_call_without_the_key()
    {
        Assert.Equal("series/observations GDP", Observations().Label);
    }
}
