using System.Collections.Concurrent;

namespace Aurum.SchemaRegistry;

/// <summary>Answers that never change once given. Who asks while the same question is under way waits for its answer; only answers are kept, never a failure or a null.</summary>
internal sealed class SharedAnswers<TKey, TAnswer>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TAnswer>>> _answers = new();

    public async ValueTask<TAnswer> GetAsync(TKey key, Func<TKey, Task<TAnswer>> ask, CancellationToken cancellationToken)
    {
        var answer = _answers.GetOrAdd(key, (wanted, question) => new Lazy<Task<TAnswer>>(() => AskAsync(wanted, question)), ask);

        // One caller's cancellation ends its waiting, not the question of the others.
        return await answer.Value.WaitAsync(cancellationToken);
    }

    public void Remember(TKey key, TAnswer answer) => _answers.TryAdd(key, new Lazy<Task<TAnswer>>(Task.FromResult(answer)));

    private async Task<TAnswer> AskAsync(TKey key, Func<TKey, Task<TAnswer>> ask)
    {
        var keep = false;
        try
        {
            var answer = await ask(key);
            keep = answer is not null;
            return answer;
        }
        finally
        {
            if (!keep)
            {
                _answers.TryRemove(key, out _);
            }
        }
    }
}
