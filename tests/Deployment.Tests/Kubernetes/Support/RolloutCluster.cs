using System.Globalization;
using k8s;
using k8s.Models;
using Migrator.LocalCluster;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes.Support;

/// <summary>A local cluster and a PostgreSQL server for the tests of a class. Each test has its own namespace and database.</summary>
public sealed class RolloutCluster : IAsyncLifetime
{
    private static readonly ClusterOptions s_options = new()
    {
        CrashLoopBackoff = TimeSpan.FromMilliseconds(300),
        ImagePullBackoff = TimeSpan.FromMilliseconds(300),
        DeletionDelay = TimeSpan.FromMilliseconds(200),
        SyncPeriod = TimeSpan.FromMilliseconds(200),
    };

    private readonly TempFolder _scripts = new();
    private readonly SemaphoreSlim _preparing = new(1);
    private int _number;
    private PostgresServer? _server;

    /// <summary>The cluster, with the image <c>tool:1</c> that contains a shell.</summary>
    public Cluster Cluster { get; private set; } = null!;

    /// <summary>The API, as the administrator.</summary>
    public k8s.Kubernetes Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Takes minutes if the sources have changed, and the tests have time limits.
        await MigrateBinary.PathAsync();
        Cluster = await Cluster.StartAsync(s_options);
        Cluster.Images["tool:1"] = new ImageProgram
        {
            Entrypoint = ["sh"],
            Files = new Dictionary<string, string> { ["/bin/sh"] = "/bin/sh", ["/bin/sleep"] = "/bin/sleep" },
        };
        Api = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = Cluster.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Cluster.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _scripts.Dispose();
        _preparing.Dispose();
        Assert.Empty(Cluster.Faults);
    }

    /// <summary>Creates a namespace.</summary>
    public async Task<string> CreateNamespaceAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"shop-{Interlocked.Increment(ref _number)}");
        await Api.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: cancellationToken);
        return name;
    }

    /// <summary>Returns the server, which is started on first use.</summary>
    public async Task<PostgresServer> ServerAsync(CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            return _server ??= await PostgresServer.StartAsync(cancellationToken: cancellationToken);
        }
        finally
        {
            _preparing.Release();
        }
    }
}
