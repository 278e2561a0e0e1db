using System.Diagnostics.Metrics;
using Aurum.Actors.Gate;

namespace Aurum.Actors.Monitoring;

/// <summary>
/// What a node counts for whoever listens to the meter <see cref="Name"/>. Instruments of a process are one, so they are static; tags
/// are few (never a series id), so that a listener's memory is bounded.
/// </summary>
public static class AurumMeters
{
    public const string Name = "Aurum";

    private const string Provider = "provider", Kind = "kind", Outcome = "outcome";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Observations = Meter.CreateCounter<long>(
        "aurum.observations.published", "{observation}", "Observations that were acknowledged, by provider and kind: new, revised or withdrawn.");

    private static readonly Counter<long> MassRevisions = Meter.CreateCounter<long>(
        "aurum.observations.mass_revisions", "{revision}", "Times that most of a series' look-back was revised at once, by provider.");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "aurum.provider.requests", "{request}", "HTTP requests to providers, retries included, by provider and outcome: answered, throttled or failed.");

    /// <param name="provider">Whose series they are, also where a twin served them.</param>
    public static void Published(string provider, long added, long revised)
    {
        Count(provider, "new", added);
        Count(provider, "revised", revised);
    }

    public static void Withdrawn(string provider, long withdrawn) => Count(provider, "withdrawn", withdrawn);

    public static void MassRevised(string provider) => MassRevisions.Add(1, new KeyValuePair<string, object?>(Provider, provider));

    /// <summary>A permit that came back unused was no request.</summary>
    public static void Requested(string provider, RequestOutcome outcome)
    {
        if (outcome != RequestOutcome.Unused)
        {
            Requests.Add(1, new(Provider, provider), new(Outcome, NameOf(outcome)));
        }
    }

    private static void Count(string provider, string kind, long observations)
    {
        if (observations > 0)
        {
            Observations.Add(observations, new(Provider, provider), new(Kind, kind));
        }
    }

    private static string NameOf(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Answered => "answered",
        RequestOutcome.Throttled => "throttled",
        _ => "failed",
    };
}
