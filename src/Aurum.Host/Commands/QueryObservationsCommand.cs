using System.CommandLine;
using System.CommandLine.Parsing;
using Aurum.Domain;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary><c>aurum query observations</c>: stored values, streamed.</summary>
internal static class QueryObservationsCommand
{
    private static readonly Column<StoredObservation>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Series.Provider), InTable: false),
        new("series_id", (row, cell) => cell.Text(row.Series.Code)),
        new("timestamp", (row, cell) => cell.Timestamp(row.Observation.Timestamp)),
        new("asof_date", (row, cell) => cell.Day(row.Observation.AsOf)),
        new("value", (row, cell) => cell.Number(row.Observation.Value), RightAligned: true),
        new("value_raw", (row, cell) => cell.Text(row.Observation.ValueRaw), OnlyWherePresent: true, InTable: false),
        new("unit_code", (row, cell) => cell.Text(row.Attributes.UnitCode)),
        new("frequency_code", (row, cell) => cell.Text(row.Attributes.FrequencyCode)),
        new("status", (row, cell) => cell.Text(row.Observation.Status)),
        new("quality_flag", (row, cell) => cell.Text(row.Observation.QualityFlag), OnlyWherePresent: true),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var provider = Arguments.Text("--provider", "NAME", "The provider whose series are read");
        provider.Required = true;
        var series = new Option<string[]>("--series")
        {
            Description = "Only this series; may be given several times (default: all)",
            HelpName = "ID",
            Arity = ArgumentArity.OneOrMore,
        };
        var from = Arguments.Moment("--from", "First timestamp that is wanted: YYYY-MM-DD or a full ISO time");
        var to = Arguments.Moment("--to", "First timestamp that is no longer wanted");
        var asOf = Arguments.Day("--as-of", "Values as they were known at the end of this day: YYYY-MM-DD");
        var vintages = Arguments.Text("--vintages", "WHICH", "latest value of each timestamp, or all that were ever known (default: latest)");
        vintages.Validators.Add(CheckVintages);
        var format = Arguments.Format(OutputFormat.Table, OutputFormat.Csv, OutputFormat.Ndjson);
        var data = Arguments.DataDirectory();
        var command = new Command("observations", "Stored observations of a provider") { provider, series, from, to, asOf, vintages, format, data };
        command.Validators.Add(result =>
        {
            if (result.GetResult(asOf) is not null && result.GetResult(vintages) is not null)
            {
                result.AddError("--as-of and --vintages exclude each other; expected at most one of them");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(provider)!;
            ProviderName.Check(name, surroundings);
            var window = new Window(parsed.GetValue(from) ?? Window.Everything.From, parsed.GetValue(to) ?? Window.Everything.To);
            if (window.IsEmpty)
            {
                throw new CommandException(ExitCodes.BadRequest, "--to: is not after --from, so nothing lies between them; expected a later date (--to itself is not included)");
            }

            await using var stores = await StoreOpening.OpenAsync(parsed.GetValue(data), surroundings, cancellationToken);
            var query = new ObservationQuery(
                name,
                [.. (parsed.GetValue(series) ?? []).Distinct(StringComparer.Ordinal)],
                window,
                Wanted(parsed.GetValue(asOf), parsed.GetValue(vintages)));
            var writer = RowWriter<StoredObservation>.Create(parsed.GetValue(format) ?? OutputFormat.Table, surroundings.Output, Columns);
            if (await writer.WriteAllAsync(stores.Observations.ReadAsync(query, cancellationToken), cancellationToken) == 0)
            {
                await surroundings.Error.WriteLineAsync("no observation matches; aurum query series lists what is stored");
            }

            return ExitCodes.Good;
        });
        return command;
    }

    private static void CheckVintages(OptionResult option)
    {
        if (option.Tokens is [var token] && token.Value is not ("latest" or "all"))
        {
            option.AddError($"--vintages: \"{token.Value}\" cannot be used; expected latest or all (--as-of takes a day)");
        }
    }

    private static Vintages Wanted(DateOnly? asOf, string? vintages) =>
        asOf is { } day ? new Vintages.AsOf(day)
        : vintages == "all" ? new Vintages.All()
        : new Vintages.Latest();
}
