using Confluent.Kafka;

namespace Aurum.Actors.Topics;

/// <summary>Why the cluster's topics could not be read or made.</summary>
public enum TopicsFailure
{
    /// <summary>No broker answered in time: try later.</summary>
    Unreachable,

    /// <summary>The user may not do it, or is not who it says.</summary>
    Unauthorized,

    /// <summary>The brokers are too old for it.</summary>
    Unsupported,

    /// <summary>The cluster forbids the topic as it was asked for.</summary>
    Refused,
}

/// <summary>The cluster's refusal or silence; the message names topic and reason, and holds no credential.</summary>
public sealed class TopicsException(TopicsFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public TopicsFailure Kind => kind;

    internal static TopicsException Of(string action, Error error, Exception inner) => new(KindOf(error.Code), $"{action}: {error.Reason} ({error.Code})", inner);

    internal static bool IsUnauthorized(ErrorCode code) => KindOf(code) == TopicsFailure.Unauthorized;

    private static TopicsFailure KindOf(ErrorCode code) => code switch
    {
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication => TopicsFailure.Unauthorized,
        ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion => TopicsFailure.Unsupported,
        ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve
            or ErrorCode.RequestTimedOut or ErrorCode.NotController or ErrorCode.LeaderNotAvailable or ErrorCode.BrokerNotAvailable => TopicsFailure.Unreachable,
        _ => TopicsFailure.Refused,
    };
}
