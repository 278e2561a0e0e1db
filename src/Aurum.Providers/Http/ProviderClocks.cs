using System.Collections.Concurrent;

namespace Aurum.Providers.Http;

/// <summary>
/// How far the clocks of providers differ from this machine's, by the header Date of what they last answered. It has whole seconds and a
/// request takes its time: a difference counts only as far as neither explains it.
/// </summary>
public sealed class ProviderClocks(TimeProvider time)
{
    /// <summary>Date is cut off to the second.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TimeSpan> _ahead = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How far that clock is ahead of this one, negative when it is behind; null when it was not seen yet.</summary>
    public TimeSpan? AheadOf(Uri address) => _ahead.TryGetValue(address.Authority, out var ahead) ? ahead : null;

    /// <summary>The least difference that explains what a clock showed between two moments of this one.</summary>
    public static TimeSpan Ahead(DateTimeOffset shown, TimeSpan grain, DateTimeOffset asked, DateTimeOffset answered) =>
        shown > answered ? shown - answered
        : shown + grain < asked ? shown + grain - asked
        : TimeSpan.Zero;

    internal DelegatingHandler Watching(HttpMessageHandler inner) => new Watch(this, inner);

    private sealed class Watch(ProviderClocks clocks, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = clocks.Now;
            var response = await base.SendAsync(request, cancellationToken);

            // With an Age it is the date of a copy that somebody on the way kept.
            if (response.Headers is { Date: { } date, Age: null })
            {
                clocks._ahead[request.RequestUri!.Authority] = Ahead(date, Grain, asked, clocks.Now);
            }

            return response;
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
