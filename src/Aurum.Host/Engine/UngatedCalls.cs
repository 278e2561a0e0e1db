using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Storage;
using Aurum.Storage.Postgres;
using Aurum.Storage.Sqlite;

namespace Aurum.Host.Engine;

/// <summary>
/// One call to each provider while there is no gate to ask. The store is held as a node would hold it, so that no gate sends beside it, and
/// for the second after, so that none sends within the same one. What the status tables know of quota and holds is obeyed; the call
/// itself is in no journal, so that it is not made where the day is nearly spent.
/// </summary>
internal sealed class UngatedCalls(TimeProvider time)
{
    /// <summary>Calls of a day that are left to the gate.</summary>
    private const int LeftToGate = 10;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<ProviderAnswer>> AskAsync(
        IReadOnlyList<ConfiguredProvider> providers, string dataDirectory, PostgresDsn? database, CancellationToken cancellationToken)
    {
        try
        {
            await using var held = await HoldAsync(dataDirectory, database, cancellationToken);
            var statuses = await StatusesAsync(dataDirectory, database, cancellationToken);
            var answers = await Task.WhenAll(providers.Select(provider => AskAsync(provider, statuses.GetValueOrDefault(provider.Provider.Descriptor.Name), cancellationToken)));
            await Task.Delay(OneSecond, time, cancellationToken);
            return answers;
        }
        catch (Exception exception) when (exception is StorageException or NodeStartException)
        {
            return [.. providers.Select(provider => new ProviderAnswer(provider.Provider.Descriptor.Name, exception.Message, null, null))];
        }
    }

    private async Task<ProviderAnswer> AskAsync(ConfiguredProvider configured, ProviderStatus? status, CancellationToken cancellationToken)
    {
        var (provider, settings, access, _) = configured;
        var name = provider.Descriptor.Name;
        var now = time.GetUtcNow();
        if (status?.HoldUntil > now)
        {
            return new ProviderAnswer(name, $"it has asked to wait until {status.HoldUntil:yyyy-MM-dd HH:mm:ss}Z", null, null);
        }

        var today = new QuotaCalendar(settings.RateLimit).DayOf(now);
        if (settings.RateLimit.DailyQuota is { } quota && status is not null && status.QuotaDay == today && quota - status.PermitsSpent <= LeftToGate)
        {
            return new ProviderAnswer(name, "the requests of its day are spent", null, null);
        }

        if (SampleCall.Of(provider, settings.Datasets) is not { } call)
        {
            return new ProviderAnswer(name, "no dataset is configured that one could ask for", null, null);
        }

        var clocks = new ProviderClocks(time);
        using var http = ProviderClient.CreateHttpClient(clocks);
        var client = new ProviderClient(http, provider, access, settings.Http, NothingKept.Instance, time);
        var result = await client.SendAsync(call, null, now + settings.Http.Timeout, cancellationToken);
        return new ProviderAnswer(name, result is NotSent ? "the request could not leave in time" : null, (result as FetchFailed)?.Failure, clocks.AheadOf(access.BaseAddress));
    }

    /// <summary>Where there is no directory yet there is no node, and nothing to hold.</summary>
    private async Task<IAsyncDisposable> HoldAsync(string dataDirectory, PostgresDsn? database, CancellationToken cancellationToken) =>
        database is not null ? await PostgresInspection.HoldAsync(database, time, cancellationToken)
        : Directory.Exists(dataDirectory) ? new Held(DataDirectory.Hold(dataDirectory))
        : new Held(null);

    private static async Task<IReadOnlyDictionary<string, ProviderStatus>> StatusesAsync(string dataDirectory, PostgresDsn? dsn, CancellationToken cancellationToken)
    {
        if (dsn is not null)
        {
            var found = await PostgresInspection.LookAsync(dsn, TimeProvider.System, cancellationToken);
            if (found.Applied == 0)
            {
                return new Dictionary<string, ProviderStatus>();
            }

            await using var database = await PostgresDatabase.OpenReadOnlyAsync(dsn);
            return ByName(await new PostgresStatusStore(database).ProvidersAsync(cancellationToken));
        }

        var file = Path.Combine(dataDirectory, Stores.FileName);
        if (!File.Exists(file))
        {
            return new Dictionary<string, ProviderStatus>();
        }

        await using var store = await SqliteDatabase.OpenReadOnlyAsync(file);
        return ByName(await new SqliteStatusStore(store).ProvidersAsync(cancellationToken));
    }

    private static Dictionary<string, ProviderStatus> ByName(IReadOnlyList<ProviderStatus> statuses) => statuses.ToDictionary(status => status.Provider);

    private sealed class Held(DataDirectory? directory) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            directory?.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Nothing is stored from this call, so nothing of it is looked into later.</summary>
    private sealed class NothingKept : IMalformedPages
    {
        public static readonly NothingKept Instance = new();

        public string? Keep(string provider, string address, int status, ReadOnlyMemory<byte> body) => null;
    }
}
