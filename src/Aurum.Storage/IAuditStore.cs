namespace Aurum.Storage;

/// <summary>Who changed what, when and why. Entries are added and never changed.</summary>
public interface IAuditStore
{
    /// <exception cref="StorageException">The store cannot take it now.</exception>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="before">Only entries with a smaller number; null for the newest.</param>
    Task<IReadOnlyList<NumberedAuditEntry>> ListAsync(long? before, int limit, CancellationToken cancellationToken);
}

/// <param name="Who">The name of the token that was shown.</param>
/// <param name="From">The address that the request came from.</param>
/// <param name="Action">What was asked for, in a few fixed words, such as <c>stop_run</c>.</param>
/// <param name="Target">What it was asked of, such as a provider.</param>
/// <param name="Detail">The rest of the request, as a JSON document; holds no secret.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, string From, string Action, string Target, string? Reason, string? Detail);

public sealed record NumberedAuditEntry(long Number, AuditEntry Entry);
