using k8s;
using Migrator.LocalCluster;
using Migrator.Tooling;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Published;

namespace Migrator.EndToEnd;

/// <summary>
/// The local cluster of <c>tests/LocalCluster</c> and a private PostgreSQL server, both started by this process.
/// </summary>
public sealed class LocalE2ECluster : E2ECluster
{
    private readonly PostgresServer _server;

    private LocalE2ECluster(Cluster cluster, PostgresServer server)
    {
        Cluster = cluster;
        _server = server;
    }

    /// <summary>The local cluster, which records an ordered history.</summary>
    public Cluster Cluster { get; }

    public override string KubeconfigPath => Cluster.KubeconfigPath;

    public override SampleImages Images { get; } = new("orders", "migrator");

    public override string DatabaseUrl => _server.Url();

    public override IReadOnlyCollection<Exception> Faults => Cluster.Faults;

    /// <summary>
    /// Publishes the images' programs if necessary, which takes minutes, and starts the cluster and the server.
    /// </summary>
    /// <param name="options">The cluster's delays; null for those of Kubernetes.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<LocalE2ECluster> StartAsync(
        ClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        var migrate = await MigrateBinary.PathAsync(cancellationToken);
        List<string> orders = [];
        for (var version = 1; version <= OrdersBinary.Newest; version++)
        {
            orders.Add(await OrdersBinary.PathAsync(version, cancellationToken));
        }

        var server = await PostgresServer.StartAsync(cancellationToken: cancellationToken);
        try
        {
            var local = new LocalE2ECluster(await Cluster.StartAsync(options, cancellationToken), server);
            local.Cluster.Images[local.Images.Migrator] = Program(migrate, "/usr/local/bin") with
            {
                Environment = new Dictionary<string, string> { ["MIGRATE_DIR"] = "/migrations" },
            };
            local.Cluster.Images[BusyboxImage()] = Busybox(local.Cluster.Address);
            foreach (var (index, path) in orders.Index())
            {
                local.Cluster.Images[local.Images.Orders(index + 1)] = Program(path, "/app");
            }

            return local;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Cluster.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Disables HTTP_PROXY, because a proxy cannot reach loopback addresses of this machine.</summary>
    protected override KubernetesClientConfiguration Configure() => new()
    {
        Host = Cluster.Address.AbsoluteUri,
        FirstMessageHandlerSetup = handler => handler.UseProxy = false,
    };

    /// <summary>Reads the reference of the image of `helm test` from the chart, because its digest changes with each update.</summary>
    private static string BusyboxImage()
    {
        const string Key = "    image: ";
        return File.ReadLines(RepositoryRoot.Combine("chart", "values.yaml"))
            .Single(line => line.StartsWith(Key + "docker.io/library/busybox:", StringComparison.Ordinal))[Key.Length..];
    }

    /// <summary>
    /// The image that the chart's `helm test` uses. This machine's resolver does not know the names of Services, so its
    /// wget sends requests through the API server's proxy.
    /// </summary>
    private static ImageProgram Busybox(Uri apiServer) => new()
    {
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = "/busybox:/usr/bin:/bin",
            ["API_SERVER"] = apiServer.Authority,
        },
        Files = new Dictionary<string, string> { ["/busybox"] = RepositoryRoot.Combine("tests", "EndToEnd", "Busybox") },
    };

    /// <summary>
    /// Returns an image whose entry point is a published program, with all files in the program's folder.
    /// </summary>
    private static ImageProgram Program(string path, string folder) => new()
    {
        Entrypoint = [$"{folder}/{Path.GetFileName(path)}"],
        Environment = new Dictionary<string, string> { ["PATH"] = $"{folder}:/usr/bin:/bin" },
        Files = new Dictionary<string, string> { [folder] = Path.GetDirectoryName(path)! },
    };
}
