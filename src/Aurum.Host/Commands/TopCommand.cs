using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;
using Spectre.Console;

namespace Aurum.Host.Commands;

/// <summary><c>aurum top</c>: the providers' rates, quotas, lanes and breakers, and how far processing is behind, as they change.</summary>
internal static class TopCommand
{
    private const string LagMetric = "aurum_consumer_lag";
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2);

    private static readonly Column<Row>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("health", (row, cell) => cell.Text(row.Health)),
        new("state", (row, cell) => cell.Text(row.State)),
        new("requests", (row, cell) => cell.Integer(row.Requests), RightAligned: true),
        new("rate", (row, cell) => cell.Text(row.Limit.RequestsPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##}/s") : null), RightAligned: true),
        new("quota_left", (row, cell) => cell.Text(Quota(row.Limit)), RightAligned: true),
        new("waiting_inc_cat_back", (row, cell) => cell.Text(row.Limit.Waiting is { } lanes ? $"{lanes.Incremental} {lanes.Catalog} {lanes.Backfill}" : null), RightAligned: true),
        new("waiting_for", (row, cell) => cell.Text(row.Limit.WaitingFor)),
        new("hold_until", (row, cell) => cell.Timestamp(row.Limit.HoldUntil?.UtcDateTime)),
        new("breaker", (row, cell) => cell.Text(row.Limit.Breaker)),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var once = Arguments.Flag("--once", "One look, as where the output is no terminal");
        var interval = Arguments.Seconds("--interval", "From one look to the next (default: 2)");
        var json = Arguments.Flag("--json", "One look, for programs");
        var command = new Command("top", "Providers, rates, quotas, lanes, breakers and lag, as they change") { once, interval, json };
        command.SetAction((parsed, _) => UntilStopped.RunAsync(async stop =>
        {
            using var node = new NodeClient(NodeAddress.Read(surroundings.Environment));
            if (parsed.GetValue(once) || parsed.GetValue(json) || surroundings.Keys is null)
            {
                var answer = await LookAsync(node, stop);
                new NodeOutput(surroundings.Output, parsed.GetValue(json)).Table<Row>(answer, Columns, _ => Counts(answer));
                return ExitCodes.Good;
            }

            await ShowAsync(node, parsed.GetValue(interval) ?? DefaultInterval, stop);
            return ExitCodes.Good;
        }));
        return command;
    }

    /// <summary>A node that goes away for a while is waited for: that is when one looks.</summary>
    private static Task ShowAsync(NodeClient node, TimeSpan interval, CancellationToken stop) => AnsiConsole.Live(new Text("")).StartAsync(async live =>
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var answer = await LookAsync(node, stop);
                live.UpdateTarget(Table(answer));
            }
            catch (CommandException away)
            {
                live.UpdateTarget(new Text(away.Message, new Style(Color.Red)));
            }

            live.Refresh();
            await Task.Delay(interval, stop);
        }
    });

    private static Table Table(NodeAnswer answer)
    {
        var table = new Table().Border(TableBorder.Simple).Caption(Markup.Escape($"{Counts(answer)} (from {answer.From})"));
        var shown = Columns.ToArray();
        foreach (var column in shown)
        {
            table.AddColumn(new TableColumn(column.Name.Replace('_', ' ')) { Alignment = column.RightAligned ? Justify.Right : Justify.Left });
        }

        foreach (var row in answer.Items<Row>())
        {
            table.AddRow([.. shown.Select(column => new Text(Cell.Of(row, column), new Style(row.Health == "healthy" ? Color.Default : Color.Yellow)))]);
        }

        return table;
    }

    private static async Task<NodeAnswer> LookAsync(NodeClient node, CancellationToken stop)
    {
        var limits = node.GetAsync("/v1/admin/external/ratelimits", stop);
        var health = node.GetAsync("/v1/admin/external/health", stop);
        var lag = LagAsync(node, stop);
        await Task.WhenAll(limits, health, lag);
        var providers = (await health).Only("providers").Items<ProviderHealth>().ToDictionary(provider => provider.Provider);
        var rows = (await limits).Items<RateLimitItem>().Select(limit => Row.Of(limit, providers.GetValueOrDefault(limit.Provider)));
        return new NodeAnswer((await limits).From, JsonSerializer.SerializeToElement(new { items = rows, consumer_lag = await lag }, NodeAnswer.Json));
    }

    /// <summary>Null on a node that does not process.</summary>
    private static async Task<long?> LagAsync(NodeClient node, CancellationToken stop)
    {
        long? lag = null;
        await foreach (var line in node.LinesAsync("/metrics", stop))
        {
            if (line.StartsWith(LagMetric, StringComparison.Ordinal) && line.Split(' ') is [_, var value, ..] && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var records))
            {
                lag = (long)records;
            }
        }

        return lag;
    }

    private static string Quota(RateLimitItem limit) => limit.DailyQuota is { } quota ? $"{limit.PermitsLeft ?? quota} of {quota}" : "no quota";

    private static string Counts(NodeAnswer answer)
    {
        var rows = answer.Items<Row>();
        var lag = answer.Body.TryGetProperty("consumer_lag", out var records) && records.ValueKind == JsonValueKind.Number ? string.Create(CultureInfo.InvariantCulture, $", {records.GetInt64():N0} records behind") : "";
        return $"{NodeOutput.Count(rows.Count, "provider")}, {rows.Count(row => row.Health == "healthy")} healthy{lag}";
    }

    private sealed record Row(string Provider, string? Health, string? State, long Requests, RateLimitItem Limit)
    {
        public static Row Of(RateLimitItem limit, ProviderHealth? health) =>
            new(limit.Provider, health?.Status.ToString().ToLowerInvariant(), health?.State, health?.Requests ?? 0, limit);
    }

    /// <summary>The text of one cell.</summary>
    private sealed class Cell : CellWriter
    {
        private string _text = "";

        public static string Of(Row row, Column<Row> column)
        {
            var cell = new Cell();
            column.Write(row, cell);
            return cell._text;
        }

        public override void Text(string? value) => _text = value ?? "-";

        public override void Number(double? value) => _text = value?.ToString(CultureInfo.InvariantCulture) ?? "-";

        public override void Integer(long value) => _text = value.ToString("N0", CultureInfo.InvariantCulture);

        public override void Timestamp(DateTime? value) => _text = value?.ToString(Formats.Timestamp, CultureInfo.InvariantCulture) ?? "-";

        public override void Day(DateOnly value) => _text = value.ToString(Formats.Day, CultureInfo.InvariantCulture);
    }
}
