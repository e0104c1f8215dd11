using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The Job that rolls back the schema on <c>helm rollback</c>.</summary>
public sealed class RollbackTests
{
    private const int Limit = 60_000;
    private const string Enabled = "migration: {rollback: {enabled: true}}";

    /// <summary>Values with which the chart renders every object that the Jobs can need.</summary>
    private const string Prerequisites = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;", U1__a.sql: "SELECT 1;"}}}
        serviceAccount: {create: true}
        networkPolicy: {enabled: true}
        """;

    [Fact(Timeout = Limit)]
    public async Task The_rollback_job_is_off_by_default() =>
        Assert.DoesNotContain("rollback", string.Concat((await Rendering.OfAsync()).Objects.Select(o => o.Source)), StringComparison.Ordinal);

    [Theory(Timeout = Limit)]
    [InlineData("{enabled: true}", "post-rollback", "skip", "--after-rollout=deployment/orders", "--rollout-wait=50s")]
    [InlineData("{enabled: true, afterRollout: [statefulset/a, deployment/b], rolloutWait: 5s}", "post-rollback", "skip", "--after-rollout=statefulset/a", "--after-rollout=deployment/b", "--rollout-wait=5s")]
    [InlineData("{enabled: true, afterRollout: []}", "post-rollback", "skip")]
    [InlineData("{enabled: true, hook: pre-rollback, onMissingUndo: fail}", "pre-rollback", "fail")]
    public async Task The_rollback_hook_runs_migrate_down_to_dir_and_helm_always_prints_its_log(string rollback, string hook, string policy, params string[] waits)
    {
        var job = (await Rendering.OfAsync($"migration: {{rollback: {rollback}}}")).Single("Job", "orders-rollback");

        Assert.Equal(hook, job.Annotation("helm.sh/hook"));
        Assert.Equal("before-hook-creation", job.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal("hook-failed,hook-succeeded", job.Annotation("helm.sh/hook-output-log-policy"));
        Assert.Equal("true", job.Annotation("strategy.spinnaker.io/recreate"));
        Assert.Equal(
            ["down", "--dir=/migrations", "--to-dir", $"--on-missing-undo={policy}", "--end-running", .. waits, "--connect-wait=55s", "--lock-wait=40s"],
            job.Container("migrate").At("args").Texts().Take(7 + waits.Length));
    }

    [Fact(Timeout = Limit)]
    public async Task The_rollback_job_differs_from_the_migration_job_only_in_its_command()
    {
        const string Own = """
            migration:
              database: {existingSecret: owner}
              env: [{name: A, value: b}]
              placeholders: {a: b}
              podLabels: {team: shop}
              timeout: 10m
              meshOptOut: true
              initContainers: [{name: proxy, image: p, restartPolicy: Always}]

            """;
        var rendering = await Rendering.OfAsync(Yaml.Merge(Own, "migration: {rollback: {enabled: true, afterRollout: []}}"));
        var (up, down) = (rendering.Single("Job", "orders-migrate"), rendering.Single("Job", "orders-rollback"));

        foreach (var field in new[] { "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "podFailurePolicy" })
        {
            Assert.NotNull(up.Node("spec", field));
            Assert.Equal(up.Node("spec", field), down.Node("spec", field));
        }

        Assert.Equal(up.Node("spec", "template", "metadata"), down.Node("spec", "template", "metadata"));
        Assert.All(
            up.PodSpec.Entries().Where(e => e.Key != "containers"),
            e => Assert.Equal(e.Value, down.PodSpec.At(e.Key)));
        Assert.All(
            up.Container("migrate").Entries().Where(e => e.Key is not ("args" or "env")),
            e => Assert.Equal(e.Value, down.Container("migrate").At(e.Key)));
        Assert.Equal(
            up.Container("migrate").Environment(),
            down.Container("migrate").Environment().Where(e => e.Key != "MIGRATE_ADVICE").ToDictionary());
        // After `up` with its phase and `down` with its target, both have the same options.
        Assert.Equal(up.Container("migrate").At("args").Texts().Skip(4), down.Container("migrate").At("args").Texts().Skip(5));
    }

    [Theory(Timeout = Limit)]
    [InlineData("post-rollback")]
    [InlineData("pre-rollback")]
    public async Task The_jobs_prerequisites_are_rollback_hooks_too(string hook)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Enabled, $"migration: {{rollback: {{hook: {hook}}}}}"));
        var prerequisites = rendering.Hooks.Where(h => h.Kind != "Job").ToList();
        var job = rendering.Single("Job", "orders-rollback");

        Assert.Equal(hook == "post-rollback" ? ["Role", "RoleBinding"] : [], rendering.Hooks.Where(h => h.Annotation("helm.sh/hook") == hook && h.Kind != "Job").Select(h => h.Kind).Order());
        prerequisites.RemoveAll(h => h.Kind is "Role" or "RoleBinding");
        Assert.Equal(["ConfigMap", "NetworkPolicy", "Secret", "ServiceAccount"], prerequisites.Select(h => h.Kind).Order());
        Assert.All(prerequisites, h => Assert.Equal($"pre-install,pre-upgrade,{hook}", h.Annotation("helm.sh/hook")));
        Assert.All(prerequisites, h => Assert.True(int.Parse(h.Annotation("helm.sh/hook-weight")!, null) < 0));
        Assert.Equal("0", job.Annotation("helm.sh/hook-weight"));
        Assert.Equal("pre-install,pre-upgrade", rendering.Single("Job", "orders-migrate").Annotation("helm.sh/hook"));
        Assert.Equal("orders-migrate", job.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders-migrate/url", job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-migrate", job.PodSpec.At("volumes", "0", "configMap", "name").Text());
        Assert.All(
            rendering.Single("NetworkPolicy", "orders-migrate").Node("spec", "podSelector", "matchLabels").Entries(),
            l => Assert.Equal(l.Value.Text(), job.Text("spec", "template", "metadata", "labels", l.Key)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "orders-rollback", true)]
    [InlineData("serviceAccount: {create: true}", "orders-migrate", false)]
    [InlineData("migration: {serviceAccount: {name: migrator}}", "migrator", false)]
    [InlineData("serviceAccount: {name: shared}", "shared", false)]
    public async Task A_rollback_job_that_waits_for_pods_may_only_read_its_workload_and_list_pods(string values, string account, bool isCreated)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Enabled, values));
        var pod = rendering.Single("Job", "orders-rollback").PodSpec;
        var rules = rendering.Single("Role", "orders-rollback").Node("rules").Items().ToList();

        Assert.Equal(account, pod.At("serviceAccountName").Text());
        Assert.Equal("true", pod.At("automountServiceAccountToken").Text());
        Assert.Equal(account, rendering.Single("RoleBinding", "orders-rollback").Text("subjects", "0", "name"));
        Assert.Equal(isCreated, rendering.Objects.Any(o => o.Kind == "ServiceAccount" && o.Name == "orders-rollback"));
        Assert.Equal(["apps deployments orders get", " pods  list"], rules.Select(r => $"{r.At("apiGroups", "0").Text()} {r.At("resources", "0").Text()} {r.At("resourceNames").Texts().SingleOrDefault()} {string.Join(',', r.At("verbs").Texts())}"));
        Assert.Equal(rendering.Single("Job", "orders-rollback").Container("migrate").Environment()["MIGRATE_SET"], rendering.Single("Deployment", "orders").Container("gate").Environment()["MIGRATE_SET"]);
        Assert.Equal("false", rendering.Single("Job", "orders-migrate").PodSpec.At("automountServiceAccountToken").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_wait_for_pods_must_be_shorter_than_the_run() =>
        Assert.All(
            await Rejection.OfAsync("migration: {rollback: {enabled: true, rolloutWait: 2m}}"),
            m => Assert.Contains("migration.rollback.rolloutWait (2m) must be shorter than migration.timeout (100s)", m, StringComparison.Ordinal));

    [Fact(Timeout = Limit)]
    public async Task In_job_mode_the_rollback_job_is_the_only_hook()
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Enabled, "migration: {mode: job}"));

        Assert.Equal(["Job/orders-rollback", "Role/orders-rollback", "RoleBinding/orders-rollback"], rendering.Hooks.Select(h => h.ToString()).Order());
        Assert.False(rendering.Single("ConfigMap", "orders-migrate-job").IsHook);
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_rollback_prints_the_command_to_run_next()
    {
        var environment = (await Rendering.OfAsync(Enabled, "--namespace", "shop")).Single("Job", "orders-rollback").Container("migrate").Environment();

        // Helm runs the hooks of the target revision, so the message contains the revision of this rendering.
        Assert.Equal(
            "The release orders stays pending-rollback, and helm refuses upgrades. Fix the reported error, then run the same command again: helm rollback orders 1 --namespace shop",
            environment["MIGRATE_ADVICE"]);
        Assert.Equal("1", environment["MIGRATE_REVISION"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("migration: {rollback: {enabled: true}}")]
    [InlineData("migration: {mode: job}")]
    public async Task Phase_rollback_is_only_the_job_when_secret_and_scripts_exist(string values)
    {
        var job = Assert.Single((await Rendering.OfAsync($"{values}\nphase: rollback")).Objects);

        Assert.Matches("^Job/orders-rollback-[0-9a-f]{8}$", job.ToString());
        Assert.DoesNotContain("--end-running", job.Container("migrate").At("args").Texts());
        Assert.DoesNotContain("helm.sh/hook", job.Source, StringComparison.Ordinal);
        Assert.Equal("true", job.Annotation("strategy.spinnaker.io/recreate"));
        // Spinnaker has neither a release nor a revision.
        Assert.DoesNotContain(job.Container("migrate").Environment().Keys, k => k is "MIGRATE_ADVICE" or "MIGRATE_REVISION");
    }

    [Fact(Timeout = Limit)]
    public async Task Phase_rollback_can_ask_whether_the_version_can_run_with_the_database()
    {
        var job = Assert.Single((await Rendering.OfAsync("phase: rollback\nmigration: {rollback: {checkSchema: true, afterRollout: [deployment/orders]}}")).Objects);

        Assert.Equal(["wait", "--dir=/migrations", "--timeout=0s", "--connect-wait=55s"], job.Container("migrate").At("args").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task Phase_rollback_is_the_job_and_its_prerequisites()
    {
        var rendering = await Rendering.OfAsync(Prerequisites + "\nphase: rollback");

        Assert.Equal(
            ["ConfigMap/orders-migrate", "Job/orders-rollback", "NetworkPolicy/orders-migrate", "Secret/orders-migrate", "ServiceAccount/orders-migrate"],
            rendering.Objects.Select(o => Regex.Replace(o.ToString(), "-[0-9a-f]{8}$", "")).Order(StringComparer.Ordinal));
        Assert.All(rendering.Objects, o => Assert.DoesNotContain("helm.sh/hook", o.Source, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migrate")]
    [InlineData("deploy")]
    public async Task Other_phases_do_not_contain_the_rollback_job(string phase)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Enabled, $"phase: {phase}"));

        Assert.DoesNotContain(rendering.Objects, o => o.Name == "orders-rollback");
    }
}
