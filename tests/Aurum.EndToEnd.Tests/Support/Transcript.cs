namespace Aurum.EndToEnd.Tests.Support;

/// <summary>The lines of one output of a process, as they come. Thread-safe.</summary>
internal sealed class Transcript
{
    private readonly object _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text => string.Join('\n', Lines);

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Null is the end of the output.</summary>
    public void Add(string? line)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            if (line is not null)
            {
                _lines.Add(line);
            }

            (grown, _grown) = (_grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        grown.SetResult();
    }

    /// <summary>Ends when the lines so far, and those to come, satisfy a condition.</summary>
    public async Task<string> FirstAsync(Func<string, bool> condition, CancellationToken stop)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_lines.Find(line => condition(line)) is { } found)
                {
                    return found;
                }

                grown = _grown.Task;
            }

            await grown.WaitAsync(stop);
        }
    }
}
