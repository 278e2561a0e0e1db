namespace Aurum.Actors.Monitoring;

/// <summary>A look at a part of the node that does not report by itself, such as an outside system.</summary>
/// <param name="IsNeeded">False where the node does its work without it.</param>
/// <param name="Look">Returns when all is well, and throws a reason for people otherwise.</param>
public sealed record HealthCheck(string Component, Func<CancellationToken, Task> Look, bool IsNeeded = true);

/// <summary>Looks at outside systems every few seconds and reports what it found, so that nobody who asks has to wait for them.</summary>
public sealed class HealthWatch : IAsyncDisposable
{
    public static readonly TimeSpan DefaultPace = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    private readonly INodeHealth _health;
    private readonly TimeSpan _pace;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    /// <param name="pace">From the end of a look to the next one.</param>
    /// <param name="patience">A look that takes longer is a failure.</param>
    public HealthWatch(INodeHealth health, IReadOnlyList<HealthCheck> checks, TimeSpan pace, TimeSpan patience, TimeProvider time)
    {
        _health = health;
        _pace = pace;
        _patience = patience;
        _time = time;
        _watching = Task.WhenAll(checks.Select(check => Task.Run(() => WatchAsync(check))));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    private async Task WatchAsync(HealthCheck check)
    {
        while (!_end.IsCancellationRequested)
        {
            await LookAsync(check);
            await Task.Delay(_pace, _time, _end.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task LookAsync(HealthCheck check)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _end.Token);
        try
        {
            // Not every client heeds its token; none of them may hold up the picture.
            await check.Look(either.Token).WaitAsync(either.Token);
            _health.Report(check.Component, HealthState.Healthy, isNeeded: check.IsNeeded);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
        catch (OperationCanceledException)
        {
            _health.Report(check.Component, HealthState.Failed, $"does not answer within {_patience.TotalSeconds:0.#} s", check.IsNeeded);
        }
        catch (Exception exception)
        {
            // Whatever a client throws, the part it stands for is not there.
            _health.Report(check.Component, HealthState.Failed, exception.GetBaseException().Message, check.IsNeeded);
        }
    }
}
