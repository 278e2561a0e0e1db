namespace Aurum.Host.Commands;

/// <summary>Runs what goes on until a signal stops it. Being stopped is no failure.</summary>
internal static class UntilStopped
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> work)
    {
        using var signals = new StopSignals();
        try
        {
            return await work(signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Good;
        }
    }
}
