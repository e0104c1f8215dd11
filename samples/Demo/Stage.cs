using Migrator.Demo.Database;
using Migrator.EndToEnd;

namespace Migrator.Demo;

/// <summary>What the story is played on: a cluster, a namespace and an empty database in it, helm and kubectl.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly E2ECluster _cluster;

    private Stage(E2ECluster cluster, E2ENamespace shop, int helm)
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

    /// <summary>Makes namespace and database on a cluster, which goes with the stage.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="helm">Helm's major version: 3 or 4.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<Stage> SetAsync(E2ECluster cluster, int helm, CancellationToken cancellationToken)
    {
        try
        {
            return new Stage(cluster, await E2ENamespace.CreateAsync(cluster, "shop", cancellationToken), helm);
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
