using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.Kubernetes.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>The contract phase during rollouts of real pods: when it begins, and when it exits with 5.</summary>
public sealed class RolloutTests(RolloutCluster shared) : RolloutTest(shared)
{
    // Does not react to SIGTERM, so that the pod takes its whole grace period.
    private const string Deaf = "trap \"\" TERM; while :; do sleep 0.05; done";

    [Fact(Timeout = Limit)]
    public async Task The_contract_script_runs_after_the_whole_grace_period_of_the_last_old_pod()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Other, replicas: 1, script: Deaf, grace: 6);
        var old = Assert.Single(await UntilAvailableAsync(1));
        await RollOutAsync(Own);

        var contract = await ContractAsync(environment);
        await contract.SaysAsync($"have ended: {old} (terminating)");
        await AssertContractedAsync(false);

        await contract.EndsAsync(0);
        Assert.Null(Cluster.Find("Pod", Space, old));
        await AssertContractedAsync(true);
        // Nothing is pending any more, so Kubernetes is not asked.
        environment["KUBERNETES_SERVICE_HOST"] = "";
        await (await ContractAsync(environment)).EndsAsync(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollout_that_does_not_end_in_time_exits_with_5_and_names_what_is_left()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Other, replicas: 1);
        var old = Assert.Single(await UntilAvailableAsync(1));
        await RollOutAsync(Own, image: "none:v1");

        var result = await (await ContractAsync(environment, "--rollout-wait=2s")).EndsAsync(5);

        Assert.Contains(
            $"have not ended after 2s: deployment/orders (its rollout is not complete: 1 pods wanted, 2 exist, 1 of this version, 1 available), {old}", result, StringComparison.Ordinal);
        await AssertContractedAsync(false);
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollout_that_is_undone_during_the_wait_exits_with_5_at_once()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Other, replicas: 1);
        await UntilAvailableAsync(1);
        await RollOutAsync(Own, image: "none:v1");

        var contract = await ContractAsync(environment);
        await contract.SaysAsync("deployment/orders (its rollout is not complete");
        await RollOutAsync(Other);

        Assert.Contains("deployment/orders does not run this version", await contract.EndsAsync(5), StringComparison.Ordinal);
        await AssertContractedAsync(false);
    }

    [Fact(Timeout = Limit)]
    public async Task An_evicted_old_pod_does_not_count()
    {
        await GrantAsync();
        await DeployAsync(Own);
        await CreatePodAsync("old", Other);
        await UntilAsync(() => IsRunning("old"));

        var waiting = await WaitAsync();
        await waiting.SaysAsync("have ended: old");
        await Cluster.EvictAsync(Space, "old");
        await waiting.EndsAsync(3);

        var status = (await Api.CoreV1.ReadNamespacedPodAsync("old", Space, cancellationToken: Cancel)).Status;
        Assert.Equal(("Failed", "Evicted"), (status.Phase, status.Reason));
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_without_replicas_is_complete_when_its_old_pods_have_ended()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        var end = Path.Combine(Scripts.Path, "end");
        await DeployAsync(Other, replicas: 1, script: $"trap \"\" TERM; until [ -e {end} ]; do sleep 0.05; done", grace: 60);
        await UntilAvailableAsync(1);
        await PatchAsync(Template(Own).Replace("{\"spec\": {\"template\"", "{\"spec\": {\"replicas\": 0, \"template\"", StringComparison.Ordinal));

        var contract = await ContractAsync(environment);
        await contract.SaysAsync("(terminating)");
        await AssertContractedAsync(false);
        await File.WriteAllTextAsync(end, "", Cancel);

        await contract.EndsAsync(0);
        await AssertContractedAsync(true);
    }

    [Fact(Timeout = Limit)]
    public async Task Replicas_can_change_during_the_wait()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Own, replicas: 1);
        await UntilAvailableAsync(1);
        await CreatePodAsync("old", Other);

        var contract = await ContractAsync(environment);
        await contract.SaysAsync("have ended: old");
        await PatchAsync("""{"spec": {"replicas": 3}}""");
        await UntilAvailableAsync(3);
        await PatchAsync("""{"spec": {"replicas": 2}}""");
        await DeletePodAsync("old");

        await contract.EndsAsync(0);
        await AssertContractedAsync(true);
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}""", "statefulset/orders (its partition 1 keeps pods of another version), orders-0")]
    [InlineData("""{"type": "OnDelete", "rollingUpdate": null}""", "statefulset/orders (its update strategy OnDelete keeps pods of another version until they are deleted), orders-0, orders-1")]
    public async Task Pods_that_a_StatefulSet_keeps_are_waited_for(string strategy, string message)
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        environment["MIGRATE_AFTER_ROLLOUT"] = "statefulset/orders";
        await Api.AppsV1.CreateNamespacedStatefulSetAsync(
            new V1StatefulSet
            {
                Metadata = new V1ObjectMeta { Name = "orders" },
                Spec = new V1StatefulSetSpec
                {
                    Replicas = 2,
                    ServiceName = "orders",
                    Selector = new V1LabelSelector { MatchLabels = Labels("orders") },
                    Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = Labels("orders") }, Spec = PodOf(Other) },
                },
            },
            Space,
            cancellationToken: Cancel);
        await UntilAsync(() => IsRunning("orders-1"));
        await PatchSetAsync("{\"spec\": {\"updateStrategy\": " + strategy + "}}");
        await PatchSetAsync(Template(Own));

        var contract = await ContractAsync(environment);
        await contract.SaysAsync(message);
        await AssertContractedAsync(false);
        if (strategy.Contains("OnDelete", StringComparison.Ordinal))
        {
            await DeletePodAsync("orders-0");
            await DeletePodAsync("orders-1");
        }
        else
        {
            await PatchSetAsync("""{"spec": {"updateStrategy": {"rollingUpdate": {"partition": 0}}}}""");
        }

        await contract.EndsAsync(0);
        await AssertContractedAsync(true);
    }

    private bool IsRunning(string pod) => (string?)Cluster.Find("Pod", Space, pod)?["status"]?["phase"] == "Running";

    private Task<V1StatefulSet> PatchSetAsync(string patch) =>
        Api.AppsV1.PatchNamespacedStatefulSetAsync(new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), "orders", Space, cancellationToken: Cancel);
}
