using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The init container that makes new pods wait for the migrations.</summary>
public sealed class GateTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Pods_wait_for_the_migrations_of_their_image_by_default()
    {
        var pod = (await Rendering.OfAsync()).Deployment.PodSpec;

        var gate = Assert.Single(pod.At("initContainers").Items());
        Assert.Equal(["wait", "--dir=/migrations", "--timeout=5m"], gate.At("args").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task The_gate_uses_the_jobs_image_scripts_schema_and_connection()
    {
        var rendering = await Rendering.OfAsync("""
            migration:
              command: [orders, migrate]
              dir: /sql
              schema: shop
              historyTable: history
              historyOwner: owner
              trustRoles: [etl, other]
              noDetail: true
              image: {repository: registry.example.com/migrator, tag: "2"}
              scripts: {configMap: orders-scripts}
            database: {sslMode: verify-full, rootCertificate: {configMap: ca}}
            """);
        var job = rendering.Job.Container("migrate");
        var gate = rendering.Deployment.Container("gate");

        foreach (var field in new[] { "image", "imagePullPolicy", "command", "volumeMounts", "securityContext" })
        {
            Assert.NotNull(job.At(field));
            Assert.Equal(job.At(field), gate.At(field));
        }

        string[] shared = ["--dir=/sql", "--schema=shop", "--history-table=history", "--history-owner=owner", "--trust-role=etl", "--trust-role=other", "--no-detail"];
        Assert.Subset(job.At("args").Texts().ToHashSet(), shared.ToHashSet<string?>());
        Assert.Subset(gate.At("args").Texts().ToHashSet(), shared.ToHashSet<string?>());
        var environment = gate.Environment();
        Assert.All(environment, e => Assert.Equal(e.Value, job.Environment()[e.Key]));
        Assert.Equal(rendering.Job.PodSpec.At("volumes"), rendering.Deployment.PodSpec.At("volumes"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_gate_can_be_disabled()
    {
        Assert.Null((await Rendering.OfAsync("gate: {enabled: false}")).Deployment.PodSpec.At("initContainers"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_pod_template_does_not_contain_the_revision()
    {
        var deployment = (await Rendering.OfAsync()).Deployment;

        Assert.DoesNotContain("MIGRATE_REVISION", deployment.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("helm.sh/chart", deployment.PodSpec!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            deployment.Node("spec", "template", "metadata", "labels").Entries(),
            l => l.Key is "helm.sh/chart" or "app.kubernetes.io/version");
    }

    [Fact(Timeout = Limit)]
    public async Task A_database_proxy_starts_before_the_gate()
    {
        var rendering = await Rendering.OfAsync("app: {initContainers: [{name: proxy, image: p:1, restartPolicy: Always}]}");

        Assert.Equal(["proxy", "gate"], rendering.Deployment.PodSpec.At("initContainers").Items().Select(c => c.At("name").Text()));
        // The pod of `helm test` needs the proxy too.
        var test = rendering.Single("Pod", "orders-test-schema");
        Assert.Equal(["proxy"], test.PodSpec.At("initContainers").Items().Select(c => c.At("name").Text()));
    }

    [Fact(Timeout = Limit)]
    public async Task Old_pods_keep_running_while_new_pods_wait_at_the_gate()
    {
        var strategy = (await Rendering.OfAsync()).Deployment.Node("spec", "strategy");

        Assert.Equal("0", strategy.At("rollingUpdate", "maxUnavailable").Text());
        Assert.Equal("1", strategy.At("rollingUpdate", "maxSurge").Text());
    }
}
