using Aurum.Actors.Monitoring;
using Aurum.Api.Routes;
using Aurum.Storage;
using Serilog;

namespace Aurum.Api;

/// <summary>
/// What supervisors last said of themselves, read from the status tables every few seconds: whoever asks how the providers are gets the
/// last picture and waits for no store. Who looks long enough also knows since when.
/// </summary>
internal sealed class ProviderWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ServedNode _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeHealth _since;
    private readonly Repetition _watching;
    private volatile IReadOnlyDictionary<string, ProviderStatus> _statuses = new Dictionary<string, ProviderStatus>();

    public ProviderWatch(ServedNode node, TimeProvider time, ILogger logger)
    {
        _node = node;
        _time = time;
        _logger = logger;
        _since = new NodeHealth(time);
        _watching = new Repetition(WatchAsync, time);
    }

    /// <summary>Every provider that is configured here or was collected by any node, in order.</summary>
    public IReadOnlyList<ProviderHealth> Seen
    {
        get
        {
            var statuses = _statuses;
            return [.. _since.Picture.Components.Select(provider => ProviderHealth.Of(provider, statuses.GetValueOrDefault(provider.Name)))];
        }
    }

    public ProviderStatus? StatusOf(string provider) => _statuses.GetValueOrDefault(provider);

    public ValueTask DisposeAsync() => _watching.DisposeAsync();

    private async Task<TimeSpan> WatchAsync(CancellationToken stop)
    {
        if (_node.Running is { } running)
        {
            await LookAsync(running, stop);
        }

        return Every;
    }

    private async Task LookAsync(RunningNode running, CancellationToken stop)
    {
        try
        {
            _statuses = (await running.Status.ProvidersAsync(stop)).ToDictionary(status => status.Provider);
        }
        catch (Exception exception) when (exception is StorageException or OperationCanceledException)
        {
            // The component "database" tells of it; the last picture stays.
        }
        catch (Exception bug)
        {
            // The picture stays as it is, and the next look may succeed.
            _logger.Error(bug, "The status of the providers was not read");
        }

        foreach (var name in running.KnownProviders.Where(name => running.Runtimes.Find(name) is not null || _statuses.ContainsKey(name)))
        {
            var (state, reason) = ProviderHealth.Judge(_statuses.GetValueOrDefault(name), _time.GetUtcNow());
            _since.Report(name, state, reason);
        }
    }
}
