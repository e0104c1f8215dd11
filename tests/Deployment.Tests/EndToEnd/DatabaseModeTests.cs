using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary>The ways in which the Job, the gate and the application receive the connection.</summary>
public sealed class DatabaseModeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_secret_can_be_mounted_as_files(int helm)
    {
        var orders = await StartAsync(helm);

        (await orders.InstallAsync(1, "--set", "database.credentials=files")).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
        var job = (V1Job)(await orders.CompleteJobAsync(1)).Value;
        Assert.DoesNotContain(job.Spec.Template.Spec.Containers[0].Env, e => e.Name == "DATABASE_URL");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_jobs_copy_of_a_url_in_the_values_is_deleted_after_the_job(int helm)
    {
        var orders = await StartAsync(helm);
        string[] inline = ["--set", $"database.existingSecret=,database.url={Namespace.Database.Url}"];

        (await orders.InstallAsync(1, inline)).Succeeded();
        (await orders.UpgradeAsync(2, inline)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        Assert.True(await HasSecretAsync("orders-connection"));
        Assert.False(await HasSecretAsync("orders-migrate"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_new_url_in_the_values_replaces_the_pods_and_an_unchanged_url_does_not(int helm)
    {
        var orders = await StartAsync(helm);
        string[] first = ["--set", $"database.existingSecret=,database.url={Namespace.Database.Url}"];
        string[] second = ["--set", $"database.existingSecret=,database.url={Namespace.Database.Url}?application_name=shop"];

        (await orders.InstallAsync(1, first)).Succeeded();
        var installed = await PodTemplateAsync();
        (await orders.UpgradeAsync(1, first)).Succeeded();
        var unchanged = await PodTemplateAsync();
        (await orders.UpgradeAsync(1, second)).Succeeded();
        var changed = await PodTemplateAsync();
        (await orders.UpgradeAsync(1, second)).Succeeded();

        Assert.Equal("1", installed.Metadata.Annotations["revision/database"]);
        Assert.Equal(KubernetesJson.Serialize(installed), KubernetesJson.Serialize(unchanged));
        Assert.Equal("3", changed.Metadata.Annotations["revision/database"]);
        Assert.Equal(KubernetesJson.Serialize(changed), KubernetesJson.Serialize(await PodTemplateAsync()));
    }

    private async Task<V1PodTemplateSpec> PodTemplateAsync() =>
        (await Namespace.Cluster.Api.AppsV1.ReadNamespacedDeploymentAsync("orders", Namespace.Name, cancellationToken: Cancel)).Spec.Template;

    private async Task<bool> HasSecretAsync(string name)
    {
        try
        {
            await Namespace.Cluster.Api.CoreV1.ReadNamespacedSecretAsync(name, Namespace.Name, cancellationToken: Cancel);
            return true;
        }
        catch (HttpOperationException problem) when (problem.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
