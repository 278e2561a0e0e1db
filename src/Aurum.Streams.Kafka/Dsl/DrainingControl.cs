namespace Aurum.Streams.Kafka.Dsl;

/// <summary>A control and the end of its stream, so that both fit into one materialized value: <c>ToMaterialized(..., DrainingControl.Create)</c>.</summary>
public sealed class DrainingControl<T> : IControl
{
    private readonly IControl _control;

    private DrainingControl(IControl control, Task<T> streamCompletion)
    {
        _control = control;
        StreamCompletion = streamCompletion;
    }

    public Task<T> StreamCompletion { get; }

    public Task IsShutdown => _control.IsShutdown;

    public static DrainingControl<T> Create(IControl control, Task<T> streamCompletion) => new(control, streamCompletion);

    public static DrainingControl<T> Create((IControl Control, Task<T> StreamCompletion) materialized) => new(materialized.Control, materialized.StreamCompletion);

    public Task Stop() => _control.Stop();

    public Task Shutdown() => _control.Shutdown();

    /// <summary>Stops, lets the stream complete with what is in it, commits included, and shuts down.</summary>
    public Task<T> DrainAndShutdown() => _control.DrainAndShutdown(StreamCompletion);
}
