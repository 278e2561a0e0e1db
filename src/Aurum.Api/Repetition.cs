namespace Aurum.Api;

/// <summary>Does something again and again, by itself, until it is disposed of.</summary>
internal sealed class Repetition : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _repeating;

    /// <param name="work">Returns how long to pause before the next time. It must throw nothing.</param>
    public Repetition(Func<CancellationToken, Task<TimeSpan>> work, TimeProvider time) => _repeating = Task.Run(async () =>
    {
        while (!_end.IsCancellationRequested)
        {
            var pause = await work(_end.Token);
            await Task.Delay(pause, time, _end.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _repeating;
        _end.Dispose();
    }
}
