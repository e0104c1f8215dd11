using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The migration as a Helm hook, and every way in which such hooks are known to fail.</summary>
public sealed class HookTests
{
    private const int Limit = 60_000;

    /// <summary>Values with which the Job needs everything that this chart can make for it.</summary>
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
    public async Task A_job_left_over_from_a_killed_client_is_replaced()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(rendering.Hooks, h => Assert.Contains(
            "before-hook-creation", h.Annotation("helm.sh/hook-delete-policy")!.Split(',')));
    }

    [Fact(Timeout = Limit)]
    public async Task The_log_of_a_failed_job_is_printed_by_helm_and_kept()
    {
        var job = (await Rendering.OfAsync()).Job;

        Assert.Equal("hook-failed", job.Annotation("helm.sh/hook-output-log-policy"));
        Assert.Equal("before-hook-creation", job.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal("Never", job.PodSpec.At("restartPolicy").Text());
        // Helm prints the logs of containers, not of init containers.
        Assert.Equal("up", job.PodSpec.At("containers", "0", "args", "0").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Whatever_the_job_needs_is_there_before_it_on_the_first_install_and_after_a_failed_one()
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
    public async Task The_job_refers_only_to_hooks_and_to_what_the_user_named()
    {
        var job = (await Rendering.OfAsync(Prerequisites)).Job;

        Assert.Equal("orders-migrate", job.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders-migrate/url", job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-migrate", job.PodSpec.At("volumes", "0", "configMap", "name").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Credentials_do_not_outlive_the_hook()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(
            rendering.Hooks.Where(h => h.Kind != "Job"),
            h => Assert.Equal("before-hook-creation,hook-succeeded", h.Annotation("helm.sh/hook-delete-policy")));
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_that_the_application_uses_is_a_hook()
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
    public async Task Only_helms_own_dialect_is_spoken()
    {
        var rendering = await Rendering.OfAsync(Prerequisites);

        Assert.All(rendering.Objects, o => Assert.DoesNotContain("argocd.argoproj.io", o.Source, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Job_mode_has_no_hooks_and_a_new_job_for_each_content()
    {
        const string Mode = "migration: {mode: job}";
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Mode));
        var other = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Mode, "image: {tag: v2}"));

        Assert.Empty(rendering.Hooks);
        Assert.Matches("^orders-migrate-1-[0-9a-f]{8}$", rendering.Job.Name);
        Assert.NotEqual(rendering.Job.Name, other.Job.Name);
        Assert.Equal("orders-migrate", rendering.Job.PodSpec.At("serviceAccountName").Text());
        rendering.Single("ServiceAccount", "orders-migrate");
    }
}
