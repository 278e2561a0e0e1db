using System.Collections.Immutable;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Settings;

/// <summary>What settings of producers and consumers share. They are immutable; every With… gives a changed copy.</summary>
public abstract record ClientSettings<TSelf>
    where TSelf : ClientSettings<TSelf>
{
    private protected ClientSettings(ImmutableDictionary<string, string> properties) => Properties = properties;

    /// <summary>librdkafka's own properties, by its names.</summary>
    public ImmutableDictionary<string, string> Properties { get; init; }

    /// <summary>Hears of errors that librdkafka gets over by itself, on a thread of its own; without one they are logged as warnings.</summary>
    public Action<Error>? ErrorHandler { get; init; }

    /// <summary>Takes librdkafka's log, from any thread; without one it goes to the actor system's.</summary>
    public Action<LogMessage>? LogHandler { get; init; }

    /// <summary>Takes librdkafka's statistics as JSON, as often as <c>statistics.interval.ms</c> says.</summary>
    public Action<string>? StatisticsHandler { get; init; }

    public TSelf WithBootstrapServers(string servers) => WithProperty("bootstrap.servers", servers);

    public TSelf WithClientId(string clientId) => WithProperty("client.id", clientId);

    public TSelf WithProperty(string name, string value) => Changed(this with { Properties = Properties.SetItem(name, value) });

    public TSelf WithProperties(IEnumerable<KeyValuePair<string, string>> properties) => Changed(this with { Properties = Properties.SetItems(properties) });

    public TSelf WithErrorHandler(Action<Error> handler) => Changed(this with { ErrorHandler = handler });

    public TSelf WithLogHandler(Action<LogMessage> handler) => Changed(this with { LogHandler = handler });

    public TSelf WithStatisticsHandler(Action<string> handler) => Changed(this with { StatisticsHandler = handler });

    private static TSelf Changed(ClientSettings<TSelf> copy) => (TSelf)copy;
}
