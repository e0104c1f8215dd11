using System.Text.Json;
using Migrator.Kubernetes;
using Xunit;

namespace Migrator.Tests.Kubernetes;

/// <summary>How the status of workloads and pods is read. Their states are those that the controllers of Kubernetes write.</summary>
public sealed class RolloutStateTests
{
    private const string Set = "orders:v2";

    [Theory(Timeout = 10_000)]
    // Complete; surplus pods of the old template; a new pod that is not available; a pod too much that is unavailable; scaled to zero; no status yet.
    [InlineData("deployment", 2, """{"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}""", true)]
    [InlineData("deployment", 2, """{"replicas": 3, "updatedReplicas": 2, "availableReplicas": 3}""", false)]
    [InlineData("deployment", 2, """{"replicas": 2, "updatedReplicas": 2, "availableReplicas": 1, "unavailableReplicas": 1}""", false)]
    [InlineData("deployment", 2, """{"replicas": 3, "updatedReplicas": 3, "availableReplicas": 2, "unavailableReplicas": 1}""", false)]
    [InlineData("deployment", 2, """{"replicas": 2, "updatedReplicas": 1, "availableReplicas": 2}""", false)]
    [InlineData("deployment", 0, "{}", true)]
    [InlineData("deployment", 1, "{}", false)]
    // A StatefulSet has terminating pods in replicas. With a partition, only some pods are updated.
    [InlineData("statefulset", 2, """{"replicas": 3, "updatedReplicas": 2, "availableReplicas": 2}""", true)]
    [InlineData("statefulset", 2, """{"replicas": 2, "updatedReplicas": 1, "availableReplicas": 2}""", false)]
    [InlineData("statefulset", 2, """{"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 1}""", false)]
    [InlineData("statefulset", 0, "{}", true)]
    public void A_rollout_is_complete_when_all_pods_are_updated_and_available(string kind, int replicas, string status, bool expected)
        => Assert.Equal(expected, Of(kind, $$"""{"spec": {"replicas": {{replicas}} }, "status": {{status}} }""").DescribeIncomplete() is null);

    [Fact(Timeout = 10_000)]
    public void A_rollout_beyond_its_progress_deadline_is_described()
    {
        string? why = Of("deployment", """{"spec": {}, "status": {"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}}""").DescribeIncomplete();

        Assert.Equal("its rollout is not complete: 1 pods wanted, 0 exist, 0 of this version, 0 available; it has exceeded its progress deadline", why);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}""", "a", "b", true, null)]
    [InlineData("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}""", "a", "b", true, "its partition 1 keeps pods of another version")]
    // The controller would create a pod of another version at any moment.
    [InlineData("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}""", "a", "b", false, "its partition 1 keeps pods of another version")]
    [InlineData("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}""", "b", "b", false, null)]
    [InlineData("""{"type": "OnDelete"}""", "a", "b", true, "its update strategy OnDelete keeps pods of another version until they are deleted")]
    [InlineData("""{"type": "OnDelete"}""", "a", "b", false, null)]
    public void A_StatefulSet_can_keep_pods_of_another_version(string strategy, string current, string update, bool hasOthers, string? expected)
        => Assert.Equal(expected, Of("statefulset", $$$"""{"spec": {"updateStrategy": {{{strategy}}} }, "status": {"currentRevision": "{{{current}}}", "updateRevision": "{{{update}}}"}}""").DescribeKept(hasOthers));

    [Theory(Timeout = 10_000)]
    [InlineData("Running", true)]
    [InlineData("Pending", true)]
    [InlineData("Unknown", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    [InlineData("Succeeded", false)]
    [InlineData("Failed", false)]
    public void A_pod_of_another_version_counts_unless_it_has_ended_for_good(string? phase, bool counts)
    {
        string status = phase is null ? "{}" : $$"""{"phase": "{{phase}}"}""";

        Assert.Equal(counts ? "old" : null, Describe($$"""{"metadata": {"name": "old"}, "spec": {"containers": [{"name": "app"}]}, "status": {{status}} }"""));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("""{"containers": [{}, {"env": [{"name": "MIGRATE_SET", "value": "orders:v2"}]}]}""", null)]
    [InlineData("""{"containers": [{}], "initContainers": [{"env": [{"name": "A", "value": "orders:v2"}, {"name": "MIGRATE_SET", "value": "orders:v2"}]}]}""", null)]
    [InlineData("""{"containers": [{"env": [{"name": "MIGRATE_SET", "value": "orders:v1"}]}]}""", "p")]
    [InlineData("""{"containers": [{"env": [{"name": "MIGRATE_SET", "value": "orders:v2"}, {"name": "MIGRATE_SET", "value": "orders:v1"}]}]}""", "p")]
    [InlineData("""{"containers": [{"env": [{"name": "OTHER", "value": "orders:v2"}]}]}""", "p")]
    [InlineData("""{"containers": [{"env": [{"name": "MIGRATE_SET", "valueFrom": {"configMapKeyRef": {"name": "v", "key": "set"}}}]}]}""", "p (MIGRATE_SET has no literal value)")]
    [InlineData("""{"ephemeralContainers": [{"env": [{"name": "MIGRATE_SET", "value": "orders:v2"}]}], "containers": [{}]}""", "p")]
    public void The_version_of_a_pod_is_in_the_environment_of_its_containers(string spec, string? expected)
        => Assert.Equal(expected, Describe($$"""{"metadata": {"name": "p"}, "spec": {{spec}}, "status": {"phase": "Running"} }"""));

    private static Rollout Of(string kind, string workload) => new(new WorkloadName(kind, "orders"), JsonDocument.Parse(workload).RootElement);

    private static string? Describe(string pod) => PodVersion.DescribeOther(JsonDocument.Parse(pod).RootElement, Set);
}
