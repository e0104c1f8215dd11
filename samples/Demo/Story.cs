using System.Diagnostics;
using k8s;
using k8s.Models;
using Migrator.Demo.Database;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo;

/// <summary>Three releases of a shop's service, the last of which fails at first, and the way back. One method per step.</summary>
internal sealed class Story(Stage stage, Narrator narrator)
{
    private const string Duplicate = "samples/Orders/data/duplicate.sql";
    private const string Mend = "samples/Orders/data/mend.sql";

    private static readonly Release s_v1 = new(1);
    private static readonly Release s_v2 = new(2);
    private static readonly Release s_v3 = new(3);

    private SchemaSnapshot? _schemaOfV1;

    /// <summary>Plays all steps, and says what went on when.</summary>
    /// <exception cref="ExpectationException">A step did not go as it should; no other is played then.</exception>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await using var customers = Traffic.To(stage.Namespace);
        var chronicle = new Chronicle(stage.Namespace.Record, customers, stage.Images);
        var rollout = new Rollout(stage, customers, chronicle, narrator);
        (string Title, Func<Task> PlayAsync)[] steps =
        [
            ("v1 is installed on an empty database", () => InstallAsync(rollout, cancellationToken)),
            ("v2 goes out, while v1 serves", () => UpgradeAsync(s_v2, rollout, cancellationToken)),
            ("A customer comes a second time", () => AddDuplicateAsync(cancellationToken)),
            ("v3 fails, and nothing of it stays", () => FailAsync(rollout, chronicle, cancellationToken)),
            ("The data is mended", () => MendAsync(cancellationToken)),
            ("v3 goes out by the same command, while v2 serves", () => UpgradeAsync(s_v3, rollout, cancellationToken)),
            ("helm rollback takes application and schema back to v1", () => RollBackAsync(rollout, cancellationToken)),
            ("All of it is there", () => rollout.KubectlAsync(["get", "jobs,deployments,pods"], cancellationToken)),
        ];
        try
        {
            foreach (var (index, (title, playAsync)) in steps.Index())
            {
                narrator.Heading($"{index + 1}/{steps.Length}  {title}");
                await playAsync();
            }
        }
        catch (ExpectationException)
        {
            narrator.Heading("What is there now");
            narrator.Output(await stage.Tools.DescribeAsync());
            throw;
        }

        narrator.Heading("What went on when");
        narrator.Output(string.Join('\n', Timeline.Lines(chronicle.Bars([s_v1, s_v2, s_v3]), narrator.Style)));
        narrator.Heading("All went as it should.");
    }

    private async Task InstallAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        await rollout.GoOutAsync("install", s_v1, cancellationToken);
        _schemaOfV1 = (await stage.Database.SnapshotAsync(cancellationToken)).WithoutHistory();
    }

    private static async Task UpgradeAsync(Release release, Rollout rollout, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        await rollout.GoOutAsync("upgrade", release, cancellationToken);
        rollout.ExpectContentCustomers(start);
    }

    private async Task FailAsync(Rollout rollout, Chronicle chronicle, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        var schema = await stage.Database.SnapshotAsync(cancellationToken);
        var (deployment, pods) = await DeployedAsync(cancellationToken);

        var outcome = await rollout.HelmAsync("upgrade", s_v3, cancellationToken);

        narrator.Expect(outcome.ExitCode != 0, "helm fails", "exit code 0", outcome.Took);
        string[] reasons = ["V10__sign_in_by_email.sql:", "23505", "customers_email_key", "grace@example.org"];
        narrator.Expect(
            Array.TrueForAll(reasons, reason => outcome.Text.Contains(reason, StringComparison.Ordinal)),
            "it says where and why: script and line, SQL state, index, and the address that is there twice",
            outcome.Text);
        var message = await rollout.KubectlAsync(
            [
                "get", "pods", "--selector", "job-name=orders-migrate", "--output",
                "jsonpath={.items[*].status.containerStatuses[0].state.terminated.message}",
            ],
            cancellationToken);
        narrator.Expect(
            Array.TrueForAll(reasons[..3], reason => message.Contains(reason, StringComparison.Ordinal)),
            "so does the pod, for kubectl describe",
            message);

        var difference = schema.DifferenceTo(await stage.Database.SnapshotAsync(cancellationToken));
        narrator.Expect(
            difference.Count == 0,
            $"the schema of v2 is untouched: {schema.Summary}",
            $"a difference\n{string.Join('\n', difference)}");
        var (deploymentNow, podsNow) = await DeployedAsync(cancellationToken);
        narrator.Expect(
            deployment == deploymentNow && !chronicle.HadPods(s_v3),
            "the Deployment is untouched, and no pod of v3 was made",
            deploymentNow);
        narrator.Expect(pods == podsNow, "the pods of v2 are the same, and none was restarted", podsNow);
        rollout.ExpectContentCustomers(start);
    }

    /// <summary>The Deployment's spec, and the runs of its containers: another start is another text.</summary>
    private async Task<(string Deployment, string Pods)> DeployedAsync(CancellationToken cancellationToken)
    {
        var deployment = await stage.Namespace.FindDeploymentAsync("orders", cancellationToken);
        var pods = (await stage.Namespace.PodsAsync(cancellationToken)).Where(p => p.AppImage() is not null);
        return (
            $"generation {deployment!.Metadata.Generation}: {KubernetesJson.Serialize(deployment.Spec)}",
            string.Join('\n', pods.Select(p =>
                $"{p.Uid()}, {p.AppStatus()!.RestartCount} restarts, since {p.AppStatus()!.State.Running?.StartedAt:O}")));
    }

    private async Task AddDuplicateAsync(CancellationToken cancellationToken)
    {
        await RunDataAsync(Duplicate, cancellationToken);
        var twins = await stage.Database.TwinsAsync(cancellationToken);
        narrator.Output(string.Join('\n', twins));
        narrator.Expect(twins.Count == 2, "one address is two customers", $"{twins.Count} customers share an address");
    }

    private async Task MendAsync(CancellationToken cancellationToken)
    {
        var before = await stage.Database.OrderCountAsync(cancellationToken);
        await RunDataAsync(Mend, cancellationToken);
        var twins = await stage.Database.TwinsAsync(cancellationToken);
        narrator.Expect(twins.Count == 0, "one address is one customer again", string.Join('\n', twins));
        var after = await stage.Database.OrderCountAsync(cancellationToken);
        narrator.Expect(after == before, $"no order is lost: there are {after}", $"{after} orders of {before}");
    }

    private async Task RollBackAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow;
        var orders = await stage.Database.OrderCountAsync(cancellationToken);

        await rollout.GoBackAsync(revision: 1, s_v1, cancellationToken);

        var difference = _schemaOfV1!.DifferenceTo((await stage.Database.SnapshotAsync(cancellationToken)).WithoutHistory());
        narrator.Expect(
            difference.Count == 0,
            $"the schema is v1's again: {_schemaOfV1.Summary}",
            $"a difference\n{string.Join('\n', difference)}");
        var left = await stage.Database.OrderCountAsync(cancellationToken);
        narrator.Expect(left == orders, $"what v1 knew is intact: no order of {left} is lost", $"{left} orders of {orders}");
        rollout.ExpectContentCustomers(start);
    }

    private async Task RunDataAsync(string file, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await stage.Database.RunFileAsync(file, cancellationToken);
        narrator.Done($"{file} has run", watch.Elapsed);
    }
}
