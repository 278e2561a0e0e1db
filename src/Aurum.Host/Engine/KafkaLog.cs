using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Aurum.Host.Engine;

/// <summary>
/// What librdkafka says, in the node's log. A broker that goes and comes is a warning, not the end, and said once in a while: clients
/// try it again several times a second.
/// </summary>
internal sealed class KafkaLog(Serilog.ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ErrorCode, long> _saidAt = new();

    public void Write(LogMessage message) => logger.Debug("Kafka client {Client:l}: {Message:l}", message.Name, message.Message);

    public void Write(Error error)
    {
        if (error.IsFatal)
        {
            logger.Error("Kafka: {Problem:l}", error.Reason);
        }
        else if (IsNews(error.Code))
        {
            logger.Warning("Kafka: {Problem:l}", error.Reason);
        }
        else
        {
            logger.Debug("Kafka: {Problem:l}", error.Reason);
        }
    }

    private bool IsNews(ErrorCode code)
    {
        if (_saidAt.TryGetValue(code, out var at) && time.GetElapsedTime(at) < Quiet)
        {
            return false;
        }

        _saidAt[code] = time.GetTimestamp();
        return true;
    }
}
