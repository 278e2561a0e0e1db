using System.CommandLine;
using Aurum.Domain;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary><c>aurum status</c>: what providers and series last said of themselves.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var format = Arguments.Format(OutputFormat.Table, OutputFormat.Json);
        var data = Arguments.DataDirectory();
        var command = new Command("status", "Each provider and series: last run, checkpoint, failures, permits, breaker") { format, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var stores = await StoreOpening.OpenAsync(parsed.GetValue(data), surroundings, cancellationToken);
            var providers = await stores.Status.ProvidersAsync(cancellationToken);
            var series = await stores.Status.SeriesAsync(provider: null, cancellationToken);
            if (parsed.GetValue(format) == OutputFormat.Json)
            {
                StatusReport.WriteJson(surroundings.Output, providers, series);
                return ExitCodes.Good;
            }

            if (providers.Count == 0 && series.Count == 0)
            {
                await surroundings.Error.WriteLineAsync("nothing has run on this store yet");
            }

            StatusReport.WriteTable(surroundings.Output, providers, series);
            return ExitCodes.Good;
        });
        return command;
    }
}
