using System.Collections.Concurrent;
using System.Globalization;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>
/// Notes when the tests themselves stand still: simulator and proxies answer from the common pool, and while it has no thread to spare, requests arrive
/// later than they were sent. Whoever reads of a limit that was not kept must know of it.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50), WorthNoting = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentQueue<string> _stalls = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _watching;

    public StallWatch()
    {
        _watching = new Thread(Watch) { IsBackground = true, Name = "stall-watch", Priority = ThreadPriority.AboveNormal };
        _watching.Start();
    }

    public IReadOnlyList<string> Stalls => [.. _stalls];

    public void Dispose()
    {
        _end.Set();
        _watching.Join();
        _end.Dispose();
    }

    private void Watch()
    {
        while (!_end.Wait(Pace))
        {
            var asked = TimeProvider.System.GetTimestamp();
            using var served = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(static served => served.Set(), served, preferLocal: false);
            served.Wait();
            if (TimeProvider.System.GetElapsedTime(asked) is var stall && stall >= WorthNoting)
            {
                _stalls.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} the tests stood still for {stall.TotalSeconds:0.0} s"));
            }
        }
    }
}
