using Migrator.EndToEnd;
using Migrator.LocalCluster;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// The cluster of all tests here, started by the first that asks for it: the stand-in, or with <c>E2E_KUBECONFIG</c> a
/// real one.
/// </summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly Lazy<Task<E2ECluster>> _cluster = new(StartAsync);

    /// <summary>The cluster. The first call may take minutes, for publishing the images' programs.</summary>
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
                kubeconfig, null, SampleImages.WithPrefix(Needed("E2E_IMAGE_PREFIX")), Needed("E2E_DATABASE_URL"))
            : await LocalE2ECluster.StartAsync(Quick);

    /// <summary>What Kubernetes waits between two tries is not what is tested here.</summary>
    private static ClusterOptions Quick { get; } = new()
    {
        JobBackoff = TimeSpan.FromSeconds(1),
        CrashLoopBackoff = TimeSpan.FromSeconds(1),
        ImagePullBackoff = TimeSpan.FromSeconds(1),
        SyncPeriod = TimeSpan.FromMilliseconds(200),
    };

    private static string Needed(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"E2E_KUBECONFIG is set, so {variable} is needed too.");
}
