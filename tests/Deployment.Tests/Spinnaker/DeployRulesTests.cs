using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Execution;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of Spinnaker's rules for Deploy (Manifest), including surprising ones.</summary>
public sealed class DeployRulesTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 60_000;
    private const string Recreate = """, "annotations": { "strategy.spinnaker.io/recreate": "true" }""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_changed_config_map_gets_a_new_version_and_references_to_it_are_updated()
    {
        await using var orders = await Orders.StartAsync(cluster);

        await DeployAsync(orders, "hello");
        Assert.Equal("settings-v000", (await JobAsync(orders)).Spec.Template.Spec.Containers[0].Env[0].ValueFrom.ConfigMapKeyRef.Name);
        await DeployAsync(orders, "hello");
        Assert.Equal(["settings-v000"], await ConfigMapsAsync(orders));
        await DeployAsync(orders, "goodbye");

        Assert.Equal(["settings-v000", "settings-v001"], await ConfigMapsAsync(orders));
        Assert.Equal("settings-v001", (await JobAsync(orders)).Spec.Template.Spec.Containers[0].Env[0].ValueFrom.ConfigMapKeyRef.Name);

        async Task DeployAsync(Orders to, string greeting) => Assert.Equal(ExecutionStatus.Succeeded, (await RunAsync(
            to,
            TextManifestPipelines.Job(to.Image(1), Recreate, more: """, "env": [{ "name": "GREETING", "valueFrom": { "configMapKeyRef": { "name": "settings", "key": "greeting" } } }]"""),
            $$"""{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "settings" }, "data": { "greeting": "{{greeting}}" } }""")).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_keeps_its_name_with_the_annotation_versioned_false()
    {
        await using var orders = await Orders.StartAsync(cluster);

        await RunAsync(
            orders,
            """{ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "plain", "annotations": { "strategy.spinnaker.io/versioned": "false" } } }""",
            """{ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "versioned" } }""");

        var secrets = await cluster.Cluster.Api.CoreV1.ListNamespacedSecretAsync(orders.Namespace.Name, cancellationToken: Cancel);
        var names = secrets.Items.Select(s => s.Name()).ToList();
        Assert.Contains("plain", names);
        Assert.Contains("versioned-v000", names);
        Assert.DoesNotContain("versioned", names);
    }

    [Theory(Timeout = Limit)]
    [InlineData(Recreate, true)]
    [InlineData("", false)]
    public async Task A_job_runs_again_only_with_the_recreate_annotation(string metadata, bool runsAgain)
    {
        await using var orders = await Orders.StartAsync(cluster);
        await RunAsync(orders, TextManifestPipelines.Job(orders.Image(1), metadata));
        var first = await JobAsync(orders);

        var execution = await RunAsync(orders, TextManifestPipelines.Job(orders.Image(1), metadata));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(runsAgain, first.Uid() != (await JobAsync(orders)).Uid());
    }

    [Fact(Timeout = Limit)]
    public async Task Deploying_a_changed_job_without_the_recreate_annotation_fails()
    {
        await using var orders = await Orders.StartAsync(cluster);
        await RunAsync(orders, TextManifestPipelines.Job(orders.Image(1)));

        var execution = await RunAsync(orders, TextManifestPipelines.Job(orders.Image(2)));

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Contains("field is immutable", execution.Stage("Deploy").Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Label_selectors_silently_prevent_a_job_from_being_recreated()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var pipeline = TextManifestPipelines.Of(
            orders.Namespace.Name, TextManifestPipelines.Job(orders.Image(1), """, "labels": { "phase": "migrate" }""" + Recreate));
        pipeline.Stage("Deploy")["labelSelectors"] =
            System.Text.Json.Nodes.JsonNode.Parse("""{ "selectors": [{ "kind": "EQUALS", "key": "phase", "values": ["migrate"] }] }""");
        orders.Spinnaker.Save(pipeline);
        await orders.StartAsync(TextManifestPipelines.Name, new());
        var first = await JobAsync(orders);

        var execution = await orders.StartAsync(TextManifestPipelines.Name, new());

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(first.Uid(), (await JobAsync(orders)).Uid());
        Assert.Contains(execution.Stage("Deploy").Messages, m => m.StartsWith("not recreated, and Spinnaker ignores the error", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task The_stage_waits_for_a_deleted_job_until_the_timeout()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var pipeline = TextManifestPipelines.Of(orders.Namespace.Name, TextManifestPipelines.Job(orders.Image(1), command: "server"));
        pipeline.Stage("Deploy")["stageTimeoutMs"] = 3_000;
        orders.Spinnaker.Save(pipeline);
        var running = orders.Spinnaker.Start(TextManifestPipelines.Name, new());
        await orders.Record.WaitForAsync(c => c.Value is V1Job, Cancel);

        await cluster.Cluster.Api.BatchV1.DeleteNamespacedJobAsync(
            "hello", orders.Namespace.Name, propagationPolicy: "Background", cancellationToken: Cancel);
        var execution = await orders.Spinnaker.WaitForCompletionAsync(running, Cancel);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Contains("timed out", execution.Stage("Deploy").Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, "${trigger.type}")]
    [InlineData(false, "manual")]
    public async Task Expressions_in_manifests_are_evaluated_unless_the_stage_skips_evaluation(bool skips, string expected)
    {
        await using var orders = await Orders.StartAsync(cluster);
        var pipeline = TextManifestPipelines.Of(
            orders.Namespace.Name,
            """{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "settings" }, "data": { "by": "${trigger.type}" } }""");
        pipeline.Stage("Deploy")["skipExpressionEvaluation"] = skips;
        orders.Spinnaker.Save(pipeline);

        await orders.StartAsync(TextManifestPipelines.Name, new());

        var found = await cluster.Cluster.Api.CoreV1.ReadNamespacedConfigMapAsync("settings-v000", orders.Namespace.Name, cancellationToken: Cancel);
        Assert.Equal(expected, found.Data["by"]);
    }

    private static async Task<PipelineExecution> RunAsync(Orders orders, params string[] manifests)
    {
        orders.Spinnaker.Save(TextManifestPipelines.Of(orders.Namespace.Name, manifests));
        return await orders.StartAsync(TextManifestPipelines.Name, new());
    }

    private Task<V1Job> JobAsync(Orders orders) =>
        cluster.Cluster.Api.BatchV1.ReadNamespacedJobAsync("hello", orders.Namespace.Name, cancellationToken: Cancel);

    private async Task<IEnumerable<string>> ConfigMapsAsync(Orders orders)
    {
        var found = await cluster.Cluster.Api.CoreV1.ListNamespacedConfigMapAsync(orders.Namespace.Name, cancellationToken: Cancel);
        return found.Items.Select(c => c.Name()).Where(n => n.StartsWith("settings", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }
}
