using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class FirstInstallTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task V1_can_be_installed_on_an_empty_database(int helm)
    {
        var orders = await StartAsync(helm);

        (await orders.InstallAsync(1)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_failed_first_install_deploys_nothing_and_succeeds_once_the_cause_is_fixed(int helm)
    {
        var orders = await StartAsync(helm);
        await orders.Database.ExecuteAsync("CREATE TABLE customers (left_over text)", Cancel);

        var failed = (await orders.UpgradeAsync(1, "--install")).Failed();

        Assert.Contains("V1__create_customers.sql", failed.Text, StringComparison.Ordinal);
        Assert.Contains("42P07", failed.Text, StringComparison.Ordinal);
        Assert.Null(await orders.FindDeploymentAsync());
        Assert.DoesNotContain(orders.Record.Changes, c => c.Value is k8s.Models.V1Pod pod && pod.AppImage() is not null);

        await orders.Database.ExecuteAsync("DROP TABLE customers", Cancel);
        (await orders.UpgradeAsync(1, "--install")).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
    }
}
