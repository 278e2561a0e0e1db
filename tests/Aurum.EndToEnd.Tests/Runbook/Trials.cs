namespace Aurum.EndToEnd.Tests.Runbook;

/// <summary>What each command of the manual shows, in its order.</summary>
internal static class Trials
{
    public static Trial[] All { get; } =
    [
        new("aurum db migrate", "applied 0010_pipeline_run_step_datasets", " is up to date"),
        new("aurum topics check", "aurum.ingestion.dlq.v1: is not there") { Ends = 1 },
        new("aurum topics ensure", "aurum.ext.timeseries.obs.v1: made, with 12 partitions"),
        new("aurum schemas check", "aurum.ext.timeseries.obs.v1-value: is not there and would be taken"),
        new("aurum schemas register", "aurum.ext.timeseries.obs.v1-value: registered, id 1"),

        new("aurum preflight", "good     database migrations    all 10 are applied", "good     key worldbank          the provider answers and takes it", ", 0 failed"),
        new("aurum preflight --providers fred,eia --json", "\"check\":\"key eia\",\"state\":\"good\""),

        new("SELECT * FROM external_collect_checkpoints WHERE outcome = 'failed';", "(0 rows)") { Before = desk => desk.FirstNodeRunsAsync() },
        new("SELECT * FROM external.timeseries_observation_latest WHERE provider = 'fred' AND series_id = 'DGS10' ORDER BY timestamp DESC LIMIT 5;", "DGS10"),
        new("SELECT reasons, record FROM external.timeseries_observation_quarantine ORDER BY quarantined_at DESC LIMIT 20;", "(0 rows)"),
        new("DELETE FROM external.timeseries_observation_fred WHERE timestamp < NOW() - INTERVAL '5 years';", "DELETE 0"),
        new("VACUUM ANALYZE external.timeseries_observation_fred;", "VACUUM"),

        new("export AURUM_APP_DB_DSN=postgresql://aurum:…@db.example:5432/aurum"),
        new("export AURUM_SEED_NODES=node-1.example:4053,node-2.example:4053,node-3.example:4053"),
        new("export AURUM_NODE_HOST=node-2.example"),
        new GoesOn("aurum run --loop"),

        new("aurum dlq list", "1 dead letter") { Before = desk => desk.ALetterIsDeadAsync() },
        new("aurum dlq show aurum.ext.timeseries.obs.v1:3:5000", "no finite number"),
        new("aurum dlq replay aurum.ext.timeseries.obs.v1:3:5000 --reason \"the rule is repaired\"", "published again to aurum.ext.timeseries.obs.v1"),
        new("aurum dlq drop aurum.ext.timeseries.obs.v1:3:5000 --reason \"known to be wrong\"", "dropped") { Before = desk => desk.ALetterIsAsync() },
        new NotTried("kcat -b $KAFKA_BOOTSTRAP_SERVERS -r $SCHEMA_REGISTRY_URL -s value=avro -C -t aurum.ingestion.dlq.v1 -e", "Debian's kcat knows no Avro; ForeignConsumerTests decode with other programs"),

        new NotTried("dotnet publish src/Aurum.Host --configuration Release --output /opt/aurum", NotTried.InstallsASystem),
        new NotTried("useradd --system --home-dir /var/lib/aurum --shell /usr/sbin/nologin aurum", NotTried.InstallsASystem),
        new NotTried("install -d /etc/aurum && cp -r config/kafka.json config/providers /etc/aurum/", NotTried.InstallsASystem),
        new NotTried("install -m 600 /dev/null /etc/aurum/aurum.env", NotTried.InstallsASystem),
        new NotTried("cp scripts/systemd/aurum-external-collector.service /etc/systemd/system/", NotTried.InstallsASystem),
        new NotTried("systemctl daemon-reload && systemctl enable --now aurum-external-collector", NotTried.InstallsASystem),
        new NotTried("journalctl --unit aurum-external-collector --follow", NotTried.InstallsASystem),

        new("aurum status", "DGS10"),
        new("aurum status --format json", "DGS10"),
        new("aurum query series --provider noaa", "GHCND:USW00094728:TMAX"),
        new EndlessTrial("aurum top", "worldbank", Columns: 160),
        new("aurum top --once", "worldbank"),

        new("aurum sla", "4 providers", " 0 violations in 24 hours"),
        new("aurum sla violations", "0 violations"),
        new("aurum sla series --provider fred --state stale", "0 stale"),

        new("aurum inspect cluster show", "2 members, 2 up"),
        new("aurum inspect cluster status", "2 members"),
        new("aurum inspect cluster leader", "the leader is akka.tcp://"),
        new("aurum inspect cluster leave --address node-2.example:4053 --reason \"its disk is to be changed\"", "is leaving") { After = desk => desk.SecondNodeIsGoneAsync() },
        new("aurum inspect cluster down --address node-2.example:4053 --reason \"its power has failed\"", "is declared dead") { Before = desk => desk.SecondNodeIsLostAsync(), After = desk => desk.SecondNodeIsGoneAsync() },
        new EndlessTrial("aurum inspect cluster tail", "member up"),
        new("aurum inspect cluster-sharding region-stats", "provider  akka.tcp://", "series    akka.tcp://") { Before = desk => desk.ShardsAreKnownAsync() },
        new("aurum inspect actor hierarchy -s /user/fetcher -d 2", "fred  ProviderFetcherActor"),
        new("echo 'cluster show' | aurum inspect", "1 member, 1 up"),

        new("aurum ratelimits show", "4 providers, 0 held, 0 paused, 0 set by hand"),
        new("aurum ratelimits set fred --rps 0.5 --daily-quota 2000 --reason \"asked by mail to slow down\"", "0.5 requests a second, 2000 requests a day from now on"),
        new("aurum ratelimits reset fred", "the limits are those of the configuration"),
        new("aurum ratelimits hold eia --for 10m --reason \"maintenance of theirs\"", "no request for 00:10:00"),
        new("aurum ratelimits release eia", "the hold is over"),
        new("aurum breaker show", "4 breakers, 0 not closed"),
        new("aurum breaker open noaa --for 1h", "the breaker is open for 01:00:00"),
        new("aurum breaker close noaa", "the breaker is closed"),
        new("aurum providers list", "4 providers, 4 healthy"),
        new("aurum providers pause worldbank --reason \"until the new key is here\"", "worldbank is paused"),
        new("aurum providers resume worldbank", "worldbank is resumed"),

        new("aurum series list --provider fred --state failed", "0 series, 0 failed"),
        new("aurum series show fred/DGS10", "history       complete"),
        new("aurum series pause fred/DGS10 --reason \"wrong values since Monday, they know\"", "fred/DGS10 is paused"),
        new("aurum series resume fred/DGS10", "fred/DGS10 is resumed"),
        new("aurum series trigger fred/DGS10", " has begun") { Before = desk => desk.NothingIsCollectedAsync() },
        new("aurum series reset fred/DGS10 --dry-run", "nothing was changed: the next run reads") { Before = desk => desk.NothingIsCollectedAsync("fred/DGS10") },
        new("aurum series reset fred/DGS10 --reason \"restated without a new vintage\"", "the next run reads"),
        new("aurum checkpoints list --provider eia", "3 series, 0 without a checkpoint"),
        new("aurum checkpoints set eia/petroleum/pri/spt:daily:RWTC --to 2024-01-01", "again from 2024-01-01 on"),

        new("aurum pipelines list", "external_incremental   no", "3 pipelines"),
        new("aurum pipelines trigger external_incremental --reason \"after the outage\"", "of external_incremental is queued") { Before = desk => desk.NothingIsCollectedAsync(), After = desk => desk.TheRunIsTheNewestOfAsync("external_incremental") },
        new("aurum pipelines runs external_incremental", "2 runs"),
        new("aurum pipelines show RUN --follow", "collect_worldbank: success, series 7/7", "    GSOM", "after the outage"),
        new("aurum pipelines pause external_incremental --reason maintenance", "external_incremental is paused"),
        new("aurum pipelines resume external_incremental", "external_incremental is resumed"),
        new("aurum pipelines cancel RUN", " is cancelled") { Before = desk => desk.ARunWaitsAsync(), After = desk => desk.TheWaitingRunIsCancelledAsync() },

        new("aurum dags trigger external_backfill -c '{\"providers\": [{\"name\": \"fred\", \"datasets\": [\"DEXUSEU\"]}]}'", "of external_backfill is queued"),
        new("aurum dags list-runs external_incremental", "3 runs"),
        new("aurum dags backfill external_incremental --start-date 2024-01-01 --end-date 2024-01-02", "of external_backfill is queued"),
        new("aurum tasks test external_incremental collect_fred 2024-01-01", "collect_fred: success, series 5/5") { Before = desk => desk.NothingIsCollectedAsync() },

        new("aurum backfill plan --provider noaa --from 2000-01-01 --to 2010-01-01", "1 plan"),
        new("aurum backfill start --provider noaa --series GHCND:USW00094728:TMAX --from 2000-01-01 --to 2010-01-01 --follow", "backfill_noaa: success, series 1/1, 1/1 parts of 2000-01-01 to 2010-01-01"),
        new("aurum backfill list", "3 runs"),
        new("aurum backfill show RUN", "success, asked for by local") { Before = desk => desk.TheRunIsTheNewestOfAsync("external_backfill") },
        new("aurum backfill pause RUN", " is paused") { Before = desk => desk.ABackfillWaitsAsync(), After = desk => desk.TheRunBecomesAsync("paused") },
        new("aurum backfill resume RUN", " is resumed"),
        new("aurum backfill cancel RUN", " is cancelled") { After = desk => desk.TheWaitingBackfillIsCancelledAsync() },

        new("curl -s localhost:8080/health/external", "{\"status\":\"healthy\",\"providers\":{\"eia\":\"healthy\""),
        new("curl -s localhost:8080/v1/admin/external/health/fred", "{\"provider\":\"fred\",\"status\":\"healthy\""),
        new("curl -s localhost:8080/v1/admin/external/ratelimits", "\"provider\":\"worldbank\""),
        new("curl -s 'localhost:8080/v1/external/observations?provider=fred&series=DGS10&from=2024-01-01&as_of=2024-03-01&format=csv'", "provider,series_id,timestamp,asof_date,value"),
    ];
}
