using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.Kubernetes.Support;
using Migrator.LocalCluster;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Npgsql;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>
/// The orders of events in which a pod of another version could work on the contracted schema: before the begun rows of the contract scripts, between the rows and the
/// second look, and after it. Locks in the database stop the run at these points.
/// </summary>
public sealed class SecondLookTests(RolloutCluster shared) : RolloutTest(shared)
{
    [Fact(Timeout = Limit)]
    public async Task A_pod_that_starts_during_the_wait_for_the_lock_stops_the_contract_phase()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Own);
        await using var holder = await ConnectAsync();
        await ScalarAsync(holder, "SELECT pg_advisory_lock(12345)::text");

        var contract = await ContractAsync(environment);
        await contract.SaysAsync("another run holds the lock");
        await CreatePodAsync("old", Other);
        await ScalarAsync(holder, "SELECT pg_advisory_unlock(12345)");

        Assert.Contains("pods of another version have not ended after 0s: old", await contract.EndsAsync(5), StringComparison.Ordinal);
        await AssertContractedAsync(false);
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollout_that_is_undone_before_the_second_look_stops_the_contract_phase()
    {
        var (contract, holder) = await StopBeforeTheBegunRowsAsync();
        await using var session = holder;
        await RollOutAsync(Other);
        await ScalarAsync(holder, "ROLLBACK");

        Assert.Contains("deployment/orders does not run this version", await contract.EndsAsync(5), StringComparison.Ordinal);
        await AssertContractedAsync(false);
    }

    [Fact(Timeout = Limit)]
    public async Task An_old_pod_that_was_created_before_the_begun_rows_is_found_although_the_template_is_new()
    {
        var (contract, holder) = await StopBeforeTheBegunRowsAsync();
        await using var session = holder;
        // An undo that was undone: the ReplicaSet of the other version has a pod whose gate has passed.
        await RollOutAsync(Other);
        var old = await UntilOtherRunsAsync();
        await RollOutAsync(Own);
        await ScalarAsync(holder, "ROLLBACK");

        Assert.Contains(old, await contract.EndsAsync(5), StringComparison.Ordinal);
        await AssertContractedAsync(false);
    }

    [Fact(Timeout = Limit)]
    public async Task The_gate_of_an_old_pod_that_starts_after_the_second_look_exits_with_6()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Own);
        using var older = new TempFolder();
        File.Copy(Path.Combine(Scripts.Path, "V1__orders.sql"), Path.Combine(older.Path, "V1__orders.sql"));
        var migrate = await MigrateBinary.PathAsync(Cancel);
        Cluster.Images["gate:2"] = new ImageProgram
        {
            Entrypoint = ["/migrate/migrate"],
            Files = new Dictionary<string, string> { ["/migrate"] = Path.GetDirectoryName(migrate)!, ["/migrations"] = older.Path },
        };
        await using var holder = await ConnectAsync();
        await ScalarAsync(holder, "BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE");

        var contract = await ContractAsync(environment, "--lock-timeout=none");
        await UntilAsync(holder, IsBlocked("orders"));
        var pod = PodOf(Other);
        pod.InitContainers =
        [
            new V1Container
            {
                Name = "gate",
                Image = "gate:2",
                Args = ["wait", "--dir=/migrations", "--timeout=30s"],
                Env = [new V1EnvVar { Name = "DATABASE_URL", Value = environment["DATABASE_URL"] }],
            },
        ];
        await Api.CoreV1.CreateNamespacedPodAsync(
            new V1Pod { Metadata = new V1ObjectMeta { Name = "old", Labels = Labels("orders") }, Spec = pod }, Space, cancellationToken: Cancel);
        var gate = await Cluster.History.WaitForAsync(
            e => e.Type == LocalCluster.History.HistoryEventType.ContainerTerminated && e.Namespace == Space && e.Name == "old", Cancel);
        await ScalarAsync(holder, "ROLLBACK");

        await contract.EndsAsync(0);
        Assert.Equal(("gate", 6), (gate.Container, gate.ExitCode));
        Assert.DoesNotContain(Cluster.History.Events, e => e.Namespace == Space && e.Name == "old" && e.Container == "app");
        await AssertContractedAsync(true);
    }

    // The holder has locked the history, so the contract phase waits when it writes the begun rows.
    private async Task<(MigrateProcess Contract, NpgsqlConnection Holder)> StopBeforeTheBegunRowsAsync()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        await DeployAsync(Own, replicas: 1);
        await UntilAvailableAsync(1);
        var holder = await ConnectAsync();
        await ScalarAsync(holder, "BEGIN; LOCK TABLE changelog IN SHARE ROW EXCLUSIVE MODE");
        var contract = await ContractAsync(environment);
        await UntilAsync(holder, IsBlocked("changelog"));
        return (contract, holder);
    }

    private static string IsBlocked(string table) => $"SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '{table}'::regclass AND NOT granted)";

    private async Task<string> UntilOtherRunsAsync()
    {
        while (true)
        {
            foreach (var pod in Cluster.List("Pod", Space))
            {
                if (pod.ToJsonString().Contains(Other, StringComparison.Ordinal) && (string?)pod["status"]?["phase"] == "Running")
                {
                    return (string)pod["metadata"]!["name"]!;
                }
            }

            await Task.Delay(20, Cancel);
        }
    }
}
