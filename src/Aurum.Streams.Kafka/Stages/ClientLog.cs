using Akka.Event;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;
using Error = Confluent.Kafka.Error;
using LogMessage = Confluent.Kafka.LogMessage;

namespace Aurum.Streams.Kafka.Stages;

/// <summary>Where librdkafka's words go: to the handlers of the settings, else to the log of the actor system; never to standard error.</summary>
internal sealed class ClientLog(Action<Error>? onError, Action<LogMessage>? onMessage, ILoggingAdapter log)
{
    public static ClientLog For<TSelf>(ClientSettings<TSelf> settings, ILoggingAdapter log)
        where TSelf : ClientSettings<TSelf> => new(settings.ErrorHandler, settings.LogHandler, log);

    public void Write(Error error)
    {
        if (onError is not null)
        {
            onError(error);
        }
        else
        {
            log.Warning("Kafka: {Reason} ({Code})", error.Reason, error.Code);
        }
    }

    public void Write(LogMessage message)
    {
        if (onMessage is not null)
        {
            onMessage(message);
        }
        else
        {
            log.Log(LevelOf(message.Level), null, "{Client} {Facility}: {Message}", message.Name, message.Facility, message.Message);
        }
    }

    /// <summary>Its errors are those of connections, which it gets over by itself; what it does not comes as an error proper.</summary>
    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        <= SyslogLevel.Critical => LogLevel.ErrorLevel,
        <= SyslogLevel.Warning => LogLevel.WarningLevel,
        <= SyslogLevel.Info => LogLevel.InfoLevel,
        _ => LogLevel.DebugLevel,
    };
}
