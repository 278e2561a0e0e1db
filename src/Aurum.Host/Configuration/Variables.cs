namespace Aurum.Host.Configuration;

/// <summary>The environment as configuration reads it: a variable that is empty counts as not set.</summary>
internal static class Variables
{
    /// <summary>Names the data directory where no option does.</summary>
    public const string DataDirectory = "AURUM_DATA_DIR";

    /// <summary>A postgresql:// URL; with it the store is that database instead of a file.</summary>
    public const string Database = "AURUM_APP_DB_DSN";

    /// <summary>HOST:PORT, several separated by commas; with it observations go through Kafka.</summary>
    public const string KafkaServers = "KAFKA_BOOTSTRAP_SERVERS";

    public const string RegistryAddress = "SCHEMA_REGISTRY_URL";

    /// <summary>USER:PASSWORD.</summary>
    public const string RegistryUser = "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO";

    public const string RegistryToken = "SCHEMA_REGISTRY_BEARER_AUTH_TOKEN";

    /// <summary>text or json.</summary>
    public const string LogFormat = "AURUM_LOG_FORMAT";

    public const string Roles = "AURUM_ROLES";

    /// <summary>HOST:PORT of the nodes that others ask to be let in, the same list on all; the first may found the cluster.</summary>
    public const string SeedNodes = "AURUM_SEED_NODES";

    /// <summary>The name or address by which other nodes reach this one.</summary>
    public const string NodeHost = "AURUM_NODE_HOST";

    public const string NodePort = "AURUM_NODE_PORT";

    /// <summary>The address to listen on for other nodes.</summary>
    public const string NodeBind = "AURUM_NODE_BIND";

    public const string ClusterName = "AURUM_CLUSTER_NAME";

    /// <summary>PEM files; with them nodes know each other by certificates of one authority, and speak in secret.</summary>
    public const string NodeCertificate = "AURUM_NODE_CERT";

    public const string NodeKey = "AURUM_NODE_KEY";

    public const string NodeAuthority = "AURUM_NODE_CA";

    /// <summary>Where a node that goes on answers over HTTP.</summary>
    public const string HttpPort = "AURUM_HTTP_PORT";

    public const string HttpHost = "AURUM_HTTP_HOST";

    /// <summary>Where commands find the node that they ask.</summary>
    public const string ApiAddress = "AURUM_API_URL";

    /// <summary>Who has it may do everything over HTTP; commands show it to the node that they ask.</summary>
    public const string AdminToken = "AURUM_ADMIN_TOKEN";

    /// <summary>A file of hashed tokens with their roles, besides or instead.</summary>
    public const string AdminTokensFile = "AURUM_ADMIN_TOKENS_FILE";

    public static string? Read(this IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
