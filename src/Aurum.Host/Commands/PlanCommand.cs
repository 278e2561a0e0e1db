using System.CommandLine;
using System.Globalization;
using Aurum.Actors.Collection;
using Aurum.Domain;
using Aurum.Host.Configuration;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum plan</c>: what a first collection will cost, before any call.</summary>
internal static class PlanCommand
{
    private static readonly Column<ProviderEstimate>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series", (row, cell) => cell.Integer(row.Series), RightAligned: true),
        new("catalog_requests", (row, cell) => cell.Integer(row.CatalogRequests), RightAligned: true),
        new("requests", (row, cell) => cell.Integer(row.Requests), RightAligned: true),
        new("rows", (row, cell) => cell.Integer(row.Rows), RightAligned: true),
        new("bound", (row, cell) => cell.Text(row.Unlisted.Count > 0 ? "at least" : row.IsBound ? "at most" : null), OnlyWherePresent: true),
        new("days_at_quota", (row, cell) => cell.Number(row.DaysAtQuota is { } days ? Math.Round(days, 2) : null), RightAligned: true),
        new("seconds_at_rate", (row, cell) => cell.Number(Math.Round(row.TimeAtRate.TotalSeconds)), RightAligned: true),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var providers = Arguments.Names("--providers", "NAMES", "Only these, separated by commas (default: all that are configured)");
        var from = Arguments.Moment("--from", "First timestamp that is wanted: YYYY-MM-DD or a full ISO time");
        var to = Arguments.Moment("--to", "First timestamp that is no longer wanted");
        var format = Arguments.Format(OutputFormat.Table, OutputFormat.Csv, OutputFormat.Ndjson);
        var config = Arguments.ConfigDirectory();
        var data = Arguments.DataDirectory();
        var command = new Command("plan", "Requests, rows and time that a first collection takes, before any call") { providers, from, to, format, config, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = AurumConfiguration.Load(
                Arguments.ConfigDirectory(parsed.GetValue(config), surroundings),
                parsed.GetResult(providers) is null ? null : parsed.GetValue(providers),
                Arguments.DataDirectory(parsed.GetValue(data), surroundings),
                surroundings.Providers,
                surroundings.Environment,
                surroundings.CurrentDirectory,
                needsKeys: false);
            var window = new Window(parsed.GetValue(from) ?? Window.Everything.From, parsed.GetValue(to) ?? Window.Everything.To);
            if (window.IsEmpty)
            {
                throw new CommandException(ExitCodes.BadRequest, "--to: is not after --from, so nothing lies between them; expected a later date (--to itself is not included)");
            }

            var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            await using var stores = await StoreOpening.FindAsync(parsed.GetValue(data), surroundings, cancellationToken);
            var known = stores is null ? EarlierCollections.None : await EarlierCollections.ReadAsync(stores.Catalog, stores.Status, cancellationToken);
            var estimates = configuration.Providers.Select(configured => ProviderEstimate.Of(configured.Provider, configured.Settings, window, today, known)).ToArray();
            RowWriter<ProviderEstimate>.Create(parsed.GetValue(format) ?? OutputFormat.Table, surroundings.Output, Columns).WriteAll(estimates);
            foreach (var (estimate, dataset) in estimates.SelectMany(estimate => estimate.Unlisted.Select(dataset => (estimate, dataset))))
            {
                await surroundings.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{estimate.Provider}, {dataset.Key}: only the provider can list its series, which takes at least {dataset.Requests} {(dataset.Requests == 1 ? "request" : "requests")}; no more of it is counted until it was collected once"));
            }

            foreach (var estimate in estimates.Where(estimate => estimate.IsBound))
            {
                await surroundings.Error.WriteLineAsync($"{estimate.Provider}: at most, as only a collection tells which of the series have data");
            }

            return ExitCodes.Good;
        });
        return command;
    }
}
