using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The Job that takes the schema back on <c>helm rollback</c>.</summary>
public sealed class RollbackTests
{
    private const int Limit = 60_000;
    private const string Enabled = "migration: {rollback: {enabled: true}}";

    /// <summary>Values with which the Jobs need everything that this chart can make for them.</summary>
    private const string Prerequisites = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;", U1__a.sql: "SELECT 1;"}}}
        serviceAccount: {create: true}
        networkPolicy: {enabled: true}
        """;

    [Fact(Timeout = Limit)]
    public async Task It_is_off_unless_asked_for() =>
        Assert.DoesNotContain("rollback", string.Concat((await Rendering.OfAsync()).Objects.Select(o => o.Source)), StringComparison.Ordinal);

    [Theory(Timeout = Limit)]
    [InlineData("{enabled: true}", "post-rollback", "skip")]
    [InlineData("{enabled: true, hook: pre-rollback, onMissingUndo: fail}", "pre-rollback", "fail")]
    public async Task It_runs_migrate_down_to_dir_as_a_hook_and_helm_prints_its_log_in_any_case(string rollback, string hook, string policy)
    {
        var job = (await Rendering.OfAsync($"migration: {{rollback: {rollback}}}")).Single("Job", "orders-rollback");

        Assert.Equal(hook, job.Annotation("helm.sh/hook"));
        Assert.Equal("before-hook-creation", job.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal("hook-failed,hook-succeeded", job.Annotation("helm.sh/hook-output-log-policy"));
        Assert.Equal("true", job.Annotation("strategy.spinnaker.io/recreate"));
        Assert.Equal(
            ["down", "--dir=/migrations", "--to-dir", $"--on-missing-undo={policy}", "--connect-wait=20s", "--lock-wait=40s"],
            job.Container("migrate").At("args").Texts().Take(6));
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_the_migrations_job_but_for_what_it_does()
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
        var rendering = await Rendering.OfAsync(Yaml.Merge(Own, Enabled));
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
        // After the command and its goal, the same but for options of `up` alone.
        Assert.Equal(up.Container("migrate").At("args").Texts().Skip(2), down.Container("migrate").At("args").Texts().Skip(4));
    }

    [Theory(Timeout = Limit)]
    [InlineData("post-rollback")]
    [InlineData("pre-rollback")]
    public async Task Whatever_it_needs_is_there_on_a_rollback_too(string hook)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Enabled, $"migration: {{rollback: {{hook: {hook}}}}}"));
        var needs = rendering.Hooks.Where(h => h.Kind != "Job").ToList();
        var job = rendering.Single("Job", "orders-rollback");

        Assert.Equal(["ConfigMap", "NetworkPolicy", "Secret", "ServiceAccount"], needs.Select(h => h.Kind).Order());
        Assert.All(needs, h => Assert.Equal($"pre-install,pre-upgrade,{hook}", h.Annotation("helm.sh/hook")));
        Assert.All(needs, h => Assert.True(int.Parse(h.Annotation("helm.sh/hook-weight")!, null) < 0));
        Assert.Equal("0", job.Annotation("helm.sh/hook-weight"));
        Assert.Equal("pre-install,pre-upgrade", rendering.Single("Job", "orders-migrate").Annotation("helm.sh/hook"));
        Assert.Equal("orders-migrate", job.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders-migrate/url", job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-migrate", job.PodSpec.At("volumes", "0", "configMap", "name").Text());
        Assert.All(
            rendering.Single("NetworkPolicy", "orders-migrate").Node("spec", "podSelector", "matchLabels").Entries(),
            l => Assert.Equal(l.Value.Text(), job.Text("spec", "template", "metadata", "labels", l.Key)));
    }

    [Fact(Timeout = Limit)]
    public async Task In_job_mode_it_is_the_only_hook_and_uses_what_is_part_of_the_release()
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Prerequisites, Enabled, "migration: {mode: job}"));

        Assert.Equal("Job/orders-rollback", Assert.Single(rendering.Hooks).ToString());
        Assert.False(rendering.Single("ConfigMap", "orders-migrate").IsHook);
    }

    [Fact(Timeout = Limit)]
    public async Task Its_failure_names_the_way_out()
    {
        var environment = (await Rendering.OfAsync(Enabled, "--namespace", "shop")).Single("Job", "orders-rollback").Container("migrate").Environment();

        // The hooks that run are those of the revision that helm goes back to: the one to name.
        Assert.Equal(
            "The release orders stays pending-rollback and takes no upgrade. Once this is mended, roll back again: helm rollback orders 1 --namespace shop",
            environment["MIGRATE_ADVICE"]);
        Assert.Equal("1", environment["MIGRATE_REVISION"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("migration: {rollback: {enabled: true}}")]
    [InlineData("migration: {mode: job}")]
    public async Task Its_phase_is_one_document_when_secret_and_scripts_are_there_already(string values)
    {
        var job = Assert.Single((await Rendering.OfAsync($"{values}\nphase: rollback")).Objects);

        Assert.Equal("Job/orders-rollback", job.ToString());
        Assert.DoesNotContain("helm.sh/hook", job.Source, StringComparison.Ordinal);
        Assert.Equal("true", job.Annotation("strategy.spinnaker.io/recreate"));
        // Spinnaker knows neither release nor revision.
        Assert.DoesNotContain(job.Container("migrate").Environment().Keys, k => k is "MIGRATE_ADVICE" or "MIGRATE_REVISION");
    }

    [Fact(Timeout = Limit)]
    public async Task Its_phase_is_the_job_and_what_it_needs()
    {
        var rendering = await Rendering.OfAsync(Prerequisites + "\nphase: rollback");

        Assert.Equal(
            ["ConfigMap/orders-migrate", "Job/orders-rollback", "NetworkPolicy/orders-migrate", "Secret/orders-migrate", "ServiceAccount/orders-migrate"],
            rendering.Objects.Select(o => o.ToString()).Order(StringComparer.Ordinal));
        Assert.All(rendering.Objects, o => Assert.DoesNotContain("helm.sh/hook", o.Source, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migrate")]
    [InlineData("deploy")]
    public async Task It_is_in_no_other_phase(string phase)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Enabled, $"phase: {phase}"));

        Assert.DoesNotContain(rendering.Objects, o => o.Name == "orders-rollback");
    }
}
