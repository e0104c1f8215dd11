using System.Globalization;
using Migrator.Deployment.Tests.Kubernetes.Support;
using Migrator.LocalCluster;
using Migrator.LocalCluster.History;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>
/// Rolls out one version after the other, each with a contract script, with real gates. Three times, or as often as the environment variable
/// <c>MIGRATOR_ROLLOUTS</c> says.
/// </summary>
public sealed class RepeatedRolloutTests(RolloutCluster shared) : RolloutTest(shared)
{
    private static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("MIGRATOR_ROLLOUTS"), CultureInfo.InvariantCulture, out var count) ? count : 3;

    [Fact(Timeout = 900_000)]
    public async Task No_contract_script_begins_before_the_last_pod_of_the_previous_version_has_ended()
    {
        await GrantAsync();
        var environment = await PrepareContractAsync();
        using var folders = new TempFolder();
        await using var session = await ConnectAsync();
        await ScalarAsync(session, "CREATE TABLE begun (version int, at timestamptz)");
        var gaps = new List<double>();
        for (var version = 1; version <= s_count + 1; version++)
        {
            var folder = await AddVersionAsync(folders.Path, version);
            var set = string.Create(CultureInfo.InvariantCulture, $"orders:{version}");
            await ReleaseAsync(version, set, environment["DATABASE_URL"]!);
            environment["MIGRATE_SET"] = set;
            await (await MigrateProcess.StartAsync(environment, "up", "--phase=contract", $"--dir={folder}")).EndsAsync(0);
            if (version == 1)
            {
                continue;
            }

            // What the containers of the older versions did, until now.
            var events = Cluster.History.Events.Where(e => e.Namespace == Space && e.Container is not null && !e.State.ToJsonString().Contains($"\"{set}\"", StringComparison.Ordinal)).ToArray();
            var ends = events.Where(e => e.Type == HistoryEventType.ContainerTerminated).ToArray();
            Assert.Equal(events.Count(e => e.Type == HistoryEventType.ContainerStarted), ends.Length);
            var begun = new DateTimeOffset((DateTime)(await ScalarAsync(session, string.Create(CultureInfo.InvariantCulture, $"SELECT at FROM begun WHERE version = {version}")))!);
            gaps.Add((begun - ends.Max(e => e.Time)).TotalMilliseconds);
            Assert.True(gaps[^1] > 0, $"version {version} began {-gaps[^1]} ms too early");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{gaps.Count} rollouts: contract scripts began {gaps.Min():0} to {gaps.Max():0} ms after the end of the last old pod"));
    }

    // The folder of a version has the contract scripts of the earlier ones, too.
    private async Task<string> AddVersionAsync(string root, int version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, version.ToString(CultureInfo.InvariantCulture))).FullName;
        File.Copy(Path.Combine(Scripts.Path, "V1__orders.sql"), Path.Combine(folder, "V1__orders.sql"));
        for (var earlier = 1; earlier <= version; earlier++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"V{earlier + 1}__contract.contract.sql")),
                string.Create(CultureInfo.InvariantCulture, $"INSERT INTO begun VALUES ({earlier}, clock_timestamp());"),
                Cancel);
        }

        Cluster.Images[string.Create(CultureInfo.InvariantCulture, $"gate:{version}")] = new ImageProgram
        {
            Entrypoint = ["/migrate/migrate"],
            Files = new Dictionary<string, string> { ["/migrate"] = Path.GetDirectoryName(await MigrateBinary.PathAsync(Cancel))!, ["/migrations"] = folder },
        };
        return folder;
    }

    // Each pod takes another time to end, up to its grace period.
    private async Task ReleaseAsync(int version, string set, string database)
    {
        if (version == 1)
        {
            await DeployAsync(set, replicas: 2);
        }

        var end = string.Create(CultureInfo.InvariantCulture, $"trap \"sleep 0.{version * 37 % 10}; exit 0\" TERM; while :; do sleep 0.05; done");
        await PatchAsync(Template(set, script: end).Replace(
            "\"containers\":",
            $$"""
            "initContainers": [{"name": "gate", "image": "gate:{{version}}", "args": ["wait", "--dir=/migrations", "--timeout=30s"], "env": [{"name": "DATABASE_URL", "value": "{{database}}"}]}], "containers":
            """,
            StringComparison.Ordinal));
    }
}
