using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary><c>migration.mode: job</c>: there is no hook, and only the gate controls the order.</summary>
public sealed class JobModeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    private static readonly string[] s_jobMode = ["--set", "migration.mode=job"];

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task New_pods_wait_and_old_pods_serve_until_the_fixed_migration_succeeds(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(2, s_jobMode)).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.RunDataAsync("duplicate.sql");

        // helm does not wait for a Job that is not a hook.
        (await orders.UpgradeAsync(3, s_jobMode)).Succeeded();
        await orders.Record.WaitForAsync(c => c.Value is V1Job job && job.IsFailed(), Cancel);
        await orders.FirstPodAsync(3, pod => pod.IsGateRunning() || pod.AppHasStarted());
        Assert.All(await orders.PodsAsync(3), pod => Assert.False(pod.AppHasStarted()));
        await orders.AssertServesAsync(2);

        await orders.RunDataAsync("merge-duplicates.sql");
        (await orders.UpgradeAsync(3, s_jobMode)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(3);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_job_and_the_gate_wait_for_a_database_and_a_role_that_are_created_later(int helm)
    {
        var orders = await StartAsync(helm);
        var late = $"{orders.Database.Name.Replace('-', '_')}_late";
        var url = new UriBuilder(orders.Database.Url) { Path = late, UserName = late, Password = late };
        await Namespace.CreateSecretAsync("late-postgres", url.Uri.ToString(), Cancel);
        try
        {
            var installing = orders.InstallAsync(
                1, [.. s_jobMode, "--set", "database.existingSecret=late-postgres", "--wait", "--wait-for-jobs", "--timeout", "110s"]);
            await orders.FirstPodAsync(1, pod => pod.IsGateRunning());
            await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
            await orders.Database.ExecuteAsync($"CREATE ROLE {late} LOGIN PASSWORD '{late}'", Cancel);
            await orders.Database.ExecuteAsync($"CREATE DATABASE {late} OWNER {late}", Cancel);

            (await installing).Succeeded();
            await orders.AssertServesAsync(1);
        }
        finally
        {
            await orders.Database.ExecuteAsync($"DROP DATABASE IF EXISTS {late} WITH (FORCE)", CancellationToken.None);
            await orders.Database.ExecuteAsync($"DROP ROLE IF EXISTS {late}", CancellationToken.None);
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_job_of_a_phase_can_be_applied_again_and_another_version_gets_its_own_job(int helm)
    {
        var orders = await StartAsync(helm);
        string[] apply = ["apply", "--filename", "-"];
        string[] wait = ["wait", "--for", "condition=complete", "job", "--all", "--timeout", "60s"];

        (await Tools.KubectlAsync(apply, Cancel, await orders.MigrationAsync(1))).Succeeded();
        (await Tools.KubectlAsync(wait, Cancel)).Succeeded();
        (await Tools.KubectlAsync(apply, Cancel, await orders.MigrationAsync(1))).Succeeded();
        (await Tools.KubectlAsync(apply, Cancel, await orders.MigrationAsync(2))).Succeeded();
        (await Tools.KubectlAsync(wait, Cancel)).Succeeded();

        Assert.Equal(2, orders.Record.Current<V1Job>().Count);
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3, "--atomic")]
    [InlineData(4, "--rollback-on-failure")]
    public async Task The_reason_survives_when_helm_deletes_the_failed_job(int helm, string option)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(2, s_jobMode)).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.RunDataAsync("duplicate.sql");

        (await orders.UpgradeAsync(3, [.. s_jobMode, option, "--wait-for-jobs", "--timeout", "20s"])).Failed();

        var events = (await Tools.KubectlAsync(["get", "events", "--field-selector", "involvedObject.kind=Job", "--output", "jsonpath={.items[*].message}"], Cancel)).Succeeded();
        Assert.Contains("Container migrate for pod", events.Output, StringComparison.Ordinal);
        Assert.Contains("failed with exit code 1 matching FailJob rule", events.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["V10__sign_in_by_email.sql 23505"],
            await orders.Database.RowsAsync("SELECT script || ' ' || sqlstate FROM changelog_audit WHERE outcome = 'failed'", Cancel));
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
    }
}
