using Aurum.Actors.Monitoring;

namespace Aurum.Actors.Tests.Monitoring;

public sealed class HealthWatchTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly NodeHealth _health = new(TimeProvider.System);

    [Fact]
    public async Task What_fails_is_reported_with_its_reason_and_looked_at_again()
    {
        var isThere = false;
        await using var watch = Watch(_ => Volatile.Read(ref isThere) ? Task.CompletedTask : throw new InvalidOperationException("connection refused"), patience: Long);
        await ComesToAsync(HealthState.Failed, "connection refused");
        Volatile.Write(ref isThere, true);
        await ComesToAsync(HealthState.Healthy, null);
    }

    [Fact]
    public async Task What_does_not_answer_is_given_up_even_when_it_heeds_no_token()
    {
        var answer = new TaskCompletionSource();
        await using var watch = Watch(_ => answer.Task, patience: TimeSpan.FromMilliseconds(100));
        await ComesToAsync(HealthState.Failed, "does not answer within 0.1 s");
        answer.SetResult();
        await ComesToAsync(HealthState.Healthy, null);
    }

    [Fact]
    public async Task Its_end_waits_for_nobody()
    {
        var watch = Watch(_ => new TaskCompletionSource().Task, patience: Long);
        await watch.DisposeAsync().AsTask().WaitAsync(Long);
        Assert.Empty(_health.Picture.Components);
    }

    private HealthWatch Watch(Func<CancellationToken, Task> look, TimeSpan patience) =>
        new(_health, [new HealthCheck("database", look)], AMoment, patience, TimeProvider.System);

    private async Task ComesToAsync(HealthState state, string? reason)
    {
        using var patience = new CancellationTokenSource(Long);
        while (_health.Picture.Components is not [{ } database] || (database.State, database.Reason) != (state, reason))
        {
            Assert.False(patience.IsCancellationRequested, $"stays {_health.Picture.Components.FirstOrDefault()}, expected {state} {reason}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
