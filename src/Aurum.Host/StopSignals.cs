using System.Runtime.InteropServices;

namespace Aurum.Host;

/// <summary>
/// Turns SIGINT and SIGTERM into a cancellation, so that what runs ends in its own order. A second SIGINT ends the process
/// at once: whoever presses Ctrl-C twice does not want to wait.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !_stop.IsCancellationRequested;
            _stop.Cancel();
        });
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            _stop.Cancel();
        });
    }

    public CancellationToken Stop => _stop.Token;

    /// <summary>The source is left to the collector: a handler may still be on its way.</summary>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }
}
