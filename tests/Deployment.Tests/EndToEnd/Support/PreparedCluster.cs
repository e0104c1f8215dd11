using Migrator.EndToEnd;
using Migrator.Tooling.Packages;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// The cluster, prepared before the tests of a class start: tools are downloaded, and the programs of the images are
/// published. This time does not count towards the tests' time limits.
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
