using System.Runtime.InteropServices;

namespace Aurum.DevServices;

/// <summary>How long a service runs: until it is asked to stop, or until its parent is gone.</summary>
internal static class Lifetime
{
    /// <param name="untilStdinCloses">A parent that keeps the other end of standard input closes it even by being killed.</param>
    public static async Task EndAsync(bool untilStdinCloses)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        if (untilStdinCloses)
        {
            _ = Task.Factory.StartNew(ReadToEnd, TaskCreationOptions.LongRunning);
        }

        await end.Task;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.TrySetResult();
        }

        void ReadToEnd()
        {
            using var input = Console.OpenStandardInput();
            var ignored = new byte[256];
            while (input.Read(ignored) > 0)
            {
            }

            end.TrySetResult();
        }
    }
}
