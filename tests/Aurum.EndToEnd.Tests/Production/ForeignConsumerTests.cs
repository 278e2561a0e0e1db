using System.Diagnostics;
using System.Text.Json;
using Aurum.Actors.Serialization.Kafka;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>Consumers that are not ours read the topics, with Kafka and Avro libraries of their own and the registered schema.</summary>
public sealed class ForeignConsumerTests
{
    private const string AvroLibrary = "avsc@5.7.7";

    [ForeignFact]
    public async Task They_decode_every_record_with_the_registered_schema()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        await world.Run().EndsWithAsync(0);

        var rows = (await StoreComparison.RowsAsync(world.Dsn)).ToDictionary(row => (row.Series.Code, row.Observation.Timestamp));
        var records = await DecodedAsync(world, KafkaSchemas.Observations.Topic);
        Assert.Equal(rows.Count, records.Count);
        foreach (var record in records)
        {
            var timestamp = DateTime.UnixEpoch.AddMicroseconds(record.GetProperty("ts").GetInt64());
            var row = rows[(record.GetProperty("series_id").GetString()!, timestamp)];
            Assert.Equal(row.Observation.Value, record.GetProperty("value").Deserialize<double?>());
            Assert.Equal(row.Observation.AsOf, DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(record.GetProperty("asof_date").GetInt32()));
            Assert.Equal(row.Attributes.UnitCode, record.GetProperty("unit_code").GetString());
            Assert.Equal((row.RunId, row.EventId), (record.GetProperty("ingest_run_id").GetString(), record.GetProperty("source_event_id").GetString()));
        }

        var titles = (await DecodedAsync(world, KafkaSchemas.Catalog.Topic)).Select(entry => entry.GetProperty("series_id").GetString());
        Assert.Equal(world.World.Plans[0].Series.Select(series => series.Code).Order(StringComparer.Ordinal), titles.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>kcat takes the records from the brokers, and avsc for Node.js decodes them.</summary>
    private static async Task<IReadOnlyList<JsonElement>> DecodedAsync(ProductionWorld world, string topic)
    {
        var folder = Directory.CreateDirectory(Path.Combine(world.World.Folder, "foreign")).FullName;
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "avsc")))
        {
            await ShellAsync(folder, $"npm install --silent --no-audit --no-fund --prefix . {AvroLibrary}");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Production", "decode-avro.js");
        var output = await ShellAsync(
            folder,
            $"set -o pipefail; kcat -q -C -b {world.Kafka.BootstrapServers} -t {topic} -o beginning -e -f '%R%s' | NODE_PATH=node_modules node '{script}' {world.Registry.Address.AbsoluteUri.TrimEnd('/')}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<string> ShellAsync(string folder, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{command} ended with {shell.ExitCode}: {await errors}");
        return output;
    }

    /// <summary>Left out, with the reason, where one of the foreign programs is not installed.</summary>
    private sealed class ForeignFactAttribute : FactAttribute
    {
        public ForeignFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
            var missing = ((string[])["kcat", "node", "npm"]).Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray();
            if (missing.Length > 0)
            {
                Skip = $"not installed: {string.Join(", ", missing)}";
            }
        }
    }
}
