namespace Aurum.Providers.Http;

/// <summary>
/// The one departure that a permit is good for: no byte of the request leaves after the permit has expired, and none a second time.
/// </summary>
public sealed class Departure(DateTimeOffset leaveBy, TimeProvider time)
{
    private static readonly HttpRequestOptionsKey<Departure> Key = new("aurum.departure");

    private readonly Lock _lock = new();
    private object? _connection;
    private bool _missed;

    /// <summary>True when it is too late to begin.</summary>
    public bool IsOver => time.GetUtcNow() >= leaveBy;

    /// <summary>How long there is still time to leave; one that cannot be told by a timer is as good as for ever.</summary>
    public TimeSpan Left
    {
        get
        {
            var (left, longest) = (leaveBy - time.GetUtcNow(), TimeSpan.FromDays(1));
            return left < TimeSpan.Zero ? TimeSpan.Zero : left < longest ? left : longest;
        }
    }

    public static Departure? Find(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var departure) ? departure : null;

    public void Of(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>Asked just before bytes go out on a connection. Throws when they must not.</summary>
    public void Leave(object connection)
    {
        lock (_lock)
        {
            if (_missed || (_connection is null && IsOver))
            {
                _missed = true;
                throw new PermitExpiredException();
            }

            _connection ??= connection;
            if (!ReferenceEquals(_connection, connection))
            {
                // The handler would send it again by itself, on the same permit.
                throw new IOException("the connection was closed before an answer came");
            }
        }
    }

    /// <summary>True when nothing has left; then nothing will.</summary>
    public bool TryMiss()
    {
        lock (_lock)
        {
            return _missed = _connection is null;
        }
    }
}

/// <summary>A request stayed here because its permit had expired.</summary>
public sealed class PermitExpiredException : Exception
{
    public PermitExpiredException()
        : base("the permit expired before the request could leave")
    {
    }
}
