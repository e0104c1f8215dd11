using CliWrap.Buffered;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class KubernetesToolsSpecs
{
    [Fact(Timeout = 300_000)]
    public async Task Helm_3_and_helm_4_and_kubectl_have_the_pinned_versions()
    {
        var cancel = TestContext.Current.CancellationToken;

        var helm3 = await RunAsync(await Helm.V3PathAsync(cancel), "version", "--short");
        var helm4 = await RunAsync(await Helm.V4PathAsync(cancel), "version", "--short");
        var kubectl = await RunAsync(await Kubectl.PathAsync(cancel), "version", "--client");

        Assert.StartsWith("v3.18.0", helm3, StringComparison.Ordinal);
        Assert.StartsWith("v4.2.3", helm4, StringComparison.Ordinal);
        Assert.Contains("v1.36.3", kubectl, StringComparison.Ordinal);

        async Task<string> RunAsync(string program, params string[] arguments) =>
            (await Guarded.Command(program, arguments).ExecuteBufferedAsync(cancel)).StandardOutput;
    }
}
