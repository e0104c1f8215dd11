using System.Text.Json;
using k8s;
using k8s.Models;
using Migrator.LocalCluster;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Npgsql;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes.Support;

/// <summary>
/// The base class of tests that run <c>migrate</c> with the API of a local cluster. <c>WaitAsync</c> runs <c>down</c>, for which no database answers: exit
/// code 3 means that the wait is over. <c>ContractAsync</c> runs the contract phase on a database.
/// </summary>
public abstract class RolloutTest(RolloutCluster shared) : IClassFixture<RolloutCluster>, IAsyncLifetime
{
    protected const int Limit = 60_000;
    protected const string Own = "registry.example.com/orders:v1";
    protected const string Other = "registry.example.com/orders:v2";
    protected const string Serve = "trap \"exit 0\" TERM; while :; do sleep 0.05; done";

    private readonly TempFolder _access = new();
    private PostgresServer? _server;
    private string _database = "";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Cluster Cluster => shared.Cluster;

    protected k8s.Kubernetes Api => shared.Api;

    /// <summary>The namespace of the test.</summary>
    protected string Space { get; private set; } = "";

    /// <summary>The folder with the token, the CA and the namespace.</summary>
    protected string AccessFolder => _access.Path;

    /// <summary>The folder with the scripts of the contract phase.</summary>
    protected TempFolder Scripts { get; } = new();

    /// <summary>The environment of a pod of this version that waits for <c>deployment/orders</c>. Issues a new token.</summary>
    protected Dictionary<string, string?> Access() => new(Cluster.WriteAccess(Space, "default", AccessFolder).Select(e => KeyValuePair.Create(e.Key, (string?)e.Value)))
    {
        ["MIGRATE_SET"] = Own,
        ["MIGRATE_AFTER_ROLLOUT"] = "deployment/orders",
        ["DATABASE_URL"] = "postgres://orders@127.0.0.1:1/orders?sslmode=disable",
        ["HTTPS_PROXY"] = "http://127.0.0.1:1",
    };

    public async ValueTask InitializeAsync() => Space = await shared.CreateNamespaceAsync(Cancel);

    public virtual async ValueTask DisposeAsync()
    {
        await Api.CoreV1.DeleteCollectionNamespacedPodAsync(Space, gracePeriodSeconds: 0);
        _access.Dispose();
        Scripts.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<MigrateProcess> WaitAsync(params string[] more) => WaitAsync(Access(), more);

    private protected Task<MigrateProcess> WaitAsync(IReadOnlyDictionary<string, string?> environment, params string[] more) =>
        MigrateProcess.StartAsync(environment, ["down", "--to=0", "--connect-wait=0s", $"--dir={Scripts.Path}", .. more]);

    private protected Task<MigrateProcess> ContractAsync(IReadOnlyDictionary<string, string?> environment, params string[] more) =>
        MigrateProcess.StartAsync(environment, ["up", "--phase=contract", $"--dir={Scripts.Path}", .. more]);

    /// <summary>Creates a database, applies the expand script, and returns the environment for the contract phase.</summary>
    private protected async Task<Dictionary<string, string?>> PrepareContractAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Scripts.Path, "V1__orders.sql"), "CREATE TABLE orders (id int, reference text);", Cancel);
        _server = await shared.ServerAsync(Cancel);
        _database = await _server.CreateDatabaseAsync(Cancel);
        var environment = Access();
        environment["DATABASE_URL"] = _server.Url(_database) + "?sslmode=disable";
        var expand = await MigrateProcess.StartAsync(
            new Dictionary<string, string?>(environment) { ["MIGRATE_AFTER_ROLLOUT"] = null }, "up", "--phase=expand", $"--dir={Scripts.Path}");
        await expand.EndsAsync(0);
        // The first expand phase on a new database would also apply the contract script.
        await File.WriteAllTextAsync(Path.Combine(Scripts.Path, "V2__drop_reference.contract.sql"), "ALTER TABLE orders DROP COLUMN reference;", Cancel);
        return environment;
    }

    /// <summary>Checks whether the contract script has run, and that it has left no record of its begin.</summary>
    protected async Task AssertContractedAsync(bool expected)
    {
        await using var session = await ConnectAsync();
        Assert.Equal(!expected, await ScalarAsync(session, "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'reference')"));
        Assert.Equal(0L, await ScalarAsync(session, "SELECT count(*) FROM changelog WHERE NOT success"));
    }

    protected async Task<NpgsqlConnection> ConnectAsync()
    {
        var session = new NpgsqlConnection(_server!.ConnectionString(_database) + ";Pooling=false");
        await session.OpenAsync(Cancel);
        return session;
    }

    protected static async Task<object?> ScalarAsync(NpgsqlConnection session, string query)
    {
        await using var command = new NpgsqlCommand(query, session);
        return await command.ExecuteScalarAsync(Cancel);
    }

    /// <summary>Waits until a query returns true.</summary>
    protected static async Task UntilAsync(NpgsqlConnection session, string query)
    {
        while (await ScalarAsync(session, query) is not true)
        {
            await Task.Delay(20, Cancel);
        }
    }

    /// <summary>Waits until the objects of the cluster have a property.</summary>
    protected static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(20, Cancel);
        }
    }

    /// <summary>Grants what the wait needs, without one rule.</summary>
    protected async Task GrantAsync(string? without = null)
    {
        var rules = new[] { ("get", "apps", "deployments"), ("get", "apps", "statefulsets"), ("list", "", "pods") }.Where(r => $"{r.Item1} {r.Item3}" != without)
            .Select(r => new V1PolicyRule { Verbs = [r.Item1], ApiGroups = [r.Item2], Resources = [r.Item3] });
        await Api.RbacAuthorizationV1.CreateNamespacedRoleAsync(new V1Role { Metadata = new V1ObjectMeta { Name = "reader" }, Rules = [.. rules] }, Space, cancellationToken: Cancel);
        await Api.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "reader" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = "reader" },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = "default", NamespaceProperty = Space }],
            },
            Space,
            cancellationToken: Cancel);
    }

    /// <summary>Creates <c>deployment/orders</c>.</summary>
    protected Task<V1Deployment> DeployAsync(string set, int replicas = 0, string script = Serve, int grace = 1) => Api.AppsV1.CreateNamespacedDeploymentAsync(
        new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "orders" },
            Spec = new V1DeploymentSpec
            {
                Replicas = replicas,
                Selector = new V1LabelSelector
                {
                    MatchLabels = Labels("orders"),
                    MatchExpressions = [new V1LabelSelectorRequirement { Key = "app", OperatorProperty = "In", Values = ["orders", "more"] }, new V1LabelSelectorRequirement { Key = "batch", OperatorProperty = "DoesNotExist" }],
                },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = Labels("orders") }, Spec = PodOf(set, script, grace: grace) },
            },
        },
        Space,
        cancellationToken: Cancel);

    /// <summary>Changes <c>deployment/orders</c>, as <c>kubectl patch</c> does.</summary>
    protected Task PatchAsync(string patch) =>
        Api.AppsV1.PatchNamespacedDeploymentAsync(new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), "orders", Space, cancellationToken: Cancel);

    /// <summary>Rolls another version out, as <c>helm upgrade</c> and <c>kubectl rollout undo</c> do.</summary>
    protected Task RollOutAsync(string set, string image = "tool:1", string script = Serve) => PatchAsync(Template(set, image, script));

    /// <summary>The patch of a workload for another version.</summary>
    protected static string Template(string set, string image = "tool:1", string script = Serve) =>
        $$$$$"""{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "{{{{{image}}}}}", "command": ["sh", "-c", {{{{{JsonSerializer.Serialize(script)}}}}}], "env": [{"name": "MIGRATE_SET", "value": "{{{{{set}}}}}"}]}]}}}}""";

    /// <summary>Creates a pod without a controller.</summary>
    protected Task<V1Pod> CreatePodAsync(string name, string? set, string app = "orders", string image = "tool:1") => Api.CoreV1.CreateNamespacedPodAsync(
        new V1Pod { Metadata = new V1ObjectMeta { Name = name, Labels = Labels(app) }, Spec = PodOf(set, image: image) }, Space, cancellationToken: Cancel);

    /// <summary>Deletes a pod at once.</summary>
    protected async Task DeletePodAsync(string name)
    {
        // The client expects a pod in the answer, but the API returns a Status for a pod that is gone.
        using var http = new HttpClient { BaseAddress = Cluster.Address };
        (await http.DeleteAsync(new Uri($"api/v1/namespaces/{Space}/pods/{name}?gracePeriodSeconds=0", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();
    }

    /// <summary>Waits until all replicas of <c>deployment/orders</c> are available, and returns the names of the pods.</summary>
    protected async Task<string[]> UntilAvailableAsync(int replicas)
    {
        while ((await Api.AppsV1.ReadNamespacedDeploymentAsync("orders", Space, cancellationToken: Cancel)).Status is not { } status
            || status.AvailableReplicas.GetValueOrDefault() != replicas || status.Replicas.GetValueOrDefault() != replicas)
        {
            await Task.Delay(20, Cancel);
        }

        return [.. (await Api.CoreV1.ListNamespacedPodAsync(Space, cancellationToken: Cancel)).Items.Select(p => p.Metadata.Name)];
    }

    protected static Dictionary<string, string> Labels(string app) => new() { ["app"] = app };

    protected static V1PodSpec PodOf(string? set, string script = Serve, string image = "tool:1", int grace = 1) => new()
    {
        TerminationGracePeriodSeconds = grace,
        Containers =
        [
            new V1Container { Name = "app", Image = image, Command = ["sh", "-c", script], Env = set is null ? null : [new V1EnvVar { Name = "MIGRATE_SET", Value = set }] },
        ],
    };
}
