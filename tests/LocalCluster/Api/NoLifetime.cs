using Microsoft.Extensions.Hosting;

namespace Migrator.LocalCluster.Api;

/// <summary>
/// Leaves Ctrl-C and SIGTERM to the process that owns the cluster; the default lifetime would take them for itself, and
/// the process would live on.
/// </summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
