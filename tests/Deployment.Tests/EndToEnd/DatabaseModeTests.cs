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
