using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary>
/// Contract scripts in a release (<c>migration.contract.run: job</c>): when they run, and what helm does with the Job. The releases differ in their
/// scripts: <c>a</c> adds the column <c>note</c>, <c>b</c> drops it, and <c>c</c> fails.
/// </summary>
public sealed class ContractTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    private const int Limit = 180_000;
    private const string Contract = "V21__drop_note.contract.sql";

    private static readonly (string Name, string Sql)[] s_a =
    [
        ("V20__add_note.sql", "ALTER TABLE orders ADD COLUMN note text;"), ("U20__add_note.sql", "ALTER TABLE orders DROP COLUMN note;"),
    ];

    private static readonly (string Name, string Sql)[] s_b =
    [
        .. s_a, (Contract, "ALTER TABLE orders DROP COLUMN note;"), ("U21__drop_note.sql", "ALTER TABLE orders ADD COLUMN note text;"),
        ("V22__add_remark.sql", "ALTER TABLE orders ADD COLUMN remark text;"), ("U22__add_remark.sql", "ALTER TABLE orders DROP COLUMN remark;"),
    ];

    private static readonly (string Name, string Sql)[] s_c = [.. s_b, ("V23__broken.sql", "SELECT 1 / 0;")];

    [Theory(Timeout = Limit)]
    [InlineData(3, "--atomic")]
    [InlineData(4, "--rollback-on-failure")]
    public async Task A_contract_script_runs_after_the_last_older_pod_and_helm_refuses_a_rollback_behind_it(int helm, string atomic)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1, await SettingsAsync("a", s_a))).Succeeded();
        await CompleteContractAsync(1);

        // The older pods still answer requests for a moment, and helm does not wait for the contract Job.
        (await orders.UpgradeAsync(1, ["--wait", .. await SettingsAsync("b", s_b)])).Succeeded();
        var contracted = await CompleteContractAsync(2);
        var older = orders.Record.Changes
            .Where(c => c.Version < contracted.Version && c.Value is V1Pod pod && SetOf(pod).EndsWith(" scripts a", StringComparison.Ordinal) && pod.AppHasStarted())
            .GroupBy(c => ((V1Pod)c.Value).Uid())
            .ToList();
        Assert.Equal(2, older.Count);
        Assert.All(older, pod => Assert.Equal(WatchEventType.Deleted, pod.MaxBy(c => c.Version)!.Type));
        Assert.Equal("remark", await ColumnsAsync(orders));

        // The kept Job of revision 1 exists, and the older version could not run any more.
        var refused = (await orders.RollbackAsync(1)).Failed();
        Assert.Contains(Contract, refused.Text, StringComparison.Ordinal);
        Assert.Contains("The application was not changed", refused.Text, StringComparison.Ordinal);
        Assert.Equal("pending-rollback", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
        Assert.All(await orders.PodsAsync(1), pod => Assert.EndsWith(" scripts b", SetOf(pod), StringComparison.Ordinal));

        // The way out that the message names.
        (await orders.RollbackAsync(2)).Succeeded();
        Assert.Equal("deployed", await orders.StatusAsync());

        // An upgrade that fails before helm changes anything rolls back to a revision whose kept Job exists.
        var failed = (await orders.UpgradeAsync(1, [atomic, .. await SettingsAsync("c", s_c)])).Failed();
        Assert.Contains("V23__broken.sql", failed.Text, StringComparison.Ordinal);
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
        Assert.Equal("remark", await ColumnsAsync(orders));
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task With_undo_scripts_a_rollback_restores_what_was_contracted_before_the_older_pods_start(int helm)
    {
        string[] undo = ["--set", "migration.rollback.enabled=true"];
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1, [.. await SettingsAsync("a", s_a), .. undo])).Succeeded();
        (await orders.UpgradeAsync(1, [.. await SettingsAsync("b", s_b), .. undo])).Succeeded();
        await CompleteContractAsync(2);
        Assert.Equal("remark", await ColumnsAsync(orders));

        var rollback = (await orders.RollbackAsync(1)).Succeeded();

        Assert.Contains("undone version 21 with U21__drop_note.sql", rollback.Text, StringComparison.Ordinal);
        Assert.Contains("undone version 22 with U22__add_remark.sql", rollback.Text, StringComparison.Ordinal);
        Assert.Equal("note", await ColumnsAsync(orders));
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
        Assert.All(await orders.PodsAsync(1), pod => Assert.EndsWith(" scripts a", SetOf(pod), StringComparison.Ordinal));
    }

    private static async Task<string> ColumnsAsync(OrdersRelease orders) => string.Join(' ', await orders.Database.RowsAsync(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname IN ('note', 'remark')", Cancel));

    private static string SetOf(V1Pod pod) =>
        pod.Spec.InitContainers?.SelectMany(c => c.Env).FirstOrDefault(v => v.Name == "MIGRATE_SET")?.Value ?? "";

    private Task<RecordedChange> CompleteContractAsync(int revision) => Namespace.Record.WaitForAsync(
        c => c.Value is V1Job job && job.Name().StartsWith($"orders-contract-{revision}-", StringComparison.Ordinal) && job.IsComplete(), Cancel);

    // Creates a ConfigMap with the scripts of v1 and others, and returns the values that use it.
    private async Task<string[]> SettingsAsync(string release, (string Name, string Sql)[] scripts)
    {
        using var folder = new TempFolder();
        foreach (var (name, sql) in scripts)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, name), sql, Cancel);
        }

        (await Tools.KubectlAsync(
            ["create", "configmap", release, $"--from-file={RepositoryRoot.Combine("samples", "Orders", "migrations", "v1")}", $"--from-file={folder.Path}"], Cancel)).Succeeded();
        return
        [
            "--set", $"migration.image.repository={Namespace.Cluster.Images.MigratorRepository},migration.image.tag={SampleImages.MigratorTag}",
            "--set", $"migration.command={{migrate}},migration.dir=/migrations,migration.scripts.configMap={release}",
            "--set", "migration.contract.run=job,migration.rollback.enabled=false,app.lifecycle.preStop.sleep.seconds=3",
        ];
    }
}
