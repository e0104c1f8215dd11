using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

/// <summary>
/// The delays of Kubernetes. A test that does not wait for a delayed effect would fail on a real cluster.
/// </summary>
public sealed class DelaySpecs
{
    private const string Runs = "trap \"exit 0\" TERM; while :; do sleep 0.1; done";

    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(1);

    [Fact(Timeout = 60_000)]
    public async Task A_jobs_status_is_updated_one_sync_period_after_the_end_of_its_pod()
    {
        await using var test = await TestCluster.StartAsync(TestCluster.Quick with { JobSyncPeriod = s_delay });
        // Longer than the sync period, because one update of a Job covers all changes of its pods in a period.
        await test.ApplyAsync(Manifests.Job("one", "sleep 2"));

        var ended = await EventAsync(test, e => e is { Kind: "Pod" } && Pods.IsFinished(e.State));
        var complete = await EventAsync(test, e => e is { Kind: "Job" } && Pods.HasCondition(e.State, "Complete"));

        Assert.True(complete.Time - ended.Time > 0.9 * s_delay, $"{complete.Time - ended.Time}");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_pod_of_a_deleted_job_runs_until_the_delays_of_garbage_collector_and_kubelet()
    {
        await using var test = await TestCluster.StartAsync(TestCluster.Quick with { DeletionDelay = s_delay });
        await test.ApplyAsync(Manifests.Job("one", Runs));
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted);

        (await test.KubectlAsync("delete", "job", "one")).Done();

        var deleted = await EventAsync(test, e => e is { Kind: "Job", Type: HistoryEventType.Deleted });
        var ended = await EventAsync(test, e => e.Type == HistoryEventType.ContainerTerminated);
        Assert.True(ended.Time - deleted.Time > 0.9 * (s_delay + s_delay), $"{ended.Time - deleted.Time}");
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_forced_deletion_the_container_ends_later_than_the_pod()
    {
        await using var test = await TestCluster.StartAsync(TestCluster.Quick with { DeletionDelay = s_delay });
        await test.ApplyAsync(Manifests.Pod("one", Runs));
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted);

        (await test.KubectlAsync("delete", "pod", "one", "--force", "--grace-period=0")).Done();
        await test.ApplyAsync(Manifests.Pod("one", Runs));

        var deleted = await EventAsync(test, e => e is { Kind: "Pod", Type: HistoryEventType.Deleted });
        var ended = await EventAsync(test, e => e.Type == HistoryEventType.ContainerTerminated);
        Assert.True(ended.Time - deleted.Time > 0.9 * s_delay, $"{ended.Time - deleted.Time}");
        // The end of the old container does not affect the new pod with the same name.
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted && e.Number > deleted.Number);
        Assert.Equal("Running", Assert.Single(test.Cluster.List("Pod")).Text("status", "phase"));
    }

    private static Task<HistoryEvent> EventAsync(TestCluster test, Func<HistoryEvent, bool> matches) =>
        test.Cluster.History.WaitForAsync(matches, cancellationToken: TestContext.Current.CancellationToken);
}
