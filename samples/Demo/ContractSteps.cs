using System.Globalization;
using k8s;
using k8s.Models;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo;

/// <summary>The steps that show a contract script: it runs after the last pod of the older version, which cannot come back afterwards.</summary>
internal sealed class ContractSteps(DemoEnvironment environment, Rollout rollout, ReleaseTimeline timeline, Narrator narrator)
{
    /// <summary>
    /// The values of both releases. With <c>rollback.enabled</c>, <c>helm rollback</c> would undo the contract script instead of
    /// refusing.
    /// </summary>
    public const string Values = "migration.contract.run=job,migration.rollback.enabled=false";

    /// <summary>Far above the usual time. A Job that hangs fails the demo.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Upgrades to a release with a contract script, and follows the contract Job to completion.</summary>
    public async Task UpgradeAsync(Release older, Release release, CancellationToken cancellationToken)
    {
        var script = release.Scripts.Single(Release.IsContract);
        var start = DateTimeOffset.UtcNow;
        await rollout.DeployAsync("upgrade", release, cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            await FollowAsync(older, release, script, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException("the contract Job ends", $"it was still running after {Elapsed.Text(s_limit)}");
        }

        await rollout.ExpectHistoryAsync(
            release.Scripts, $"the history table has all {release.Scripts.Count} scripts of {release.Name}", cancellationToken);
        rollout.ExpectNoFailedRequests(start);
    }

    /// <summary>Rolls back to the older release, which is refused, and then ends this rollback.</summary>
    public async Task RefuseAsync(Release older, Release release, CancellationToken cancellationToken)
    {
        var script = release.Scripts.Single(Release.IsContract);
        var start = DateTimeOffset.UtcNow;
        var before = await DeployedState.OfAsync(environment, cancellationToken);

        var refused = await rollout.RollBackAsync(rollout.RevisionOf(older), cancellationToken);

        narrator.Expect(refused.ExitCode != 0, "helm refuses the rollback", "exit code 0", refused.Took);
        narrator.Expect(
            refused.Text.Contains(script, StringComparison.Ordinal), $"the error names the contract script {script}", refused.Text);
        await ExpectSameAsync(before, release, cancellationToken);

        // The refused rollback is the newest revision, and helm refuses upgrades until another rollback has succeeded.
        var same = await rollout.RollBackAsync(rollout.RevisionOf(release), cancellationToken);

        narrator.Expect(same.ExitCode == 0, $"a rollback to {release.Name} itself ends it", $"exit code {same.ExitCode}", same.Took);
        await ExpectSameAsync(before, release, cancellationToken);
        rollout.ExpectNoFailedRequests(start);
    }

    private async Task FollowAsync(Release older, Release release, string script, CancellationToken cancellationToken)
    {
        var (job, created) = await timeline.ContractJobAsync(release, cancellationToken);
        var applied = await WaitForScriptAsync(older, script, cancellationToken);
        narrator.Expect(await timeline.SucceedsAsync(job, cancellationToken), "the contract Job succeeds", "it failed");
        var ended = await timeline.LastPodEndedAsync(older, cancellationToken);
        timeline.RecordOutcome(job, $"database at {await environment.Database.VersionAsync(cancellationToken)}");

        await rollout.KubectlAsync(["logs", $"job/{job.Name()}"], cancellationToken);
        narrator.Expect(
            ended > created, $"the contract Job waited for the last pod of {older.Name}, and then ran {script}", "no pod to wait for");
        narrator.Output(string.Join('\n',
            Moment(TimeSpan.Zero, "the contract Job was created"),
            Moment(ended - created, $"the last pod of {older.Name} ended"),
            Moment(applied - created, $"{script} was applied")));
    }

    /// <summary>Waits until the script is applied, and checks that no pod of the older version exists then.</summary>
    private async Task<DateTimeOffset> WaitForScriptAsync(Release older, string script, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await environment.Database.AgeAsync(script, cancellationToken) is { } age)
            {
                var applied = DateTimeOffset.UtcNow - age;
                // Read after the history: a pod that exists now existed when the script ran.
                var left = await OlderPodsAsync(older, cancellationToken);
                narrator.Expect(
                    left.Count == 0,
                    $"no pod of {older.Name} exists any more, not even one that is being deleted",
                    $"{script} is applied while these pods exist: {string.Join(", ", left)}");
                return applied;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Returns the pods of a version, including those that are being deleted, because they still answer requests.</summary>
    private async Task<IReadOnlyList<string>> OlderPodsAsync(Release older, CancellationToken cancellationToken)
    {
        var shop = environment.Namespace;
        var pods = await shop.Cluster.Api.CoreV1.ListNamespacedPodAsync(shop.Name, cancellationToken: cancellationToken);
        return [.. pods.Items.Where(pod => pod.AppImage() == environment.Images.Orders(older.Version)).Select(pod => pod.Name())];
    }

    private async Task ExpectSameAsync(DeployedState before, Release release, CancellationToken cancellationToken)
    {
        var now = await DeployedState.OfAsync(environment, cancellationToken);
        narrator.Expect(
            before == now, $"the Deployment and the pods of {release.Name} are the same, and none was restarted", $"{now.Deployment}\n{now.Pods}");
    }

    private static string Moment(TimeSpan at, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,5:0.0} s  {what}");
}
