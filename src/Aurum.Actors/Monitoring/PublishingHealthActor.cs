using Akka.Actor;
using Aurum.Actors.Publishing;

namespace Aurum.Actors.Monitoring;

/// <summary>Reports whether what is published comes back acknowledged.</summary>
public sealed class PublishingHealthActor : ReceiveActor
{
    private const string Component = "publishing";

    private readonly INodeHealth _health;

    public PublishingHealthActor(INodeHealth health)
    {
        _health = health;
        Receive<PublisherActor.PublishingPace>(pace => Report(pace.Blocked));
    }

    protected override void PreStart()
    {
        Report(blocked: false);
        Context.System.EventStream.Subscribe(Self, typeof(PublisherActor.PublishingPace));
    }

    private void Report(bool blocked) => _health.Report(
        Component,
        blocked ? HealthState.Failed : HealthState.Healthy,
        blocked ? "nothing of what was published is acknowledged; nothing is fetched meanwhile" : null);
}
