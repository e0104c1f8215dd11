using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.Kubernetes.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>What <c>--after-rollout</c> and <c>--after-pods</c> read, and what stops them.</summary>
public sealed class AfterRolloutTests(RolloutCluster shared) : RolloutTest(shared)
{
    [Fact(Timeout = Limit)]
    public async Task The_wait_ends_when_no_pod_of_another_version_is_left()
    {
        await GrantAsync();
        await DeployAsync(Own);
        await CreatePodAsync("old", Other);

        var waiting = await WaitAsync();
        await waiting.SaysAsync("waiting until pods of another version have ended: old");
        await DeletePodAsync("old");

        await waiting.EndsAsync(3);
    }

    [Fact(Timeout = Limit)]
    public async Task Pods_that_are_left_are_named_when_the_time_is_up()
    {
        await GrantAsync();
        await DeployAsync(Own);
        await CreatePodAsync("cannot-start", Other, image: "none:v1");
        await CreatePodAsync("without", null);
        await Api.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "indirect", Labels = Labels("orders") },
                Spec = new V1PodSpec
                {
                    Containers = [new V1Container { Name = "app", Image = "none:v1", Env = [new V1EnvVar { Name = "MIGRATE_SET", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } }] }],
                },
            },
            Space,
            cancellationToken: Cancel);

        var result = await (await WaitAsync("--rollout-wait=2s")).EndsAsync(5);

        Assert.Contains("pods of another version have not ended after 2", result, StringComparison.Ordinal);
        Assert.Contains("cannot-start, indirect (MIGRATE_SET has no literal value), without", result, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_of_another_version_or_a_paused_one_ends_the_wait_at_once()
    {
        await GrantAsync();
        await DeployAsync(Other);

        var other = await (await WaitAsync()).EndsAsync(5);
        await PatchAsync("""{"spec": {"paused": true}}""");
        var paused = await (await WaitAsync()).EndsAsync(5);

        Assert.Contains($"deployment/orders does not run this version: no container of its template has MIGRATE_SET={Own}", other, StringComparison.Ordinal);
        Assert.Contains("deployment/orders is paused", paused, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("get deployments", "must not get deployments", "{apiGroups: [\"apps\"], resources: [deployments], verbs: [get], resourceNames: [orders]}")]
    [InlineData("list pods", "must not list pods", "{apiGroups: [\"\"], resources: [pods], verbs: [list]}")]
    public async Task A_missing_right_is_named_with_the_rule_to_add(string missing, string what, string rule)
    {
        await GrantAsync(missing);
        await DeployAsync(Own);

        var result = await (await WaitAsync()).EndsAsync(2);

        Assert.Contains($"the ServiceAccount of this pod {what} in the namespace {Space}", result, StringComparison.Ordinal);
        Assert.Contains(rule, result, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_that_does_not_exist_or_is_deleted_during_the_wait_is_an_error()
    {
        await GrantAsync();
        await CreatePodAsync("old", Other);

        var missing = await (await WaitAsync()).EndsAsync(2);
        await DeployAsync(Own);
        var waiting = await (await WaitAsync()).SaysAsync("old");
        await Api.AppsV1.DeleteNamespacedDeploymentAsync("orders", Space, cancellationToken: Cancel);
        var deleted = await waiting.EndsAsync(2);

        Assert.Contains($"deployment/orders does not exist in the namespace {Space}", missing, StringComparison.Ordinal);
        Assert.Contains($"deployment/orders does not exist in the namespace {Space}", deleted, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("KUBERNETES_SERVICE_HOST", "", "the environment variable KUBERNETES_SERVICE_HOST is not set")]
    [InlineData("MIGRATE_SERVICE_ACCOUNT_DIR", "/nowhere", "/nowhere/token cannot be read")]
    [InlineData("MIGRATE_SET", "", "--after-rollout needs the environment variable MIGRATE_SET")]
    [InlineData("MIGRATE_SET", "orders:$(TAG)", "MIGRATE_SET is 'orders:$(TAG)': Kubernetes did not replace the variable")]
    [InlineData("MIGRATE_AFTER_ROLLOUT", "orders", "'orders' is not the name of a workload: deployment/NAME or statefulset/NAME")]
    [InlineData("MIGRATE_AFTER_PODS", " ", "--after-pods is empty, which would select all pods of the namespace", "--after-pods= ")]
    public async Task Outside_a_pod_and_with_wrong_settings_the_command_exits_with_2(string variable, string value, string message, params string[] more)
    {
        var environment = Access();
        environment[variable] = value;

        Assert.Contains(message, await (await WaitAsync(environment, more)).EndsAsync(2), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_pods_of_each_selector_are_waited_for_together_with_the_rollout()
    {
        await GrantAsync();
        await DeployAsync(Own);
        await CreatePodAsync("report-old", Other, app: "report");
        await CreatePodAsync("report-new", Own, app: "report");
        await CreatePodAsync("import-old", null, app: "import");
        await CreatePodAsync("unrelated", null, app: "database");
        string[] selectors = ["--after-pods=app in (report, other),batch notin (no)", "--after-pods=app=import"];

        var waiting = await WaitAsync(selectors);
        await waiting.SaysAsync("have ended: report-old, import-old");
        await DeletePodAsync("report-old");
        await waiting.SaysAsync("have ended: import-old");
        await DeletePodAsync("import-old");
        await waiting.EndsAsync(3);

        // Without a workload, and from the environment.
        var environment = Access();
        environment.Remove("MIGRATE_AFTER_ROLLOUT");
        environment["MIGRATE_AFTER_PODS"] = "app=report,app!=other; app=database";
        var result = await (await WaitAsync(environment, "--rollout-wait=0s")).EndsAsync(5);
        Assert.Contains("have ended: unrelated\n", result, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Each_workload_of_a_repeated_option_is_waited_for()
    {
        await GrantAsync();
        await DeployAsync(Own);

        var result = await (await WaitAsync("--after-rollout=statefulset/missing", "--after-rollout=deployment/orders")).EndsAsync(2);

        Assert.Contains("statefulset/missing does not exist", result, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_selector_that_the_API_server_refuses_is_an_error()
    {
        await GrantAsync();
        await DeployAsync(Own);

        var result = await (await WaitAsync("--after-pods=app orders")).EndsAsync(2);

        Assert.Contains("refuses to list pods with the label selector 'app orders': HTTP status 400: unable to parse requirement", result, StringComparison.Ordinal);
    }
}
