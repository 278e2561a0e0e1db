using Aurum.Actors;
using Aurum.Actors.Topics;
using Aurum.Providers.Settings;

namespace Aurum.Host.Configuration;

/// <summary>
/// Binds <c>kafka.json</c> of the configuration directory, which need not be there, together with the <c>KAFKA_*</c> variables
/// that name librdkafka's properties.
/// </summary>
internal static class KafkaFile
{
    public const string Name = "kafka.json";

    private const string Prefix = "KAFKA_";

    /// <summary>
    /// Beginnings of the properties that a variable may set. Not every KAFKA_* variable is ours: Kubernetes sets some for a Service
    /// that is called kafka.
    /// </summary>
    private static readonly string[] Settable = ["security.", "sasl.", "ssl.", "client.", "enable.ssl.", "enable.sasl.", "broker.address.", "https."];

    /// <param name="directory">The configuration directory, as it was named.</param>
    public static (KafkaOptions Options, IReadOnlyList<TopicSettings> Topics) Read(
        string directory,
        string currentDirectory,
        string servers,
        IReadOnlyDictionary<string, string> environment,
        List<string> problems)
    {
        var file = Path.Combine(directory, Name);
        var path = Path.GetFullPath(file, currentDirectory);
        var found = new List<string>();
        var root = File.Exists(path) ? ProviderFile.Read(file, path, problems) : null;
        var node = new SettingsNode(root ?? System.Text.Json.JsonDocument.Parse("{}").RootElement, "$", found);
        var options = new KafkaOptions(
            servers,
            node.OptionalString("group_id") ?? KafkaOptions.DefaultGroupId,
            With(node.Texts("properties", CheckProperty), FromVariables(environment)),
            node.Texts("producer", CheckProperty),
            node.Texts("consumer", CheckProperty));
        var topics = Topics(node.Child("topics"));
        node.NothingElse();
        if (found.Count == 0 && KafkaProperties.Check(options) is { } refused)
        {
            problems.Add($"{Origin(refused.Property, file, options, environment)}: {refused.Reason}");
        }

        problems.AddRange(found.Distinct(StringComparer.Ordinal).Select(problem => $"{file}: {problem}"));
        return (options, topics);
    }

    /// <summary>Where a property that librdkafka refuses was said.</summary>
    private static string Origin(string? property, string file, KafkaOptions options, IReadOnlyDictionary<string, string> environment) =>
        property is null ? Variables.KafkaServers
        : environment.Keys.FirstOrDefault(name => PropertyOf(name) == property) is { } variable ? variable
        : $"{file}: $.{(options.Producer.ContainsKey(property) ? "producer" : options.Consumer.ContainsKey(property) ? "consumer" : "properties")}.{property}";

    private static List<TopicSettings> Topics(SettingsNode node)
    {
        var topics = TopicSettings.Defaults.Select(defaults =>
        {
            var topic = node.Child(defaults.Name);
            var settings = defaults with
            {
                Partitions = topic.Integer("partitions", defaults.Partitions, atLeast: 1, atMost: 10_000),
                Replication = topic.Integer("replication", defaults.Replication, atLeast: 1, atMost: 100),
                Other = With(defaults.Other ?? new Dictionary<string, string>(), topic.Texts("config")),
            };
            topic.NothingElse();
            return settings;
        }).ToList();
        node.NothingElse();
        return topics;
    }

    private static string? CheckProperty(string name) => KafkaOptions.Fixed.GetValueOrDefault(name);

    private static Dictionary<string, string> FromVariables(IReadOnlyDictionary<string, string> environment)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in environment.Keys)
        {
            if (PropertyOf(variable) is { } property && environment.Read(variable) is { } value)
            {
                properties[property] = value;
            }
        }

        return properties;
    }

    /// <summary>KAFKA_SASL_USERNAME sets sasl.username; null for a variable that sets none.</summary>
    private static string? PropertyOf(string variable) =>
        variable.StartsWith(Prefix, StringComparison.Ordinal)
        && variable[Prefix.Length..].ToLowerInvariant().Replace('_', '.') is var property
        && Settable.Any(beginning => property.StartsWith(beginning, StringComparison.Ordinal))
            ? property
            : null;

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> some, IReadOnlyDictionary<string, string> more)
    {
        var all = new Dictionary<string, string>(some, StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        return all;
    }
}
