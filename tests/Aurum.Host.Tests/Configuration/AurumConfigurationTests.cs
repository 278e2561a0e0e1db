using Aurum.Actors.Collection;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Tests.Configuration;

public sealed class AurumConfigurationTests : IDisposable
{
    private const string Fred = """{ "name": "fred", "datasets": [ { "series": ["DGS10"] } ] }""";
    private const string WorldBank = """{ "name": "worldbank", "datasets": [ { "series": ["GDP"] } ] }""";

    private readonly CommandLine _line = new();

    [Fact]
    public async Task What_a_file_leaves_out_is_the_providers_default()
    {
        _line.WriteProvider("worldbank", WorldBank);

        var configured = Assert.Single(await LoadAsync("run"));

        var descriptor = FakeProvider.WorldBank.Descriptor;
        Assert.Equal(descriptor.RateLimit, configured.Settings.RateLimit);
        Assert.Equal(descriptor.Batch, configured.Settings.Batch);
        Assert.Equal(descriptor.CircuitBreaker, configured.Settings.CircuitBreaker);
        Assert.Equal(descriptor.Http, configured.Settings.Http);
        Assert.Equal(new("0 */4 * * *", "0 6 * * *"), configured.Settings.Schedule);
        Assert.Equal(descriptor.DefaultAddress, configured.Access.BaseAddress);
        Assert.Null(configured.Access.Key);
    }

    [Fact]
    public async Task A_backup_gives_twins_where_its_provider_is_collected_from_too()
    {
        const string WithBackup = """
            { "name": "worldbank", "datasets": [ { "series": ["GDP"] } ],
              "backup": { "provider": "fred", "failover_after_minutes": 0.5, "series": { "GDP": "NYGDP" } } }
            """;
        _line.WriteProvider("worldbank", WithBackup);
        Assert.Null(Assert.Single(await LoadAsync("run")).Twins);

        _line.WriteProvider("fred", Fred);
        _line.Environment["FRED_API_KEY"] = "key";
        var configured = (await LoadAsync("run")).Single(provider => provider.Settings.Name == "worldbank");
        Assert.Equal(TimeSpan.FromSeconds(30), configured.Settings.Backup!.After);
        var (code, twin) = Assert.Single(configured.Twins!);
        Assert.Equal(("GDP", "fred|NYGDP"), (code, twin.Id.ToString()));
    }

    [Theory]
    [InlineData("""{ "provider": "worldbank", "series": {} }""", "$.backup.provider: is \"worldbank\"; expected another provider than worldbank itself")]
    [InlineData("""{ "provider": "acme", "series": {} }""", "$.backup.provider: is \"acme\"; expected one of ")]
    [InlineData("""{ "provider": "fred", "series": { "GDP": "no such id!" } }""", "$.backup.series.GDP: is \"no such id!\"; expected the code of a series of fred")]
    [InlineData("""{ "provider": "fred", "minutes": 1 }""", "$.backup.minutes: is no known key")]
    public async Task A_backup_that_cannot_be_is_told_by_key(string backup, string says)
    {
        _line.WriteProvider("worldbank", $$"""{ "name": "worldbank", "datasets": [ { "series": ["GDP"] } ], "backup": {{backup}} }""");
        var answer = await _line.RunAsync("run --providers worldbank");
        Assert.Equal(2, answer.Code);
        Assert.Contains(says, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_file_says_is_in_force()
    {
        _line.WriteProvider("worldbank", """
            {
              "name": "worldbank",
              "rate_limit": { "requests_per_second": 0.5, "burst": 3, "daily_quota": null, "quota_time_zone": "UTC", "backfill_share": 0.25 },
              "batch": { "batch_size": 10, "max_workers": 2 },
              "circuit_breaker": { "failure_threshold": 7, "timeout_minutes": 0.5 },
              "http": { "timeout_seconds": 2.5, "max_attempts": 1 },
              "schedule": { "incremental": "5 * * * MON-FRI", "catalog_sync": "0 0 1 * *" },
              "datasets": [ { "series": ["GDP"], "start": "1950-01-01", "lookback_observations": 0 } ]
            }
            """);

        var settings = Assert.Single(await LoadAsync("run")).Settings;

        Assert.Equal(new(0.5, 3, null, "UTC", 0.25), settings.RateLimit);
        Assert.Equal(new(10, 2), settings.Batch);
        Assert.Equal(new(7, TimeSpan.FromSeconds(30)), settings.CircuitBreaker);
        Assert.Equal(new(TimeSpan.FromSeconds(2.5), 1), settings.Http);
        Assert.Equal(new("5 * * * MON-FRI", "0 0 1 * *"), settings.Schedule);
        Assert.Equal((new DateOnly(1950, 1, 1), 0), (settings.Datasets[0].Start, settings.Datasets[0].LookbackObservations));
    }

    [Fact]
    public async Task All_problems_are_told_at_once_with_file_path_and_remedy()
    {
        _line.WriteProvider("worldbank", """
            {
              "name": "fred",
              "api_key": "s3cret",
              "rate_limit": { "requests_per_second": 0, "burst": "2", "daily_quota": 0, "quota_time_zone": "America/Chikago", "per_minute": 5 },
              "batch": { "batch_size": 100001, "max_workers": 1.5 },
              "circuit_breaker": [],
              "schedule": { "incremental": "every hour", "catalog_sync": "0 25 * * *" },
              "datasets": [ { "series": [], "start": "1950-02-30" }, 7 ]
            }
            """);
        _line.WriteProvider("oecd", "{}");
        _line.Environment["WORLDBANK_API_BASE_URL"] = "ftp://user:s3cret@host/";

        var answer = await _line.RunAsync("run");

        Assert.Equal(
            """
            config/providers/oecd.json: is named for no provider; expected fred.json, worldbank.json
            config/providers/worldbank.json: $.name: is "fred"; expected "worldbank", which the file is named for
            config/providers/worldbank.json: $.rate_limit.requests_per_second: is 0; expected a number above 0 and at most 1000
            config/providers/worldbank.json: $.rate_limit.burst: is "2"; expected a whole number from 1 to 1000
            config/providers/worldbank.json: $.rate_limit.daily_quota: is 0; expected a whole number from 1 to 100000000 or null
            config/providers/worldbank.json: $.rate_limit.quota_time_zone: is "America/Chikago"; expected an IANA time zone such as "America/Chicago" or "UTC"
            config/providers/worldbank.json: $.rate_limit.per_minute: is no known key; valid here: backfill_share, burst, daily_quota, quota_time_zone, requests_per_second
            config/providers/worldbank.json: $.batch.batch_size: is 100001; expected a whole number from 1 to 100000
            config/providers/worldbank.json: $.batch.max_workers: is 1.5; expected a whole number from 1 to 64
            config/providers/worldbank.json: $.circuit_breaker: is an empty list; expected an object
            config/providers/worldbank.json: $.schedule.incremental: is "every hour"; expected a cron expression of five fields (minute hour day month weekday) such as "0 */4 * * *"
            config/providers/worldbank.json: $.schedule.catalog_sync: is "0 25 * * *"; expected a cron expression of five fields (minute hour day month weekday) such as "0 */4 * * *"
            config/providers/worldbank.json: $.datasets[1]: is 7; expected an object
            config/providers/worldbank.json: $.datasets[0].series: is an empty list; expected a list of at least one string
            config/providers/worldbank.json: $.datasets[0].start: is "1950-02-30"; expected a date as YYYY-MM-DD
            config/providers/worldbank.json: $.api_key: is no known key; valid here: backup, batch, circuit_breaker, datasets, http, name, rate_limit, revisions, schedule, sla
            WORLDBANK_API_BASE_URL: is no base address; expected an absolute http or https address without user, query or fragment, such as https://worldbank.example/v2/

            """.ReplaceLineEndings("\n"),
            answer.Error);
        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Null(_line.Engine.Ran);
    }

    [Theory]
    [InlineData("{\n  \"name\": \"worldbank\",\n  \"datasets\" [] }", "line 3, column 14: is no JSON; ")]
    [InlineData("{ \"name\": \"worldbank\", }", "line 1, column 24: is no JSON; ")]
    [InlineData("// hello\n{}", "line 1, column 1: is no JSON; ")]
    [InlineData("", "line 1, column 1: is no JSON; ")]
    [InlineData("{ \"name\": \"\\ud800\" }", "holds half of a surrogate pair (\\uD800 to \\uDFFF); expected whole characters")]
    [InlineData("[]", "$: is an empty list; expected an object")]
    [InlineData("{ \"name\": \"worldbank\" }", "$.datasets: is missing")]
    [InlineData("{ \"name\": \"worldbank\", \"name\": \"worldbank\", \"datasets\": [ { \"series\": [\"A\"] } ] }", "$.name: stands twice; a key may stand once")]
    [InlineData("{ \"name\": \"worldbank\", \"datasets\": [] }", "$.datasets: is an empty list; expected a list of at least one object")]
    [InlineData("{ \"name\": \"worldbank\", \"datasets\": [ { \"series\": [\"A\"] }, { \"series\": [\"A\"] } ] }", "$.datasets[1]: says the same as $.datasets[0]; each entry may stand once")]
    [InlineData("{ \"name\": \"worldbank\", \"datasets\": [ { \"series\": [\"A\"] }, { \"series\": [\"B\", \"A\"] } ] }", "$.datasets[1]: defines series A again, after $.datasets[0]; each series may stand once")]
    [InlineData("{ \"name\": \"worldbank\", \"datasets\": [ { \"series\": [\"A\"], \"release\": 1 } ] }", "$.datasets[0].release: is no known key; valid here: freshness_hours, lookback_observations, series, start")]
    public async Task A_file_that_cannot_be_bound_says_where(string text, string problem)
    {
        _line.WriteProvider("worldbank", text);

        var answer = await _line.RunAsync("run");

        Assert.Equal(2, answer.Code);
        Assert.StartsWith($"config/providers/worldbank.json: {problem}", answer.Error, StringComparison.Ordinal);
        Assert.Single(answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_problem_but_another_encoding_is()
    {
        _line.WriteProvider("worldbank", "\uFEFF" + WorldBank);
        Assert.Single(await LoadAsync("run"));

        await File.WriteAllBytesAsync(Path.Combine(_line.Home, "config/providers/worldbank.json"), [(byte)'{', 0xFF, (byte)'}']);
        Assert.Equal("config/providers/worldbank.json: is no UTF-8 text; expected JSON in UTF-8\n", (await _line.RunAsync("run")).Error);
    }

    [Fact]
    public async Task A_provider_asked_for_by_name_needs_its_key()
    {
        _line.WriteProvider("fred", Fred);

        var answer = await _line.RunAsync("run --providers fred");

        Assert.Equal(new Answer(2, "", "FRED_API_KEY: is not set; expected the API key of The fred bank, which --providers fred asks for\n"), answer);
    }

    [Fact]
    public async Task A_provider_of_the_default_list_is_skipped_without_its_key()
    {
        _line.WriteProvider("fred", Fred);
        _line.WriteProvider("worldbank", WorldBank);

        var answer = await _line.RunAsync("run");

        Assert.Equal(new Answer(0, "", "warning: fred is skipped: FRED_API_KEY is not set\n"), answer);
        Assert.Equal(["worldbank"], _line.Engine.Ran!.Configuration.Providers.Select(provider => provider.Settings.Name));
    }

    [Fact]
    public async Task Nothing_left_to_collect_from_is_a_problem()
    {
        _line.WriteProvider("fred", Fred);

        var answer = await _line.RunAsync("run");

        Assert.Equal(new Answer(2, "", "no provider is left to collect from: fred is skipped: FRED_API_KEY is not set\n"), answer);
    }

    [Fact]
    public async Task A_directory_without_files_is_a_problem()
    {
        Directory.CreateDirectory(Path.Combine(_line.Home, "config/providers"));

        var answer = await _line.RunAsync("run");

        Assert.Equal(new Answer(2, "", "config/providers: holds no provider's file; expected at least one of fred.json, worldbank.json\n"), answer);
    }

    [Fact]
    public async Task A_missing_directory_is_a_problem()
    {
        var answer = await _line.RunAsync("run --config elsewhere");

        Assert.Equal(2, answer.Code);
        Assert.Equal("elsewhere/providers: is no directory; expected one with a file NAME.json for each provider (--config DIR names another than elsewhere)\n", answer.Error);
    }

    [Fact]
    public async Task An_unknown_provider_and_a_missing_file_are_told_together()
    {
        _line.WriteProvider("worldbank", WorldBank);

        var answer = await _line.RunAsync("run --providers fred,oecd");

        Assert.Equal(
            "--providers: there is no provider \"oecd\"; expected some of fred, worldbank\n"
            + "config/providers/fred.json: is missing; expected the configuration of fred, which --providers asks for\n",
            answer.Error);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("/relative")]
    [InlineData("https://host/?api_key=s3cret")]
    [InlineData("https://s3cret@host/")]
    public async Task A_bad_base_address_names_its_variable_and_is_not_shown(string address)
    {
        _line.WriteProvider("worldbank", WorldBank);
        _line.Environment["WORLDBANK_API_BASE_URL"] = address;

        var answer = await _line.RunAsync("run");

        Assert.Equal(2, answer.Code);
        Assert.StartsWith("WORLDBANK_API_BASE_URL: is no base address; expected ", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(address, answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3 cret")]
    [InlineData("s3\ncret")]
    [InlineData("s3crét")]
    public async Task A_key_that_no_header_could_carry_is_refused_and_not_shown(string key)
    {
        _line.WriteProvider("fred", Fred);
        _line.Environment["FRED_API_KEY"] = key;

        var answer = await _line.RunAsync("run");

        Assert.Equal(new Answer(2, "", "FRED_API_KEY: holds a blank, a control character or a letter outside of ASCII; expected the key as The fred bank gave it\n"), answer);
    }

    [Fact]
    public async Task Keys_and_addresses_come_from_the_environment_and_do_not_print()
    {
        _line.WriteProvider("fred", Fred);
        _line.Environment["FRED_API_KEY"] = " s3cret\n";
        _line.Environment["FRED_API_BASE_URL"] = "http://localhost:8080/root";

        var configured = Assert.Single(await LoadAsync("run --providers fred,fred"));

        Assert.Equal("s3cret", configured.Access.Key);
        Assert.Equal("http://localhost:8080/root/", configured.Access.BaseAddress.AbsoluteUri);
        Assert.DoesNotContain("s3cret", $"{_line.Engine.Ran} {configured}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_of_a_run_reach_the_engine()
    {
        _line.WriteProvider("worldbank", WorldBank);
        _line.Engine.Ends = () => 1;

        var answer = await _line.RunAsync("run --loop --interval 0.5 --observations-only --log-level Debug --data-dir somewhere");

        Assert.Equal(1, answer.Code);
        var request = _line.Engine.Ran!;
        Assert.Equal((true, TimeSpan.FromSeconds(0.5), CollectionScope.ObservationsOnly, LogLevel.Debug), (request.Loop, request.Interval, request.Scope, request.LogLevel));
        Assert.Equal(Path.Combine(_line.Home, "somewhere"), request.Configuration.DataDirectory);
    }

    [Fact]
    public async Task Without_options_a_run_collects_everything_once_into_data()
    {
        _line.WriteProvider("worldbank", WorldBank);

        await _line.RunAsync("run");

        var request = _line.Engine.Ran!;
        Assert.Equal((false, null, CollectionScope.Everything, LogLevel.Information), (request.Loop, request.Interval, request.Scope, request.LogLevel));
        Assert.Equal(Path.Combine(_line.Home, "data"), request.Configuration.DataDirectory);
    }

    [Theory]
    [InlineData("demo", null, "data/demo", null)]
    [InlineData("demo --duration 500ms", "elsewhere", "elsewhere/demo", 0.5)]
    [InlineData("demo --duration 30s --data-dir here", "elsewhere", "here", 30.0)]
    [InlineData("demo --duration 2m", null, "data/demo", 120.0)]
    [InlineData("demo --duration 1.5h", null, "data/demo", 5400.0)]
    [InlineData("demo --duration 45", null, "data/demo", 45.0)]
    public async Task The_options_of_a_demo_reach_the_engine(string line, string? variable, string directory, double? seconds)
    {
        if (variable is not null)
        {
            _line.Environment["AURUM_DATA_DIR"] = variable;
        }

        Assert.Equal(0, (await _line.RunAsync(line)).Code);

        var request = _line.Engine.Demonstrated!;
        Assert.Equal(Path.Combine(_line.Home, directory), request.DataDirectory);
        Assert.Equal(seconds, request.Duration?.TotalSeconds);
        Assert.Equal(Path.Combine(_line.Home, "config"), request.ConfigDirectory);
    }

    [Fact]
    public void The_configuration_beside_the_program_is_found_from_anywhere()
    {
        _line.WriteProvider("worldbank", WorldBank);
        var deep = Directory.CreateDirectory(Path.Combine(_line.Home, "src/bin/deep")).FullName;

        Assert.Equal(Path.Combine(_line.Home, "config"), ConfigurationDirectory.Find(deep, deep));
        Assert.Equal("config", ConfigurationDirectory.Find(_line.Home, deep));
    }

    public void Dispose() => _line.Dispose();

    private async Task<IReadOnlyList<ConfiguredProvider>> LoadAsync(string line)
    {
        var answer = await _line.RunAsync(line);
        Assert.Equal(("", 0), (answer.Error, answer.Code));
        return _line.Engine.Ran!.Configuration.Providers;
    }
}
