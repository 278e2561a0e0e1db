namespace Aurum.Host.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly CommandLine _line = new() { Providers = [FakeProvider.Fred] };

    public ExplainCommandTests()
    {
        _line.Write("saved.json", """{"value":"4.50"}""");
        _line.WriteProvider("fred", "{}");
    }

    [Fact]
    public async Task A_page_is_told_as_json_lines()
    {
        var answer = await _line.RunAsync("explain", "fred", "--url", "https://anywhere.example/DGS10?x=1", "--header", "Date: Mon, 02 Mar 2026 10:20:30 GMT", "saved.json");
        Assert.Equal(
            """
            {"kind":"series","provider":"fred","series_id":"DGS10","title":"A title","description":null,"unit_code":null,"frequency_code":null,"dataset_code":null,"geo_id":null,"category":null,"source_url":null,"start_ts":"2020-01-01T00:00:00Z","end_ts":null,"updated_at":null,"metadata":null}
            {"kind":"observation","provider":"fred","series_id":"DGS10","timestamp":"2026-02-27T00:00:00Z","asof_date":"2026-03-02","value":4.5,"value_raw":"4.50","unit_code":"Percent","geo_id":"USA","dataset_code":"D1","frequency_code":"D","status":null,"quality_flag":null,"metadata":{"Flag A":"ü"}}
            {"kind":"page","next":"2","count":7}

            """,
            answer.Output);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
    }

    [Fact]
    public async Task A_failure_is_told_with_its_kind_and_the_seconds_to_wait()
    {
        var answer = await _line.RunAsync("explain", "fred", "--url", "https://anywhere.example/", "--status", "429", "--header", "Retry-After: 30", "--header", "content-type: text/html; charset=utf-8", "saved.json");
        Assert.Equal((0, """{"kind":"failure","failure":"Throttled","detail":"text/html of 16 bytes","retry_after":30}""" + "\n"), (answer.Code, answer.Output));
    }

    [Fact]
    public async Task A_key_that_is_set_is_not_shown()
    {
        _line.Environment["FRED_API_KEY"] = "16 bytes";
        var answer = await _line.RunAsync("explain", "fred", "--url", "https://anywhere.example/", "--status", "429", "--header", "Content-Type: text/html", "saved.json");
        Assert.Contains("text/html of ***", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PROVIDER: there is no provider \"fredd\"; expected one of fred", "fredd", "--url", "https://a.example/", "saved.json")]
    [InlineData("--url: is no address; expected an absolute one of http or https, as it was asked", "fred", "--url", "a.example?api_key=secret", "saved.json")]
    [InlineData("--status: \"2000\" cannot be used; expected a status from 100 to 599", "fred", "--url", "https://a.example/", "--status", "2000", "saved.json")]
    [InlineData("--header: \"nothing\" cannot be used; expected 'Name: value', such as 'Content-Type: application/json'", "fred", "--url", "https://a.example/", "--header", "nothing", "saved.json")]
    [InlineData("config: is a directory; expected a file with one response", "fred", "--url", "https://a.example/", "config")]
    [InlineData("missing.json: cannot be read: ", "fred", "--url", "https://a.example/", "missing.json")]
    public async Task What_cannot_be_used_is_named(string says, params string[] arguments)
    {
        var answer = await _line.RunAsync(["explain", .. arguments]);
        Assert.Equal(2, answer.Code);
        Assert.StartsWith($"aurum: {says}", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();
}
