using Aurum.Host.Configuration;
using Aurum.Simulator;

namespace Aurum.Host.Engine;

/// <summary>What happens in the simulated world between two collections of the demo: new periods appear, some values are revised.</summary>
internal static class DemoNews
{
    public static void Publish(Truth truth, AurumConfiguration configuration, int cycle)
    {
        foreach (var configured in configuration.Providers)
        {
            var series = configured.Settings.Datasets
                .SelectMany(dataset => configured.Provider.Expand(dataset, []) ?? [])
                .Select(definition => definition.Id)
                .ToArray();
            if (series.Length == 0)
            {
                continue;
            }

            truth.Publish(series[cycle % series.Length], 1);
            var revised = series[(cycle + 1) % series.Length];
            if (truth.Of(revised).LastOrDefault(observation => observation.Value is not null) is { Value: { } value } latest)
            {
                truth.Revise(revised, latest.Timestamp, Math.Round(value * 1.01, 3));
            }
        }
    }
}
