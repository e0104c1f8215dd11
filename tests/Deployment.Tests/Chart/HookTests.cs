using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The migration as a Helm hook, and the known ways in which such hooks fail.</summary>
public sealed class HookTests
{
    private const int Limit = 60_000;

    /// <summary>Values with which the chart renders every object that the Job can need.</summary>
    private const string Prerequisites = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;"}}}
        serviceAccount: {create: true}
        networkPolicy: {enabled: true}
        """;

    [Fact(Timeout = Limit)]
    public async Task The_job_runs_before_everything_else_on_install_and_upgrade()
    {
        var rendering = await Rendering.OfAsync();

        var hook = Assert.Single(rendering.Hooks);
        Assert.Equal("Job/orders-migrate", hook.ToString());
        Assert.Equal("pre-install,pre-upgrade", hook.Annotation("helm.sh/hook"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_that_a_killed_client_left_is_replaced()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(rendering.Hooks, h => Assert.Contains(
            "before-hook-creation", h.Annotation("helm.sh/hook-delete-policy")!.Split(',')));
    }

    [Fact(Timeout = Limit)]
    public async Task Helm_prints_the_log_of_a_failed_job_and_keeps_the_job()
    {
        var job = (await Rendering.OfAsync()).Job;

        Assert.Equal("hook-failed", job.Annotation("helm.sh/hook-output-log-policy"));
        Assert.Equal("before-hook-creation", job.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal("Never", job.PodSpec.At("restartPolicy").Text());
        // Helm does not print the logs of init containers.
        Assert.Equal("up", job.PodSpec.At("containers", "0", "args", "0").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_jobs_prerequisites_are_created_before_it_on_install_and_upgrade()
    {
        var hooks = (await Rendering.OfAsync(Prerequisites)).Hooks.ToDictionary(h => h.Kind);

        Assert.Equal(["ConfigMap", "Job", "NetworkPolicy", "Secret", "ServiceAccount"], hooks.Keys.Order());
        Assert.All(hooks.Values, h => Assert.Equal("orders-migrate", h.Name));
        Assert.All(hooks.Values, h => Assert.Equal("pre-install,pre-upgrade", h.Annotation("helm.sh/hook")));
        string Weight(string kind) => hooks[kind].Annotation("helm.sh/hook-weight")!;
        Assert.Equal(["-10", "-10", "-5", "-5", "0"],
            [Weight("ServiceAccount"), Weight("NetworkPolicy"), Weight("Secret"), Weight("ConfigMap"), Weight("Job")]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_refers_only_to_objects_that_are_hooks()
    {
        var job = (await Rendering.OfAsync(Prerequisites)).Job;

        Assert.Equal("orders-migrate", job.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders-migrate/url", job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-migrate", job.PodSpec.At("volumes", "0", "configMap", "name").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_jobs_prerequisites_are_deleted_after_the_hook()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(
            rendering.Hooks.Where(h => h.Kind != "Job"),
            h => Assert.Equal("before-hook-creation,hook-succeeded", h.Annotation("helm.sh/hook-delete-policy")));
    }

    [Fact(Timeout = Limit)]
    public async Task The_application_refers_only_to_objects_that_are_not_hooks()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        var app = rendering.Deployment;
        Assert.Equal("orders", app.PodSpec.At("serviceAccountName").Text());
        Assert.False(rendering.Single("ServiceAccount", "orders").IsHook);
        Assert.Equal("orders-connection/url", app.Container("app").Environment()["DATABASE_URL"]);
        Assert.False(rendering.Single("Secret", "orders-connection").IsHook);
        Assert.Equal("orders-scripts", app.PodSpec.At("volumes", "0", "configMap", "name").Text());
        Assert.False(rendering.Single("ConfigMap", "orders-scripts").IsHook);
        foreach (var (kind, name) in new[] { ("ConfigMap", "orders-scripts"), ("Secret", "orders-connection") })
        {
            Assert.Equal(rendering.Single(kind, name).Node("data"), rendering.Single(kind, "orders-migrate").Node("data"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task No_object_has_annotations_of_argo_cd()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(rendering.Objects, o => Assert.DoesNotContain("argocd.argoproj.io", o.Source, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Job_mode_has_no_hooks_and_a_new_job_name_for_each_spec()
    {
        const string Mode = "migration: {mode: job}";
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Mode));
        var other = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Mode, "image: {tag: v2}"));

        Assert.Empty(rendering.Hooks);
        Assert.Matches("^orders-migrate-1-[0-9a-f]{8}$", rendering.Job.Name);
        Assert.NotEqual(rendering.Job.Name, other.Job.Name);
        Assert.Equal("orders-migrate-job", rendering.Job.PodSpec.At("serviceAccountName").Text());
        rendering.Single("ServiceAccount", "orders-migrate-job");
    }

    /// <summary>Helm cannot adopt an object that a failed hook has left behind.</summary>
    [Fact(Timeout = Limit)]
    public async Task The_objects_of_job_mode_have_other_names_than_those_of_hook_mode()
    {
        const string All = "migration: {placeholders: {a: b}}\nnetworkPolicy: {enabled: true}";
        var hooks = (await Rendering.OfAsync(Yaml.Merge(Prerequisites, All))).Hooks.Select(h => h.ToString()).ToList();
        var job = await Rendering.OfAsync(Yaml.Merge(Prerequisites, All, "migration: {mode: job}"));

        Assert.Contains("Secret/orders-migrate-placeholders", hooks);
        Assert.Contains("NetworkPolicy/orders-migrate", hooks);
        Assert.DoesNotContain(job.Objects, o => hooks.Contains(o.ToString()));
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_of_a_phase_can_be_applied_twice_in_job_mode_because_its_content_decides_its_name()
    {
        const string Mode = "phase: migrate\nmigration: {mode: job}";
        var first = (await Rendering.OfAsync(Mode)).Job;
        string[] others = ["image: {tag: v2}", "migration: {extraArgs: [--out-of-order]}", "migration: {env: [{name: A, value: b}]}", "migration: {scripts: {inline: {V1__a.sql: SELECT 1}}}"];
        var names = await Task.WhenAll(others.Select(async o => (await Rendering.OfAsync(Yaml.Merge(Mode, o))).Job.Name));
        var script = (await Rendering.OfAsync(Yaml.Merge(Mode, "migration: {scripts: {inline: {V1__a.sql: SELECT 2}}}"))).Job.Name;

        Assert.Matches("^orders-migrate-[0-9a-f]{8}$", first.Name);
        Assert.Equal(first.Source, (await Rendering.OfAsync(Mode)).Job.Source);
        Assert.Equal(6, names.Append(first.Name).Append(script).Distinct().Count());
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("migration: {mode: job, rollback: {enabled: true}}")]
    [InlineData("database: {existingSecret: '', url: 'postgres://a@b/c'}\nmigration: {rollback: {enabled: true}}")]
    public async Task Without_the_revision_an_upgrade_renders_the_same_objects(string values)
    {
        var quiet = Yaml.Merge(values, "migration: {recordRevision: false}");
        var install = await Rendering.OfAsync(quiet);

        Assert.All(install.Objects, o => Assert.DoesNotContain("REVISION\"", o.Source, StringComparison.Ordinal));
        Assert.All(install.Objects, o => Assert.DoesNotContain("revision/", o.Source, StringComparison.Ordinal));
        Assert.DoesNotContain(install.Objects, o => o.Name.Contains("-1", StringComparison.Ordinal));
    }
}
