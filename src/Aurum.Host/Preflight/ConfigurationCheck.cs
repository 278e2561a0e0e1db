using Aurum.Actors;
using Aurum.Host.Commands;
using Aurum.Host.Configuration;
using Aurum.Storage;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Preflight;

/// <summary>What of the configuration can be used: as much as there is, so that one wrong line hides nothing else.</summary>
internal sealed record ConfigurationCheck(
    IReadOnlyList<Finding> Findings, AurumConfiguration? Providers, PostgresDsn? Database, KafkaConfiguration? Kafka)
{
    private const string Name = "configuration";

    public static ConfigurationCheck Run(string directory, string dataDirectory, string[]? named, Surroundings surroundings)
    {
        var findings = new List<Finding>();
        var environment = surroundings.Environment;
        var providers = Try(() => AurumConfiguration.Load(directory, named, dataDirectory, surroundings.Providers, environment, surroundings.CurrentDirectory), findings);
        var database = Try(() => RoadConfiguration.ReadDatabase(environment), findings);
        var road = Try(() => RoadConfiguration.Load(directory, surroundings.CurrentDirectory, environment), findings);
        Try(() => HttpConfiguration.Load(NodeRoles.All, surroundings.CurrentDirectory, environment), findings);
        if (road is not null)
        {
            Try(() => ClusterConfiguration.Load(null, null, null, road, surroundings.CurrentDirectory, environment), findings);
        }

        if (findings.Count == 0)
        {
            findings.Add(Finding.Good(Name, $"{Path.Combine(directory, "providers")}: {string.Join(", ", providers!.Providers.Select(provider => $"{provider.Provider.Descriptor.Name} ({provider.Settings.Datasets.Count} datasets)"))}"));
        }

        findings.AddRange((providers?.Warnings ?? []).Select(warning => Finding.Warning(Name, warning, "set the key, or remove the provider's file where it is not wanted")));
        return new ConfigurationCheck([.. findings.Distinct()], providers, database, road?.Kafka);
    }

    private static T? Try<T>(Func<T?> read, List<Finding> findings)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ConfigurationException unusable)
        {
            findings.AddRange(unusable.Problems.Select(problem => Finding.Failed(Name, problem, "put there what is expected; docs/configuration.md lists all there is", ExitCodes.BadRequest)));
        }
        catch (Exception unusable) when (unusable is StorageException or CommandException)
        {
            findings.Add(Finding.Failed(Name, unusable.Message, "put there what is expected; docs/configuration.md lists all there is", ExitCodes.OutsideSystemMissing));
        }

        return null;
    }
}
