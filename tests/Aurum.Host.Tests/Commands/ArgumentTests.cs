namespace Aurum.Host.Tests.Commands;

public sealed class ArgumentTests : IDisposable
{
    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("", "a command is missing; expected one of run, demo, query, status, providers, ratelimits, breaker, series, checkpoints, dlq, pipelines, tasks, backfill, plan, explain, db, topics, schemas, probe, top, sla, preflight, inspect", "aurum")]
    [InlineData("collect", "there is no command \"collect\" here; expected one of run, demo, query, status, providers, ratelimits, breaker, series, checkpoints, dlq, pipelines, tasks, backfill, plan, explain, db, topics, schemas, probe, top, sla, preflight, inspect", "aurum")]
    [InlineData("query", "a command is missing; expected one of observations, series", "aurum query")]
    [InlineData("run --provders fred", "there is no option or argument \"--provders\" here", "aurum run")]
    [InlineData("run fred", "there is no option or argument \"fred\" here", "aurum run")]
    [InlineData("run --interval 5", "--interval: means nothing without --loop; expected both or none", "aurum run")]
    [InlineData("run --loop --interval 0", "--interval: \"0\" cannot be used; expected a number of seconds above 0 and at most 2592000", "aurum run")]
    [InlineData("run --loop --interval -1", "--interval: \"-1\" cannot be used; expected a number of seconds above 0 and at most 2592000", "aurum run")]
    [InlineData("run --loop --interval 1e9", "--interval: \"1e9\" cannot be used; expected a number of seconds above 0 and at most 2592000", "aurum run")]
    [InlineData("run --loop --interval", "Required argument missing for option: '--interval'.", "aurum run")]
    [InlineData("run --catalog-only --observations-only", "--catalog-only and --observations-only leave nothing to collect; expected at most one of them", "aurum run")]
    [InlineData("run --log-level loud", "--log-level: \"loud\" cannot be used; expected one of trace, debug, info, warning, error, off", "aurum run")]
    [InlineData("run --providers fred,,eia", "--providers: \"fred,,eia\" has an empty name in it; expected names separated by commas, such as fred,eia", "aurum run")]
    [InlineData("run @file", "there is no option or argument \"@file\" here", "aurum run")]
    [InlineData("demo --duration soon", "--duration: \"soon\" cannot be used; expected a time above 0 and of at most 30 days, such as 30s, 2m, 1h, 500ms, or a plain number of seconds", "aurum demo")]
    [InlineData("demo --duration 0s", "--duration: \"0s\" cannot be used; expected a time above 0 and of at most 30 days, such as 30s, 2m, 1h, 500ms, or a plain number of seconds", "aurum demo")]
    [InlineData("query observations", "Option '--provider' is required.", "aurum query observations")]
    [InlineData("query observations --provider fred --as-of 2024-01-01 --vintages all", "--as-of and --vintages exclude each other; expected at most one of them", "aurum query observations")]
    [InlineData("query observations --provider fred --vintages some", "--vintages: \"some\" cannot be used; expected latest or all (--as-of takes a day)", "aurum query observations")]
    [InlineData("query observations --provider fred --from 2024-02-30", "--from: \"2024-02-30\" cannot be used; expected a date as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ", "aurum query observations")]
    [InlineData("query observations --provider fred --as-of today", "--as-of: \"today\" cannot be used; expected a date as YYYY-MM-DD", "aurum query observations")]
    [InlineData("query observations --provider fred --format json", "--format: \"json\" cannot be used; expected one of table, csv, ndjson", "aurum query observations")]
    [InlineData("status --format csv", "--format: \"csv\" cannot be used; expected one of table, json", "aurum status")]
    public async Task A_bad_argument_is_a_line_and_a_hint_and_exit_code_2(string line, string message, string command)
    {
        var answer = await _line.RunAsync(line);

        Assert.Equal(new Answer(2, "", $"aurum: {message}\ntry: {command} --help\n"), answer);
    }

    [Fact]
    public async Task Many_bad_arguments_are_no_more_than_two_messages()
    {
        var answer = await _line.RunAsync("run --catalog-only --observations-only --interval x --log-level y --data-dir");

        Assert.Equal(2, answer.Code);
        Assert.Equal(3, answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task An_empty_text_is_refused()
    {
        var answer = await _line.RunAsync("run", "--data-dir", "");

        Assert.Equal(new Answer(2, "", "aurum: --data-dir: is empty; expected some text\ntry: aurum run --help\n"), answer);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var answer = await _line.RunAsync("--version");

        Assert.Equal(0, answer.Code);
        Assert.Matches("^aurum [0-9]+\\.[0-9]+\\.[0-9]+\n$", answer.Output);
    }

    [Fact]
    public async Task A_bug_is_two_lines_without_trace_or_key_and_exit_code_70()
    {
        _line.Environment["FRED_API_KEY"] = "s3cret";
        _line.Engine.Ends = () => throw new InvalidOperationException("went wrong with s3cret");

        var answer = await _line.RunAsync("demo");

        Assert.Equal(new Answer(70, "", "aurum: unexpected failure: InvalidOperationException: went wrong with ***\nthis is a bug; set AURUM_TRACE=1 for the trace\n"), answer);
    }

    [Fact]
    public async Task A_bug_shows_its_trace_on_demand_and_still_no_key()
    {
        _line.Environment["FRED_API_KEY"] = "s3cret";
        _line.Environment["AURUM_TRACE"] = "1";
        _line.Engine.Ends = () => throw new InvalidOperationException("went wrong with s3cret");

        var answer = await _line.RunAsync("demo");

        Assert.Equal(70, answer.Code);
        Assert.Contains("   at Aurum.Host.Tests", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();
}
