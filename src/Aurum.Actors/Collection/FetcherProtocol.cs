using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.Actors.Collection;

/// <summary>What collectors, supervisors and the fetchers of their own node say to each other. Never leaves the node.</summary>
public static class FetcherProtocol
{
    /// <summary>A collector lacks something; its fetcher finds others of the group that one call can serve too.</summary>
    /// <param name="Attempt">The collector's own number of this want; comes back in every answer.</param>
    public sealed record SubmitWant(FetchKind Kind, Want Want, Lane Lane, string GroupId, int GroupSize, long Attempt) : ILocalMessage;

    /// <summary>A member of a group that lacks nothing of this kind: the others need not wait for it.</summary>
    public sealed record WantNothing(FetchKind Kind, string Provider, string GroupId, int GroupSize) : ILocalMessage;

    public sealed record CatalogFound(long Attempt, CatalogEntry Entry) : ILocalMessage;

    /// <summary>A page's share of one series. Answered with <see cref="PageHandled"/>, or with <see cref="PageRefused"/>.</summary>
    /// <param name="PageId">Names fetch and page: the event id of what is stored from it.</param>
    /// <param name="CompleteBefore">See <see cref="Page.CompleteBefore"/>.</param>
    /// <param name="IsNewsOnly">See <see cref="Page.IsNewsOnly"/>.</param>
    /// <param name="AskedAt">When its request was sent.</param>
    public sealed record PageFetched(
        long Attempt,
        int PageNumber,
        string PageId,
        IReadOnlyList<ObservationSlice> Slices,
        DateTime? CompleteBefore,
        bool IsLast,
        bool IsNewsOnly = false,
        DateTimeOffset AskedAt = default) : ILocalMessage;

    public sealed record PageHandled(SeriesId Series, int PageNumber) : ILocalMessage;

    /// <summary>The collector gave up on this fetch; it wants no more of it.</summary>
    public sealed record PageRefused(SeriesId Series) : ILocalMessage;

    /// <param name="Failure">Null when everything has come, or when the fetch was stopped.</param>
    /// <param name="Stopped">The run was stopped before all of it had come; nobody failed.</param>
    public sealed record FetchEnded(long Attempt, Failure? Failure, bool Stopped = false) : ILocalMessage;

    /// <summary>A supervisor's own question: a dataset's facts, or what has changed.</summary>
    /// <param name="Key">Comes back in the answer.</param>
    public sealed record AskProvider(string Provider, string Key, Fetch Fetch) : ILocalMessage;

    /// <param name="Pages">All of them; none when it failed.</param>
    public sealed record ProviderAnswered(string Key, IReadOnlyList<Page> Pages, Failure? Failure) : ILocalMessage;
}
