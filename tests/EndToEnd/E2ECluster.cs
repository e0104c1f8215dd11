using k8s;

namespace Migrator.EndToEnd;

/// <summary>
/// The cluster on which the whole road is gone, with a PostgreSQL that its pods and this process reach: the stand-in, or
/// a real one. Whoever uses it sees no difference: it is asked through the Kubernetes API, helm and kubectl.
/// </summary>
public abstract class E2ECluster : IAsyncDisposable
{
    private readonly Lazy<Kubernetes> _api;

    /// <summary>Knows how the API is found.</summary>
    protected E2ECluster() => _api = new(() => new Kubernetes(Configure()));

    /// <summary>The kubeconfig file.</summary>
    public abstract string KubeconfigPath { get; }

    /// <summary>The context in it; null for its current one.</summary>
    public virtual string? Context => null;

    /// <summary>The images that it can pull.</summary>
    public abstract SampleImages Images { get; }

    /// <summary>A postgres:// address, of a role that may make databases, that means the same here and in a pod.</summary>
    public abstract string DatabaseUrl { get; }

    /// <summary>Its API.</summary>
    public IKubernetes Api => _api.Value;

    /// <summary>Ends what was started for it.</summary>
    public virtual ValueTask DisposeAsync()
    {
        if (_api.IsValueCreated)
        {
            _api.Value.Dispose();
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>What is wrong with the cluster itself; empty when nothing is.</summary>
    public virtual IReadOnlyCollection<Exception> Faults => [];

    /// <summary>How the API is reached.</summary>
    protected virtual KubernetesClientConfiguration Configure() =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath, Context);
}
