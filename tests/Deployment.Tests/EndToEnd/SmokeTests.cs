using System.Security.Cryptography;
using k8s;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary><c>tests/smoke/smoke.sh</c>, called as in a CI job.</summary>
public sealed class SmokeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    private const int Limit = 240_000;
    private readonly string _namespace = $"smoke-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_smoke_test_runs_all_steps_and_deletes_its_objects(int helm)
    {
        var orders = await StartAsync(helm);

        var smoke = (await RunAsync(helm, orders.Image(1), orders.Image(2))).Succeeded();

        Assert.Equal(
            [
                $"== namespace {_namespace}",
                $"== install {orders.Image(1)}",
                $"== upgrade to {orders.Image(2)}",
                "== an upgrade whose migration fails",
                "the old version is unchanged",
                "== the same upgrade, corrected",
                "== helm test",
                "== uninstall",
                "smoke: all steps succeeded",
            ],
            smoke.Output.Split('\n').Where(l => l.Length > 0 && !l.StartsWith("smoke-", StringComparison.Ordinal)));
        // Two replicas, each listed after the install and after the upgrade.
        Assert.Equal(4, smoke.Output.Split('\n').Count(l => l.StartsWith("smoke-", StringComparison.Ordinal) && l.EndsWith(" 0 true", StringComparison.Ordinal)));
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
        Assert.DoesNotContain(
            (await Namespace.Cluster.Api.CoreV1.ListNamespaceAsync(cancellationToken: Cancel)).Items, n => n.Metadata.Name == _namespace);
    }

    [Fact(Timeout = Limit)]
    public async Task The_smoke_test_reports_a_failed_install_and_deletes_its_objects()
    {
        var orders = await StartAsync(4);
        // The first migration creates this table, so it fails.
        await orders.Database.ExecuteAsync("CREATE TABLE customers (id int)", Cancel);

        var smoke = (await RunAsync(4, orders.Image(1), orders.Image(2))).Failed();

        Assert.Contains("V1__create_customers.sql", smoke.Error, StringComparison.Ordinal);
        Assert.Contains("smoke: the install failed", smoke.Error, StringComparison.Ordinal);
        Assert.Contains("== pods, jobs and events of the namespace", smoke.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await Namespace.Cluster.Api.CoreV1.ListNamespaceAsync(cancellationToken: Cancel)).Items, n => n.Metadata.Name == _namespace);
    }

    private async Task<ToolOutcome> RunAsync(int helm, string image, string newImage)
    {
        using var home = new TempFolder();
        var command = Guarded.Command("bash", RepositoryRoot.Combine("tests", "smoke", "smoke.sh"))
            .WithWorkingDirectory(home.Path)
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["SMOKE_DATABASE_URL"] = Namespace.Database.Url,
                ["SMOKE_IMAGE"] = image,
                ["SMOKE_IMAGE_NEW"] = newImage,
                ["SMOKE_VALUES"] = RepositoryRoot.Combine("samples", "Demo", "values.yaml"),
                ["SMOKE_NAMESPACE"] = _namespace,
                ["SMOKE_TIMEOUT"] = "2m",
                ["HELM"] = helm == 3 ? await Helm.V3PathAsync(Cancel) : await Helm.V4PathAsync(Cancel),
                ["KUBECTL"] = await Kubectl.PathAsync(Cancel),
                ["KUBECONFIG"] = Namespace.Cluster.KubeconfigPath,
                ["HOME"] = home.Path,
            });
        return await ToolOutcome.OfAsync("smoke.sh", command, Cancel);
    }
}
