using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Models;
using Migrator.LocalCluster;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Npgsql;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>
/// <c>migrate down --after-rollout</c> and <c>up --phase contract --after-rollout</c> with the API of a local cluster: what they read, and what stops them. For
/// <c>down</c>, no database answers, so exit code 3 means that the wait is over.
/// </summary>
public sealed class AfterRolloutTests : IAsyncLifetime
{
    private const int Limit = 60_000;
    private const string Space = "shop";
    private const string Own = "registry.example.com/orders:v1";
    private const string Other = "registry.example.com/orders:v2";

    private readonly TempFolder _folder = new();
    private readonly TempFolder _scripts = new();
    private Cluster _cluster = null!;
    private k8s.Kubernetes _api = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(cancellationToken: Cancel);
        _api = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = _cluster.Address.ToString() });
        await _api.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Space } }, cancellationToken: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
        _folder.Dispose();
        _scripts.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task The_wait_ends_when_no_pod_of_another_version_is_left()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own);
        await CreatePodAsync("old", Other);

        var waiting = RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        Assert.False(waiting.IsCompleted);
        await DeletePodAsync("old");

        var result = await waiting;
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("waiting until pods of another version have ended: old", result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Pods_that_are_left_are_named_when_the_time_is_up()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own);
        await CreatePodAsync("old", Other);
        await CreatePodAsync("without", null);

        var result = await RunAsync("--rollout-wait=2s");

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("pods of another version have not ended after 2", result.StandardError, StringComparison.Ordinal);
        Assert.Contains("old, without", result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_of_another_version_or_a_paused_one_ends_the_wait_at_once()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Other);

        var other = await RunAsync();
        await _api.AppsV1.PatchNamespacedDeploymentAsync(
            new V1Patch("""{"spec": {"paused": true}}""", V1Patch.PatchType.MergePatch), "orders", Space, cancellationToken: Cancel);
        var paused = await RunAsync();

        Assert.Equal(5, other.ExitCode);
        Assert.Contains($"deployment/orders does not run this version: no container of its template has MIGRATE_SET={Own}", other.StandardError, StringComparison.Ordinal);
        Assert.Equal(5, paused.ExitCode);
        Assert.Contains("deployment/orders is paused", paused.StandardError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("get deployments", "must not get deployments in the namespace shop", "{apiGroups: [\"apps\"], resources: [deployments], verbs: [get], resourceNames: [orders]}")]
    [InlineData("list pods", "must not list pods in the namespace shop", "{apiGroups: [\"\"], resources: [pods], verbs: [list]}")]
    public async Task A_missing_right_is_named_with_the_rule_to_add(string missing, string what, string rule)
    {
        await GrantAsync(missing);
        await CreateDeploymentAsync(Own);

        var result = await RunAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"the ServiceAccount of this pod {what}", result.StandardError, StringComparison.Ordinal);
        Assert.Contains(rule, result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_that_does_not_exist_is_an_error()
    {
        await GrantAsync();

        var result = await RunAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("deployment/orders does not exist in the namespace shop", result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_was_replaced_is_read_again()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own);
        var environment = Access();
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "token"), "expired", Cancel);

        var running = RunAsync(environment);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        Assert.False(running.IsCompleted);
        Access();

        var result = await running;
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("HTTP status 401", result.StandardError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("KUBERNETES_SERVICE_HOST", "", "the environment variable KUBERNETES_SERVICE_HOST is not set")]
    [InlineData("MIGRATE_SERVICE_ACCOUNT_DIR", "/nowhere", "/nowhere/token cannot be read")]
    [InlineData("MIGRATE_SET", "", "--after-rollout needs the environment variable MIGRATE_SET")]
    [InlineData("MIGRATE_AFTER_ROLLOUT", "orders", "'orders' is not the name of a workload: deployment/NAME or statefulset/NAME")]
    public async Task Outside_a_pod_and_with_wrong_settings_the_command_exits_with_2(string variable, string value, string message)
    {
        var environment = Access();
        environment[variable] = value;

        var result = await RunAsync(environment);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_of_another_cluster_is_not_trusted()
    {
        await using var other = await Cluster.StartAsync(cancellationToken: Cancel);
        var environment = Access();
        using var foreign = new TempFolder();
        other.WriteAccess(Space, "default", foreign.Path);
        File.Copy(Path.Combine(foreign.Path, "ca.crt"), Path.Combine(_folder.Path, "..data", "ca.crt"), overwrite: true);

        var result = await RunAsync(environment, "--rollout-wait=3s");

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("waiting for the API server of Kubernetes", result.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_contract_script_runs_after_the_last_pod_of_another_version_has_ended()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own);
        await CreatePodAsync("old", Other);
        await using var server = await PostgresServer.StartAsync(cancellationToken: Cancel);
        var environment = await ContractAsync(server);

        var waiting = ContractAsync(environment);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        Assert.False(waiting.IsCompleted);
        Assert.True(await HasReferenceAsync(server));
        await DeletePodAsync("old");

        var result = await waiting;
        Assert.True(result.ExitCode == 0, result.StandardError);
        Assert.False(await HasReferenceAsync(server));
        // Nothing is pending any more, so Kubernetes is not asked.
        environment["KUBERNETES_SERVICE_HOST"] = "";
        Assert.Equal(0, (await ContractAsync(environment)).ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pod_of_another_version_that_starts_during_the_wait_for_the_lock_stops_the_contract_phase()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own);
        await using var server = await PostgresServer.StartAsync(cancellationToken: Cancel);
        var environment = await ContractAsync(server);
        await using var holder = await ConnectAsync(server);
        await ScalarAsync(holder, "SELECT pg_advisory_lock(12345)::text");

        var waiting = ContractAsync(environment);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        await CreatePodAsync("old", Other);
        await ScalarAsync(holder, "SELECT pg_advisory_unlock(12345)");

        var result = await waiting;
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("pods of another version have not ended", result.StandardError, StringComparison.Ordinal);
        Assert.True(await HasReferenceAsync(server));
        Assert.Equal(0L, await ScalarAsync(holder, "SELECT count(*) FROM changelog WHERE NOT success"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_contract_phase_waits_until_the_rollout_is_complete()
    {
        await GrantAsync();
        await CreateDeploymentAsync(Own, replicas: 1);
        await using var server = await PostgresServer.StartAsync(cancellationToken: Cancel);
        var environment = await ContractAsync(server);
        environment["MIGRATE_ROLLOUT_WAIT"] = "3s";

        var result = await ContractAsync(environment);

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("deployment/orders (not all of its pods are available)", result.StandardError, StringComparison.Ordinal);
        Assert.True(await HasReferenceAsync(server));
    }

    // Applies the expand script, and returns the environment for the contract phase.
    private async Task<Dictionary<string, string?>> ContractAsync(PostgresServer server)
    {
        await File.WriteAllTextAsync(Path.Combine(_scripts.Path, "V1__orders.sql"), "CREATE TABLE orders (id int, reference text);", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_scripts.Path, "V2__drop_reference.contract.sql"), "ALTER TABLE orders DROP COLUMN reference;", Cancel);
        var environment = Access();
        environment["DATABASE_URL"] = $"postgres://{server.Superuser}:{server.Password}@{server.Host}:{server.Port}/postgres?sslmode=disable";
        var expand = await Guarded.Command(await MigrateBinary.PathAsync(Cancel), ["up", "--phase=expand", $"--dir={_scripts.Path}"])
            .WithEnvironmentVariables(new Dictionary<string, string?>(environment) { ["MIGRATE_AFTER_ROLLOUT"] = null })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Cancel);
        Assert.True(expand.ExitCode == 0, expand.StandardError);
        return environment;
    }

    private async Task<BufferedCommandResult> ContractAsync(Dictionary<string, string?> environment) =>
        await Guarded.Command(await MigrateBinary.PathAsync(Cancel), ["up", "--phase=contract", $"--dir={_scripts.Path}"])
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Cancel);

    private static async Task<bool> HasReferenceAsync(PostgresServer server)
    {
        await using var session = await ConnectAsync(server);
        return (bool)(await ScalarAsync(session, "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'reference')"))!;
    }

    private static async Task<NpgsqlConnection> ConnectAsync(PostgresServer server)
    {
        var session = new NpgsqlConnection($"Host={server.Host};Port={server.Port};Username={server.Superuser};Password={server.Password};Database=postgres;Pooling=false");
        await session.OpenAsync(Cancel);
        return session;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection session, string query)
    {
        await using var command = new NpgsqlCommand(query, session);
        return await command.ExecuteScalarAsync(Cancel);
    }

    private async Task DeletePodAsync(string name)
    {
        using var http = new HttpClient { BaseAddress = _cluster.Address };
        (await http.DeleteAsync(new Uri($"api/v1/namespaces/{Space}/pods/{name}?gracePeriodSeconds=0", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();
    }

    private Dictionary<string, string?> Access() => new(_cluster.WriteAccess(Space, "default", _folder.Path).Select(e => KeyValuePair.Create(e.Key, (string?)e.Value)))
    {
        ["MIGRATE_SET"] = Own,
        ["MIGRATE_AFTER_ROLLOUT"] = "deployment/orders",
        ["DATABASE_URL"] = "postgres://orders@127.0.0.1:1/orders?sslmode=disable",
        ["HTTPS_PROXY"] = "http://127.0.0.1:1",
    };

    private Task<BufferedCommandResult> RunAsync(params string[] more) => RunAsync(Access(), more);

    private async Task<BufferedCommandResult> RunAsync(Dictionary<string, string?> environment, params string[] more) =>
        await Guarded.Command(await MigrateBinary.PathAsync(Cancel), ["down", "--to=0", "--connect-wait=0s", $"--dir={_folder.Path}", .. more])
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Cancel);

    private async Task GrantAsync(string? without = null)
    {
        var rules = new[] { ("get", "apps", "deployments"), ("list", "", "pods") }.Where(r => $"{r.Item1} {r.Item3}" != without)
            .Select(r => new V1PolicyRule { Verbs = [r.Item1], ApiGroups = [r.Item2], Resources = [r.Item3] });
        await _api.RbacAuthorizationV1.CreateNamespacedRoleAsync(new V1Role { Metadata = new V1ObjectMeta { Name = "reader" }, Rules = [.. rules] }, Space, cancellationToken: Cancel);
        await _api.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "reader" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = "reader" },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = "default", NamespaceProperty = Space }],
            },
            Space,
            cancellationToken: Cancel);
    }

    // No pod starts, because the cluster has no images.
    private Task<V1Deployment> CreateDeploymentAsync(string set, int replicas = 0) => _api.AppsV1.CreateNamespacedDeploymentAsync(
        new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "orders" },
            Spec = new V1DeploymentSpec
            {
                Replicas = replicas,
                Selector = new V1LabelSelector
                {
                    MatchLabels = new Dictionary<string, string> { ["app"] = "orders" },
                    MatchExpressions = [new V1LabelSelectorRequirement { Key = "app", OperatorProperty = "In", Values = ["orders", "more"] }, new V1LabelSelectorRequirement { Key = "batch", OperatorProperty = "DoesNotExist" }],
                },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "orders" } }, Spec = PodOf(set) },
            },
        },
        Space,
        cancellationToken: Cancel);

    private Task<V1Pod> CreatePodAsync(string name, string? set) => _api.CoreV1.CreateNamespacedPodAsync(
        new V1Pod { Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["app"] = "orders" } }, Spec = PodOf(set) }, Space, cancellationToken: Cancel);

    private static V1PodSpec PodOf(string? set) => new()
    {
        Containers = [new V1Container { Name = "app", Image = "none:v1" }],
        InitContainers = set is null ? null : [new V1Container { Name = "gate", Image = "none:v1", Env = [new V1EnvVar { Name = "MIGRATE_SET", Value = set }] }],
    };
}
