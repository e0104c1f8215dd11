using System.Diagnostics;
using Migrator.Demo.Database;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo;

/// <summary>
/// Deploys five releases of a shop's service. The upgrade to the third fails once, and then a step rolls back to the first.
/// The fourth and the fifth rename a column.
/// </summary>
internal sealed class DemoScenario(DemoEnvironment environment, Narrator narrator)
{
    private const string Duplicate = "samples/Orders/data/duplicate.sql";
    private const string MergeDuplicates = "samples/Orders/data/merge-duplicates.sql";

    private static readonly Release s_v1 = new(1);
    private static readonly Release s_v2 = new(2);
    private static readonly Release s_v3 = new(3);
    // Set in v4 already: before a rollback to v4, helm runs the check of that release.
    private static readonly Release s_v4 = new(4) { Values = ContractSteps.Values };
    private static readonly Release s_v5 = new(5) { Values = ContractSteps.Values };

    private SchemaSnapshot? _schemaOfV1;

    /// <summary>Runs all steps, and prints a timeline.</summary>
    /// <exception cref="ExpectationException">A check failed; the remaining steps did not run.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var customers = Traffic.Start(environment.Namespace);
        var timeline = new ReleaseTimeline(environment.Namespace.Record, customers, environment.Images);
        var rollout = new Rollout(environment, customers, timeline, narrator);
        var contract = new ContractSteps(environment, rollout, timeline, narrator);
        (string Title, Func<Task> RunAsync)[] steps =
        [
            ("Install v1 on an empty database", () => InstallAsync(rollout, cancellationToken)),
            ("Upgrade to v2 while v1 serves requests", () => UpgradeAsync(s_v2, rollout, cancellationToken)),
            ("A customer is entered a second time", () => AddDuplicateAsync(cancellationToken)),
            ("The upgrade to v3 fails and changes nothing", () => FailAsync(rollout, timeline, cancellationToken)),
            ("Merge the duplicate customer", () => MergeDuplicatesAsync(cancellationToken)),
            ("Upgrade to v3 with the same command while v2 serves requests", () => UpgradeAsync(s_v3, rollout, cancellationToken)),
            ("helm rollback returns the application and the schema to v1", () => RollBackAsync(rollout, cancellationToken)),
            ("Upgrade to v4, which adds a new name for the column orders.reference", () => UpgradeAsync(s_v4, rollout, cancellationToken)),
            ("Upgrade to v5, which drops the old name after the last pod of v4 has ended", () => contract.UpgradeAsync(s_v4, s_v5, cancellationToken)),
            ("helm rollback to v4 is refused, because v4 reads the old name", () => contract.RefuseAsync(s_v4, s_v5, cancellationToken)),
            ("Show the final state", () => rollout.KubectlAsync(["get", "jobs,deployments,pods"], cancellationToken)),
        ];
        try
        {
            foreach (var (index, (title, runAsync)) in steps.Index())
            {
                narrator.Heading($"{index + 1}/{steps.Length}  {title}");
                await runAsync();
            }
        }
        catch (ExpectationException)
        {
            narrator.Heading("State after the failure");
            narrator.Output(await environment.Tools.DescribeAsync());
            throw;
        }

        narrator.Heading("Timeline");
        narrator.Output(string.Join('\n', Timeline.Lines(timeline.Bars([s_v1, s_v2, s_v3, s_v4, s_v5]), narrator.Style)));
        narrator.Heading("All steps succeeded.");
    }

    private async Task InstallAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        await rollout.DeployAsync("install", s_v1, cancellationToken);
        _schemaOfV1 = (await environment.Database.SnapshotAsync(cancellationToken)).WithoutHistory();
    }

    private static async Task UpgradeAsync(Release release, Rollout rollout, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        await rollout.DeployAsync("upgrade", release, cancellationToken);
        rollout.ExpectNoFailedRequests(start);
    }

    private async Task FailAsync(Rollout rollout, ReleaseTimeline timeline, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        var schema = await environment.Database.SnapshotAsync(cancellationToken);
        var before = await DeployedState.OfAsync(environment, cancellationToken);

        var outcome = await rollout.HelmAsync("upgrade", s_v3, cancellationToken);

        narrator.Expect(outcome.ExitCode != 0, "helm fails", "exit code 0", outcome.Took);
        string[] reasons = ["V10__sign_in_by_email.sql:", "23505", "customers_email_key", "grace@example.org"];
        narrator.Expect(
            Array.TrueForAll(reasons, reason => outcome.Text.Contains(reason, StringComparison.Ordinal)),
            "the error names the script, the line, the SQL state, the index and the duplicate address",
            outcome.Text);
        var message = await rollout.KubectlAsync(
            [
                "get", "pods", "--selector", "job-name=orders-migrate", "--output",
                "jsonpath={.items[*].status.containerStatuses[0].state.terminated.message}",
            ],
            cancellationToken);
        narrator.Expect(
            Array.TrueForAll(reasons[..3], reason => message.Contains(reason, StringComparison.Ordinal)),
            "the pod's termination message names them too, for kubectl describe",
            message);

        var difference = schema.DifferenceTo(await environment.Database.SnapshotAsync(cancellationToken));
        narrator.Expect(
            difference.Count == 0,
            $"the schema of v2 is unchanged: {schema.Summary}",
            $"a difference\n{string.Join('\n', difference)}");
        var now = await DeployedState.OfAsync(environment, cancellationToken);
        narrator.Expect(
            before.Deployment == now.Deployment && !timeline.HadPods(s_v3),
            "the Deployment is unchanged, and no pod of v3 was created",
            now.Deployment);
        narrator.Expect(before.Pods == now.Pods, "the pods of v2 are the same, and none was restarted", now.Pods);
        rollout.ExpectNoFailedRequests(start);
    }

    private async Task AddDuplicateAsync(CancellationToken cancellationToken)
    {
        await RunDataAsync(Duplicate, cancellationToken);
        var duplicates = await environment.Database.DuplicateCustomersAsync(cancellationToken);
        narrator.Output(string.Join('\n', duplicates));
        narrator.Expect(duplicates.Count == 2, "two customers have the same address", $"{duplicates.Count} customers have the same address");
    }

    private async Task MergeDuplicatesAsync(CancellationToken cancellationToken)
    {
        var before = await environment.Database.OrderCountAsync(cancellationToken);
        await RunDataAsync(MergeDuplicates, cancellationToken);
        var duplicates = await environment.Database.DuplicateCustomersAsync(cancellationToken);
        narrator.Expect(duplicates.Count == 0, "no two customers have the same address", string.Join('\n', duplicates));
        var after = await environment.Database.OrderCountAsync(cancellationToken);
        narrator.Expect(after == before, $"no order is lost: there are {after} orders", $"{after} orders of {before}");
    }

    private async Task RollBackAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        var orders = await environment.Database.OrderCountAsync(cancellationToken);

        await rollout.RollBackAsync(revision: 1, s_v1, cancellationToken);

        var difference = _schemaOfV1!.DifferenceTo((await environment.Database.SnapshotAsync(cancellationToken)).WithoutHistory());
        narrator.Expect(
            difference.Count == 0,
            $"the schema is the same as after the installation of v1: {_schemaOfV1.Summary}",
            $"a difference\n{string.Join('\n', difference)}");
        var left = await environment.Database.OrderCountAsync(cancellationToken);
        narrator.Expect(left == orders, $"the data of v1 is kept: there are still {left} orders", $"{left} orders of {orders}");
        rollout.ExpectNoFailedRequests(start);
    }

    private async Task RunDataAsync(string file, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await environment.Database.RunFileAsync(file, cancellationToken);
        narrator.Done($"{file} was run", watch.Elapsed);
    }
}
