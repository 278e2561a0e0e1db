using k8s.Models;

namespace Aurum.Deployment.Tests.Kubernetes;

/// <summary>Pods may do what they must and no more, and get the time and room they need.</summary>
public sealed class HardeningTests
{
    public static TheoryData<string> Overlays => Overlay.Names;

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Pods_keep_the_restricted_standard(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Workloads)
        {
            Assert.True(workload.Spec.SecurityContext.RunAsNonRoot);
            Assert.NotEqual(0, workload.Spec.SecurityContext.RunAsUser ?? 0);
            Assert.Equal("RuntimeDefault", workload.Spec.SecurityContext.SeccompProfile.Type);
            Assert.False(workload.Spec.AutomountServiceAccountToken);
            Assert.True(workload.Spec.HostNetwork is null && workload.Spec.HostPID is null && workload.Spec.HostIPC is null);
            Assert.All(workload.Spec.Volumes, volume => Assert.True(volume.Projected is not null || volume.Secret is not null || volume.EmptyDir is not null, volume.Name));
            Assert.All(workload.Containers, container =>
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Null(container.SecurityContext.Capabilities.Add);
                Assert.Null(container.SecurityContext.RunAsUser);
            });
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Our_containers_write_to_nothing_but_empty_directories(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Ours)
        {
            Assert.All(workload.Containers, container =>
            {
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                var writable = container.VolumeMounts.Where(mount => mount.ReadOnlyProperty != true).ToDictionary(mount => mount.MountPath, mount => workload.Spec.Volumes.Single(volume => volume.Name == mount.Name));
                Assert.All(writable.Values, volume => Assert.NotNull(volume.EmptyDir.SizeLimit));
                Assert.Contains("/tmp", writable.Keys);
                if (workload.Owner is not V1Job)
                {
                    Assert.Contains(workload.EnvironmentOf(container)["AURUM_DATA_DIR"], writable.Keys);
                }
            });
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void No_service_account_may_do_anything(string overlay)
    {
        var rendered = Overlay.Of(overlay);
        var account = Assert.Single(rendered.All<V1ServiceAccount>());

        Assert.False(account.AutomountServiceAccountToken);
        Assert.All(rendered.Ours, workload => Assert.Equal(account.Metadata.Name, workload.Spec.ServiceAccountName));
        Assert.Empty(rendered.All<V1RoleBinding>());
        Assert.Empty(rendered.All<V1ClusterRoleBinding>());
    }

    /// <summary>With them, a Service that somebody calls aurum-http would set AURUM_HTTP_PORT to tcp://10.0.0.1:80.</summary>
    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Services_set_no_variables(string overlay) =>
        Assert.All(Overlay.Of(overlay).Workloads, workload => Assert.False(workload.Spec.EnableServiceLinks));

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void Nodes_have_the_room_of_the_runbook_and_time_to_leave(string overlay)
    {
        foreach (var workload in Overlay.Of(overlay).Nodes)
        {
            var resources = workload.Containers.Single().Resources;
            Assert.Equal(("100m", "512Mi"), (resources.Requests["cpu"].ToString(), resources.Requests["memory"].ToString()));
            Assert.Equal(("2", "4Gi"), (resources.Limits["cpu"].ToString(), resources.Limits["memory"].ToString()));
            Assert.InRange(workload.Spec.TerminationGracePeriodSeconds!.Value, 60, 300);
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void A_lost_outside_system_restarts_nothing_and_a_slow_start_is_waited_for(string overlay)
    {
        foreach (var container in Overlay.Of(overlay).Nodes.Select(workload => workload.Containers.Single()))
        {
            Assert.Equal(3, new[] { container.StartupProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path }.Distinct().Count());
            Assert.True(container.StartupProbe.PeriodSeconds * container.StartupProbe.FailureThreshold >= 180);
            Assert.True(container.LivenessProbe.PeriodSeconds * container.LivenessProbe.FailureThreshold >= 60);
        }
    }

    [OverlayTheory]
    [MemberData(nameof(Overlays))]
    public void One_pod_at_a_time_goes_away(string overlay) =>
        Assert.All(Overlay.Of(overlay).All<V1PodDisruptionBudget>(), budget => Assert.Equal("1", budget.Spec.MaxUnavailable.Value));
}
