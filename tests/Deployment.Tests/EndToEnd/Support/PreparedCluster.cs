using Migrator.EndToEnd;
using Migrator.Tooling.Packages;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// The cluster, with the tools fetched and the images' programs published before a class's tests begin, so that it does
/// not count against a test's time limit.
/// </summary>
public sealed class PreparedCluster(SharedCluster shared) : IAsyncLifetime
{
    public E2ECluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Helm.V3PathAsync(), Helm.V4PathAsync(), Kubectl.PathAsync());
        Cluster = await shared.GetAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
