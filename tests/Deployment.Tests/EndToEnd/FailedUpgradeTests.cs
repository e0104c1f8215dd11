using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class FailedUpgradeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_failed_migration_reports_the_cause_and_leaves_v2_unchanged_and_v3_succeeds_once_fixed(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(2)).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.RunDataAsync("duplicate.sql");
        var deployment = (await orders.FindDeploymentAsync())!;
        var pods = await orders.PodsAsync(2);

        ToolOutcome failed;
        var traffic = Traffic.Start(Namespace);
        await using (traffic)
        {
            failed = (await orders.UpgradeAsync(3)).Failed();
        }

        // helm 4 prints the log as one field with escaped quotes.
        ReportsTheCause(failed.Text.Replace("\\\"", "\"", StringComparison.Ordinal));
        ReportsTheCause(await orders.TerminationMessageAsync());
        var after = (await orders.FindDeploymentAsync())!;
        Assert.Equal(deployment.Metadata.Generation, after.Metadata.Generation);
        Assert.Equal(KubernetesJson.Serialize(deployment.Spec), KubernetesJson.Serialize(after.Spec));
        Assert.Equal(deployment.Metadata.Labels, after.Metadata.Labels);
        Assert.Equal(deployment.Metadata.Annotations, after.Metadata.Annotations);
        Assert.Equal(Processes(pods), Processes(await orders.PodsAsync(2)));
        Assert.Empty(traffic.Failures);
        Assert.Equal(pods.Select(p => p.Name()).Order(), traffic.Answers.Select(a => a.Pod).Distinct().Order());
        Assert.False(await orders.Database.HasTableAsync("email_confirmations", Cancel));

        await orders.RunDataAsync("merge-duplicates.sql");
        (await orders.UpgradeAsync(3)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(3);
    }

    private static void ReportsTheCause(string text)
    {
        Assert.Contains("V10__sign_in_by_email.sql", text, StringComparison.Ordinal);
        Assert.Contains("23505", text, StringComparison.Ordinal);
        Assert.Contains("could not create unique index \"customers_email_key\"", text, StringComparison.Ordinal);
    }

    /// <summary>Returns an identity of each pod's process. A restart changes it.</summary>
    private static IEnumerable<string> Processes(IEnumerable<V1Pod> pods) => pods
        .Select(p => $"{p.Uid()} {p.AppStatus()!.RestartCount} {p.AppStatus()!.State.Running.StartedAt:O}")
        .Order();
}
