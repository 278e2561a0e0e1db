namespace Aurum.Streams.Kafka.Dsl;

/// <summary>What a running source of messages can be told.</summary>
public interface IControl
{
    /// <summary>Ends when the consumer is closed, for whatever reason.</summary>
    Task IsShutdown { get; }

    /// <summary>
    /// No more messages: the source completes. The consumer stays in its group for the commits of those that are on their way, until it
    /// is shut down or its stop timeout is over.
    /// </summary>
    /// <returns>Ends when the source has completed.</returns>
    Task Stop();

    /// <summary>Stops, commits what has been handed over to be committed, and closes the consumer, which leaves its group.</summary>
    /// <returns><see cref="IsShutdown"/>.</returns>
    Task Shutdown();

    /// <summary>Stops, lets the stream complete with what is in it, and shuts down.</summary>
    /// <param name="streamCompletion">The end of the whole stream, commits included.</param>
    async Task<TResult> DrainAndShutdown<TResult>(Task<TResult> streamCompletion)
    {
        try
        {
            await Stop();
            return await streamCompletion;
        }
        finally
        {
            await Shutdown();
        }
    }
}
