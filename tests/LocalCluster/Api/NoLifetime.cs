using Microsoft.Extensions.Hosting;

namespace Migrator.LocalCluster.Api;

/// <summary>
/// Does not handle signals. The process that owns the cluster must handle Ctrl-C and SIGTERM. The default lifetime
/// would handle them and stop only the server, so the process would continue to run.
/// </summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
