using Migrator.Demo.Database;
using Migrator.EndToEnd;

namespace Migrator.Demo;

/// <summary>The environment of the demo: a cluster, a namespace with a database, helm and kubectl.</summary>
internal sealed class DemoEnvironment : IAsyncDisposable
{
    private readonly E2ECluster _cluster;

    private DemoEnvironment(E2ECluster cluster, E2ENamespace shop, int helm)
    {
        _cluster = cluster;
        Namespace = shop;
        Database = new ShopDatabase(shop.Database);
        Tools = new ClusterTools(cluster, shop.Name, helm);
    }

    public E2ENamespace Namespace { get; }

    public ShopDatabase Database { get; }

    public ClusterTools Tools { get; }

    public SampleImages Images => _cluster.Images;

    /// <summary>
    /// Creates a namespace and a database on a cluster. Disposing the environment disposes the cluster.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="helm">Helm's major version: 3 or 4.</param>
    /// <param name="cancellationToken">Cancels the creation.</param>
    public static async Task<DemoEnvironment> CreateAsync(E2ECluster cluster, int helm, CancellationToken cancellationToken)
    {
        try
        {
            return new DemoEnvironment(cluster, await E2ENamespace.CreateAsync(cluster, "shop", cancellationToken), helm);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Tools.Dispose();
        await Namespace.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
