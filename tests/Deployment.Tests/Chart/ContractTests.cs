using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The Job that runs the contract scripts after the rollout.</summary>
public sealed class ContractTests
{
    private const int Limit = 60_000;
    private const string Job = "migration: {contract: {run: job}}";

    /// <summary>Values with which the chart renders every object that the Jobs can need.</summary>
    private const string Prerequisites = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;"}}, placeholders: {a: b}}
        serviceAccount: {create: true, annotations: {role: r}}
        networkPolicy: {enabled: true, egress: [{ports: [{port: 5432}]}]}
        """;


    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("migration: {contract: {run: manual}}")]
    public async Task Without_run_job_a_release_has_no_contract_job(string values) =>
        Assert.DoesNotContain((await Rendering.OfAsync(values)).Objects, o => o.Name.Contains("contract", StringComparison.Ordinal));

    [Fact(Timeout = Limit)]
    public async Task The_job_waits_for_the_deployment_and_helm_keeps_it_without_waiting_for_it()
    {
        var job = await ContractJobAsync(Job);

        Assert.Matches("^orders-contract-1-[0-9a-f]{8}$", job.Name);
        Assert.Equal("keep", job.Annotation("helm.sh/resource-policy"));
        Assert.False(job.IsHook);
        Assert.Equal(
            ["up", "--dir=/migrations", "--phase=contract", "--after-rollout=deployment/orders", "--rollout-wait=30m", "--connect-wait=55s", "--lock-wait=150s",
                "--lock-timeout=5s", "--statement-timeout=none", "--timeout=9000s"],
            job.Container("migrate").At("args").Texts());
    }

    [Theory(Timeout = Limit)]
    [InlineData("image: {repository: orders, tag: v7}", "^orders:v7$")]
    [InlineData("image: {repository: orders, tag: latest, digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}", "^orders@sha256:0123")]
    [InlineData("image: {repository: orders, tag: v7}\nmigration: {scripts: {inline: {V1__a.sql: SELECT 1;}}}", "^orders:v7 scripts [0-9a-f]{12}$")]
    [InlineData("image: {repository: orders, tag: v7}\nmigration: {image: {repository: migrator, tag: v1}, scripts: {configMap: s}}", "^migrator:v1 app orders:v7 scripts s$")]
    [InlineData("image: {repository: orders, tag: v7}\napp: {enabled: false}\nmigration: {image: {repository: migrator, tag: v1}, contract: {afterPods: [app=d]}}", "^migrator:v1$")]
    public async Task The_gate_and_the_contract_job_have_the_same_set(string values, string set)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Job, values));
        Assert.Matches(set, Contract(rendering).Container("migrate").Environment()["MIGRATE_SET"]);
        if (values.Contains("enabled: false", StringComparison.Ordinal))
        {
            return;
        }

        Assert.Equal(
            rendering.Deployment.Container("gate").Environment()["MIGRATE_SET"],
            Contract(rendering).Container("migrate").Environment()["MIGRATE_SET"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("job")]
    [InlineData("manual")]
    public async Task Phase_contract_is_the_job_with_a_hash_in_its_name_and_its_access(string run)
    {
        var rendering = await Rendering.OfAsync($"phase: contract\nmigration: {{contract: {{run: {run}}}}}");

        Assert.Equal(
            ["Job/orders-contract-", "Role/orders-contract", "RoleBinding/orders-contract", "ServiceAccount/orders-contract"],
            rendering.Objects.Select(o => Regex.Replace(o.ToString(), "(?<=-)[0-9a-f]{8}$", "")).Order(StringComparer.Ordinal));
        Assert.Equal("true", Contract(rendering).Annotation("strategy.spinnaker.io/recreate"));
        Assert.DoesNotContain("MIGRATE_REVISION", Contract(rendering).Container("migrate").Environment().Keys);
    }

    [Fact(Timeout = Limit)]
    public async Task The_jobs_own_objects_belong_to_the_release_and_its_network_policy_allows_the_api()
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Job));
        var own = rendering.Objects.Where(o => o.Name.StartsWith("orders-contract", StringComparison.Ordinal) && !o.IsHook).ToList();
        var job = Contract(rendering);

        Assert.Equal(
            ["ConfigMap/orders-contract", "Job/orders-contract-1", "NetworkPolicy/orders-contract", "Role/orders-contract", "RoleBinding/orders-contract",
                "Secret/orders-contract", "Secret/orders-contract-placeholders", "ServiceAccount/orders-contract"],
            own.Select(o => Regex.Replace(o.ToString(), "-[0-9a-f]{8}$", "")).Order(StringComparer.Ordinal));
        Assert.Equal("orders-contract", job.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders-contract/url", job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-contract", job.PodSpec.At("volumes", "0", "configMap", "name").Text());
        Assert.Equal("r", rendering.Single("ServiceAccount", "orders-contract").Annotation("role"));
        var policy = rendering.Single("NetworkPolicy", "orders-contract");
        Assert.Equal(
            ["53", "53", "5353", "5353", "5432", "443", "6443"],
            policy.Node("spec", "egress").Items().SelectMany(rule => rule.At("ports").Items()).Select(port => port.At("port").Text()));
        Assert.All(
            policy.Node("spec", "podSelector", "matchLabels").Entries(),
            l => Assert.Equal(l.Value.Text(), job.Text("spec", "template", "metadata", "labels", l.Key)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "orders-contract", true)]
    [InlineData("serviceAccount: {create: true}", "orders-contract", true)]
    [InlineData("serviceAccount: {name: shared}", "orders-contract", true)]
    [InlineData("migration: {serviceAccount: {name: migrator}}", "migrator", false)]
    [InlineData("migration: {serviceAccount: {name: migrator}, contract: {serviceAccount: {name: own}}}", "own", false)]
    [InlineData("serviceAccount: {create: true}\nmigration: {contract: {serviceAccount: {name: own}}}", "own", false)]
    public async Task The_job_may_only_read_its_workloads_and_list_pods(string values, string account, bool isCreated)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge("migration: {contract: {run: job, afterRollout: [deployment/a, statefulset/b, deployment/c], afterPods: [app=d]}}", values));
        var pod = Contract(rendering).PodSpec;
        var rules = rendering.Single("Role", "orders-contract").Node("rules").Items().ToList();

        Assert.Equal(account, pod.At("serviceAccountName").Text());
        Assert.Equal("true", pod.At("automountServiceAccountToken").Text());
        Assert.Equal(account, rendering.Single("RoleBinding", "orders-contract").Text("subjects", "0", "name"));
        Assert.Equal(isCreated, rendering.Objects.Any(o => o.Kind == "ServiceAccount" && o.Name == "orders-contract"));
        Assert.Equal(
            ["apps deployments a,c get", "apps statefulsets b get", " pods  list"],
            rules.Select(r => $"{r.At("apiGroups", "0").Text()} {r.At("resources", "0").Text()} {string.Join(',', r.At("resourceNames").Texts())} {string.Join(',', r.At("verbs").Texts())}"));
        Assert.Equal(
            ["--after-rollout=deployment/a", "--after-rollout=statefulset/b", "--after-rollout=deployment/c", "--after-pods=app=d"],
            Contract(rendering).Container("migrate").At("args").Texts().Where(a => a!.StartsWith("--after-", StringComparison.Ordinal)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "9000s", "9030", "63850")] // seven attempts, and a back-off of 10, 20, 40, 80, 160 and 320 s
    [InlineData("rolloutWait: 10m, timeout: 20m, backoffLimit: 1", "1800s", "1830", "3680")]
    public async Task The_deadlines_include_the_wait_for_the_rollout(string contract, string timeout, string pod, string jobSeconds)
    {
        var job = await ContractJobAsync(Yaml.Merge(Job, $"migration: {{contract: {{{contract}}}}}"));

        Assert.Contains($"--timeout={timeout}", job.Container("migrate").At("args").Texts());
        Assert.Equal(pod, job.PodSpec.At("activeDeadlineSeconds").Text());
        Assert.Equal(jobSeconds, job.Text("spec", "activeDeadlineSeconds"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("never", "--refuse-contract", "--exit-code")]
    [InlineData("manual", "", "--exit-code --phase=expand")]
    [InlineData("job", "", "--exit-code --phase=expand")]
    public async Task The_migration_job_and_helm_test_accept_pending_contract_scripts_unless_run_is_never(string run, string migration, string test)
    {
        var rendering = await Rendering.OfAsync($"migration: {{contract: {{run: {run}}}}}");

        Assert.Equal(migration, string.Join(' ', rendering.Single("Job", "orders-migrate").Container("migrate").At("args").Texts().Where(a => a == "--refuse-contract")));
        Assert.Equal($"status --dir=/migrations {test}", string.Join(' ', rendering.Single("Pod", "orders-test-schema").Container("schema").At("args").Texts()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migration: {contract: {run: never}}")]
    [InlineData("migration: {contract: {run: job, checkRollback: false}}")]
    [InlineData("migration: {contract: {run: job}}\nphase: contract")]
    [InlineData("migration: {contract: {run: job}}\nphase: migrate")]
    public async Task Without_contract_scripts_and_in_phases_nothing_is_checked_before_a_rollback(string values) =>
        Assert.DoesNotContain((await Rendering.OfAsync(values)).Hooks, o => o.Annotation("helm.sh/hook")!.Contains("pre-rollback", StringComparison.Ordinal));

    [Theory(Timeout = Limit)]
    [InlineData("hook")]
    [InlineData("job")]
    public async Task Before_a_rollback_a_job_with_the_older_scripts_decides_like_the_gate(string mode)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, $"migration: {{mode: {mode}, contract: {{run: manual}}}}\ngate: {{extraArgs: [--allow-contracted=13]}}"));
        var check = rendering.Single("Job", "orders-rollback-check");
        var name = mode == "job" ? "orders-rollback-check" : "orders-migrate";

        Assert.Equal("pre-rollback", check.Annotation("helm.sh/hook"));
        Assert.Equal("before-hook-creation,hook-succeeded", check.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal("hook-failed", check.Annotation("helm.sh/hook-output-log-policy"));
        Assert.Equal("--allow-contracted=13", rendering.Deployment.Container("gate").At("args").Texts()[^1]);
        var args = check.Container("migrate").At("args").Texts().ToList();
        Assert.Equal("wait", args[0]);
        Assert.Contains("--timeout=0s", args);
        Assert.Contains("--allow-contracted=13", args);
        Assert.Equal($"{name}/url", check.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal(name, check.PodSpec.At("serviceAccountName").Text());
        Assert.Equal(name, check.PodSpec.At("volumes", "0", "configMap", "name").Text());
        foreach (var kind in new[] { "Secret", "ConfigMap", "ServiceAccount", "NetworkPolicy" })
        {
            Assert.Contains("pre-rollback", rendering.Single(kind, name).Annotation("helm.sh/hook"), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_check_before_a_rollback_replaces_the_kept_contract_job()
    {
        var jobs = (await Rendering.OfAsync(Job)).Objects.Where(o => o.Name.StartsWith("orders-contract-", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, jobs.Count);
        Assert.Equal(jobs[0].Name, jobs[1].Name);
        Assert.Equal(["pre-rollback"], jobs.Where(o => o.IsHook).Select(o => o.Annotation("helm.sh/hook")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("post-rollback", "expand")]
    [InlineData("pre-rollback", null)]
    public async Task A_rollback_undoes_contract_scripts_before_it_and_expand_scripts_after_it(string hook, string? phase)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Job, $"migration: {{rollback: {{enabled: true, hook: {hook}}}}}"));
        var undo = rendering.Objects.SingleOrDefault(o => o.Name == "orders-rollback-contract");
        var check = rendering.Hooks.Single(o => o.Name.StartsWith("orders-contract-", StringComparison.Ordinal));

        Assert.Equal(phase is not null, undo is not null);
        Assert.Equal(phase is not null, rendering.Single("Job", "orders-rollback").Container("migrate").At("args").Texts().Contains($"--phase={phase}"));
        var before = undo ?? rendering.Single("Job", "orders-rollback");
        Assert.Equal("pre-rollback", before.Annotation("helm.sh/hook"));
        Assert.True(int.Parse(before.Annotation("helm.sh/hook-weight")!, null) < int.Parse(check.Annotation("helm.sh/hook-weight")!, null));
        if (undo is not null)
        {
            Assert.Equal(
                ["down", "--dir=/migrations", "--to-dir", "--on-missing-undo=fail", "--phase=contract", "--end-running"],
                undo.Container("migrate").At("args").Texts().Take(6));
            Assert.Contains("stays pending-rollback", undo.Container("migrate").Environment()["MIGRATE_ADVICE"], StringComparison.Ordinal);
        }
    }

    private static async Task<Manifest> ContractJobAsync(string values) => Contract(await Rendering.OfAsync(values));

    private static Manifest Contract(Rendering rendering) =>
        Assert.Single(rendering.Objects, o => o.Kind == "Job" && !o.IsHook && o.Name.StartsWith("orders-contract-", StringComparison.Ordinal));
}
