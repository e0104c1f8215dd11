using Migrator.EndToEnd;
using Migrator.LocalCluster;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// The cluster of all end-to-end tests, started on first use: the local cluster, or a real one if <c>E2E_KUBECONFIG</c>
/// is set.
/// </summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly Lazy<Task<E2ECluster>> _cluster = new(StartAsync);

    /// <summary>Returns the cluster. The first call can take minutes, because it publishes the programs of the images.</summary>
    public Task<E2ECluster> GetAsync() => _cluster.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            await using var cluster = await _cluster.Value;
            Assert.Empty(cluster.Faults);
        }
    }

    private static async Task<E2ECluster> StartAsync() =>
        Environment.GetEnvironmentVariable("E2E_KUBECONFIG") is { Length: > 0 } kubeconfig
            ? new RealE2ECluster(
                kubeconfig, null, SampleImages.WithPrefix(Required("E2E_IMAGE_PREFIX")), Required("E2E_DATABASE_URL"))
            : await LocalE2ECluster.StartAsync(FastOptions);

    /// <summary>Short intervals, because these tests do not test Kubernetes' back-off.</summary>
    private static ClusterOptions FastOptions { get; } = new()
    {
        JobBackoff = TimeSpan.FromSeconds(1),
        CrashLoopBackoff = TimeSpan.FromSeconds(1),
        ImagePullBackoff = TimeSpan.FromSeconds(1),
        SyncPeriod = TimeSpan.FromMilliseconds(200),
    };

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"E2E_KUBECONFIG is set, but {variable} is not. Set both.");
}
