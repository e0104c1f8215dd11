using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class HelmSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task I_can_install_a_chart_with_a_hook_job(int helm)
    {
        await using var test = await TestCluster.StartAsync();

        var install = await test.HelmAsync(helm, "install", "shop", TestCluster.Chart("tiny"), "--wait", "--timeout", "30s");

        install.Done();
        Assert.Contains("STATUS: deployed", install.Text, StringComparison.Ordinal);
    }
}
