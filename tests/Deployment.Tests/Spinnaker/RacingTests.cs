using System.Globalization;
using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Rehearsal.Execution;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>
/// Several tags arrive in one poll. They start in any order and, with <c>--racing</c>, at the same time. The environment variable
/// <c>RACING_REPETITIONS</c> is the number of repetitions of each case. Default: 1.
/// </summary>
public sealed class RacingTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 300_000;

    // The newest version that only adds objects. Tags from FirstCopy on are copies of it: v4 has more scripts.
    private const int Newest = 3;
    private const int FirstCopy = 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, bool, int> Cases =>
    [
        .. Enumerable.Range(1, Repetitions).SelectMany(repetition => new TheoryDataRow<int, bool, int>[]
        {
            new(2, true, repetition), new(2, false, repetition), new(5, true, repetition), new(5, false, repetition),
        }),
    ];

    private static int Repetitions =>
        int.TryParse(Environment.GetEnvironmentVariable("RACING_REPETITIONS"), CultureInfo.InvariantCulture, out var count) ? count : 1;

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Cases))]
    public async Task Tags_of_one_poll_do_not_disturb_each_other(int tags, bool isRacing, int repetition)
    {
        Assert.True(repetition > 0);
        int[] versions = [2, 3, .. Enumerable.Range(FirstCopy, tags - 2)];
        CopyNewestVersion(versions[2..]);
        await using var orders = await Orders.StartAsync(cluster, options => options with { IsRacing = isRacing });
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(1);

        var runs = orders.Spinnaker.Poll(orders.Repository, versions.Select(v => $"v{v}"));
        foreach (var run in runs)
        {
            await orders.Spinnaker.WaitForCompletionAsync(run, Cancel);
        }

        Assert.Equal(tags, runs.Count);
        Assert.Equal(isRacing, runs.Max(r => r.StartedAt) < runs.Min(r => r.EndedAt));
        Assert.All(runs, AssertEndsForItsOwnSake);
        Assert.Contains("V10__sign_in_by_email.sql", await orders.Database.AppliedScriptsAsync(Cancel));
        foreach (var version in versions.Prepend(1))
        {
            var hasFailed = runs.Any(r => r.Trigger.Tag == $"v{version}" && r.Status == ExecutionStatus.Terminal);
            await AssertMigrationRanBeforePodsAsync(orders, version, hasFailed);
        }
    }

    /// <summary>
    /// Checks that a run succeeded, or that its tag is older than the database (exit code 6), which is the rule for tags
    /// that arrive out of order.
    /// </summary>
    private static void AssertEndsForItsOwnSake(PipelineExecution run)
    {
        if (run.Status == ExecutionStatus.Succeeded)
        {
            return;
        }

        // Only v2 has a newer version among the tags: all others contain the same migrations.
        Assert.Equal("v2", run.Trigger.Tag);
        Assert.Contains("exit code 6", run.Stage("Migrate").Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Checks that the only Job of a version ended as its run, and that no pod of the version was created before the Job had succeeded.
    /// </summary>
    private static async Task AssertMigrationRanBeforePodsAsync(Orders orders, int version, bool hasFailed)
    {
        var image = orders.Image(version);
        var ended = await orders.Record.WaitForAsync(
            c => c.Value is V1Job job && job.Spec.Template.Spec.Containers[0].Image == image && (job.IsComplete() || job.IsFailed()), Cancel);
        Assert.Equal(hasFailed, ((V1Job)ended.Value).IsFailed());
        var changes = orders.Record.Changes;
        Assert.Single(changes.Select(c => c.Value).OfType<V1Job>().Where(j => j.Spec.Template.Spec.Containers[0].Image == image).Select(j => j.Uid()).Distinct());
        var created = changes.Where(c => c.Type == WatchEventType.Added && c.Value is V1Pod pod && pod.AppImage() == image);
        Assert.All(created, pod => Assert.True(
            !hasFailed && ended.Version < pod.Version, $"a pod of v{version} was created before the migrations of v{version} were applied"));
    }

    private void CopyNewestVersion(int[] versions)
    {
        if (versions.Length == 0)
        {
            return;
        }

        Assert.SkipUnless(cluster.Cluster is LocalE2ECluster, "A real cluster has no copies of an image.");
        var local = (LocalE2ECluster)cluster.Cluster;
        foreach (var version in versions)
        {
            local.Cluster.Images[local.Images.Orders(version)] = local.Cluster.Images[local.Images.Orders(Newest)];
        }
    }
}
