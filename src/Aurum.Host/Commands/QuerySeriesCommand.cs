using System.CommandLine;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary><c>aurum query series</c>: the catalog, with what is stored of each series.</summary>
internal static class QuerySeriesCommand
{
    private static readonly Column<SeriesSummary>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Series.Provider)),
        new("series_id", (row, cell) => cell.Text(row.Series.Code)),
        new("title", (row, cell) => cell.Text(row.Entry?.Title)),
        new("unit_code", (row, cell) => cell.Text(row.Entry?.UnitCode)),
        new("frequency_code", (row, cell) => cell.Text(row.Entry?.FrequencyCode)),
        new("dataset_code", (row, cell) => cell.Text(row.Entry?.DatasetCode)),
        new("observations", (row, cell) => cell.Integer(row.Observations), RightAligned: true),
        new("first", (row, cell) => cell.Timestamp(row.First)),
        new("last", (row, cell) => cell.Timestamp(row.Last)),
        new("earlier_units", (row, cell) => cell.Text(row.Entry?.Metadata?.GetValueOrDefault("earlier_units")), OnlyWherePresent: true, InTable: false),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var provider = Arguments.Text("--provider", "NAME", "Only this provider's (default: all)");
        var format = Arguments.Format(OutputFormat.Table, OutputFormat.Csv, OutputFormat.Ndjson);
        var data = Arguments.DataDirectory();
        var command = new Command("series", "Stored series, with counts and first and last timestamp") { provider, format, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(provider);
            ProviderName.Check(name, surroundings);
            await using var stores = await StoreOpening.OpenAsync(parsed.GetValue(data), surroundings, cancellationToken);
            var writer = RowWriter<SeriesSummary>.Create(parsed.GetValue(format) ?? OutputFormat.Table, surroundings.Output, Columns);
            if (await writer.WriteAllAsync(stores.Catalog.ListAsync(name, cancellationToken), cancellationToken) == 0)
            {
                await surroundings.Error.WriteLineAsync("no series is stored yet");
            }

            return ExitCodes.Good;
        });
        return command;
    }
}
