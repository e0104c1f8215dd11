using k8s;

namespace Migrator.EndToEnd;

/// <summary>
/// The cluster of the end-to-end tests, with a PostgreSQL server that its pods and this process can reach. It is the
/// local cluster or a real one. Tests use both in the same way: through the Kubernetes API, helm and kubectl.
/// </summary>
public abstract class E2ECluster : IAsyncDisposable
{
    private readonly Lazy<Kubernetes> _api;

    /// <summary>Creates the API client at its first use.</summary>
    protected E2ECluster() => _api = new(() => new Kubernetes(Configure()));

    /// <summary>The kubeconfig file.</summary>
    public abstract string KubeconfigPath { get; }

    /// <summary>The context in the kubeconfig; null for the current context.</summary>
    public virtual string? Context => null;

    /// <summary>The images that the cluster can pull.</summary>
    public abstract SampleImages Images { get; }

    /// <summary>A postgres:// address that works in this process and in pods. Its role can create databases.</summary>
    public abstract string DatabaseUrl { get; }

    /// <summary>The client of the cluster's API.</summary>
    public IKubernetes Api => _api.Value;

    /// <summary>Ends everything that was started for the cluster.</summary>
    public virtual ValueTask DisposeAsync()
    {
        if (_api.IsValueCreated)
        {
            _api.Value.Dispose();
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Errors of the cluster itself; empty if there are none.</summary>
    public virtual IReadOnlyCollection<Exception> Faults => [];

    /// <summary>Returns the configuration of the API client.</summary>
    protected virtual KubernetesClientConfiguration Configure() =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath, Context);
}
