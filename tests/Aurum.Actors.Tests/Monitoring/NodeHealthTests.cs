using Akka.Actor;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;

namespace Aurum.Actors.Tests.Monitoring;

public sealed class NodeHealthTests : ActorTest
{
    private readonly NodeHealth _health;

    public NodeHealthTests() => _health = new NodeHealth(Clock);

    [Fact]
    public void A_state_has_the_time_at_which_it_began_whatever_its_reasons_are()
    {
        _health.Report("kafka", HealthState.Failed, "refused");
        var began = Clock.GetUtcNow();
        Advance(TimeSpan.FromMinutes(1));

        _health.Report("kafka", HealthState.Failed, "timed out");

        Assert.Equal([new ComponentHealth("kafka", HealthState.Failed, true, "timed out", began)], _health.Picture.Components);
        _health.Report("kafka", HealthState.Healthy);
        Assert.Equal(began + TimeSpan.FromMinutes(1), _health.Picture.Components.Single().Since);
    }

    [Fact]
    public void The_whole_fails_by_what_is_needed_and_is_degraded_by_anything_else()
    {
        _health.Report("database", HealthState.Healthy);
        Assert.Equal((true, HealthState.Healthy), (_health.Picture.IsReady, _health.Picture.State));
        _health.Report("extra", HealthState.Failed, "away", isNeeded: false);
        Assert.Equal((true, HealthState.Degraded), (_health.Picture.IsReady, _health.Picture.State));
        _health.Report("database", HealthState.Degraded, "slow");
        Assert.Equal((true, HealthState.Degraded), (_health.Picture.IsReady, _health.Picture.State));
        _health.Report("database", HealthState.Failed, "away");
        Assert.Equal((false, HealthState.Failed), (_health.Picture.IsReady, _health.Picture.State));
        Assert.Equal(["database", "extra"], _health.Picture.Components.Select(component => component.Name));
    }

    [Fact]
    public void Publishing_that_is_blocked_fails_and_heals()
    {
        Sys.ActorOf(Props.Create(() => new PublishingHealthActor(_health)));
        AwaitAssert(() => Assert.Equal(HealthState.Healthy, StateOf("publishing")));
        AwaitAssert(() =>
        {
            Sys.EventStream.Publish(new PublisherActor.PublishingPace(Blocked: true));
            Assert.Equal(HealthState.Failed, StateOf("publishing"));
        });
        Sys.EventStream.Publish(new PublisherActor.PublishingPace(Blocked: false));
        AwaitAssert(() => Assert.Equal(HealthState.Healthy, StateOf("publishing")));
    }

    private HealthState? StateOf(string component) => _health.Picture.Components.FirstOrDefault(known => known.Name == component)?.State;
}
