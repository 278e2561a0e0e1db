using Aurum.Actors;
using Aurum.Actors.Topics;
using Aurum.SchemaRegistry;
using Aurum.Storage;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Configuration;

/// <summary>Where the road of an observation leads: which of its parts are outside systems, and how they are reached.</summary>
/// <param name="Database">The PostgreSQL that holds store and journal; null for files in the data directory.</param>
/// <param name="Kafka">What lies between collectors and processors; null where one process does both.</param>
public sealed record RoadConfiguration(PostgresDsn? Database, KafkaConfiguration? Kafka)
{
    /// <summary>Everything in one process, with nothing outside of it.</summary>
    public static readonly RoadConfiguration Embedded = new(null, null);

    /// <summary>What the environment names.</summary>
    /// <param name="directory">The configuration directory, for <c>kafka.json</c>.</param>
    /// <exception cref="ConfigurationException">It cannot be used; every reason at once.</exception>
    /// <exception cref="StorageException">The address of the database cannot be read.</exception>
    public static RoadConfiguration Load(string directory, string currentDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new List<string>();
        var database = ReadDatabase(environment);
        var kafka = environment.Read(Variables.KafkaServers) is null ? null : KafkaConfiguration.Read(directory, currentDirectory, environment, problems);
        if (kafka is not null && database is null)
        {
            problems.Add($"{Variables.Database}: is not set; expected the postgresql:// URL of the database that what {Variables.KafkaServers} carries is stored in");
        }

        return problems.Count == 0 ? new RoadConfiguration(database, kafka) : throw new ConfigurationException(problems);
    }

    /// <exception cref="StorageException">The address cannot be read.</exception>
    internal static PostgresDsn? ReadDatabase(IReadOnlyDictionary<string, string> environment)
    {
        try
        {
            return environment.Read(Variables.Database) is { } dsn ? PostgresDsn.Parse(dsn) : null;
        }
        catch (FormatException wrong)
        {
            throw new StorageException($"{Variables.Database}: {wrong.Message}", wrong);
        }
    }
}

/// <summary>Kafka and the registry of its schemas, which is no use without it.</summary>
public sealed record KafkaConfiguration(KafkaOptions Options, IReadOnlyList<TopicSettings> Topics, SchemaRegistryOptions Registry)
{
    internal static KafkaConfiguration? Read(string directory, string currentDirectory, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var (options, topics) = ReadKafka(directory, currentDirectory, environment, problems) ?? default;
        var registry = ReadRegistry(environment, problems);
        return options is null || registry is null ? null : new KafkaConfiguration(options, topics, registry);
    }

    internal static (KafkaOptions Options, IReadOnlyList<TopicSettings> Topics)? ReadKafka(
        string directory, string currentDirectory, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (environment.Read(Variables.KafkaServers) is { } servers)
        {
            return KafkaFile.Read(directory, currentDirectory, servers, environment, problems);
        }

        problems.Add($"{Variables.KafkaServers}: is not set; expected the address of at least one broker, as HOST:PORT");
        return null;
    }

    internal static SchemaRegistryOptions? ReadRegistry(IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (environment.Read(Variables.RegistryAddress) is not { } address)
        {
            problems.Add($"{Variables.RegistryAddress}: is not set; expected the address of the schema registry, without which nothing is written to Kafka or read from it");
            return null;
        }

        try
        {
            return SchemaRegistryOptions.Parse(address, Credentials(environment));
        }
        catch (FormatException wrong)
        {
            problems.Add($"{Variables.RegistryAddress}: {wrong.Message}");
            return null;
        }
    }

    private static SchemaRegistryCredentials? Credentials(IReadOnlyDictionary<string, string> environment) =>
        (environment.Read(Variables.RegistryUser), environment.Read(Variables.RegistryToken)) switch
        {
            (null, null) => null,
            ({ } user, null) => SchemaRegistryCredentials.ParseBasic(user),
            (null, { } token) => SchemaRegistryCredentials.Bearer(token),
            _ => throw new FormatException($"{Variables.RegistryUser} and {Variables.RegistryToken} are both set; expected at most one of them."),
        };
}
