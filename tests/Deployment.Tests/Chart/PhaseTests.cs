using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The phases for tools that control the order themselves.</summary>
public sealed class PhaseTests
{
    private const int Limit = 60_000;

    private const string Everything = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;"}}}
        serviceAccount: {create: true}
        networkPolicy: {enabled: true}
        """;

    [Fact(Timeout = Limit)]
    public async Task Phase_migrate_is_only_the_job_when_secret_and_scripts_exist()
    {
        var rendering = await Rendering.OfAsync("phase: migrate");

        Assert.Matches("^Job/orders-migrate-[0-9a-f]{8}$", Assert.Single(rendering.Objects).ToString());
        Assert.Contains("--lock-wait=150s", rendering.Job.Container("migrate").At("args").Texts());
    }

    [Theory(Timeout = Limit)]
    [InlineData("image: {tag: v2}", true)]
    [InlineData("migration: {lockTimeout: 1s}", true)]
    [InlineData("migration: {env: [{name: A, value: b}]}", true)]
    [InlineData("migration: {scripts: {inline: {V1__a.sql: SELECT 1;}}}", true)]
    [InlineData("app: {replicas: 3}", false)]
    [InlineData("commonLabels: {team: shop}", true)]
    public async Task The_name_of_the_job_follows_from_what_it_runs(string values, bool isOther)
    {
        foreach (var phase in new[] { "migrate", "contract", "rollback" })
        {
            var run = $"phase: {phase}\nmigration: {{contract: {{run: manual}}}}";
            var first = (await Rendering.OfAsync(run)).Objects.Single(o => o.Kind == "Job").Name;
            var second = (await Rendering.OfAsync(Yaml.Merge(values, run))).Objects.Single(o => o.Kind == "Job").Name;

            Assert.Equal(isOther, first != second);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Phase_migrate_is_the_job_and_its_prerequisites()
    {
        var rendering = await Rendering.OfAsync(Everything + "\nphase: migrate");

        Assert.Equal(
            ["ConfigMap", "Job", "NetworkPolicy", "Secret", "ServiceAccount"], rendering.Objects.Select(o => o.Kind).Order());
        Assert.All(rendering.Objects.Where(o => o.Kind != "Job"), o => Assert.Equal("orders-migrate", o.Name));
    }

    [Fact(Timeout = Limit)]
    public async Task Phase_deploy_is_only_the_application()
    {
        var rendering = await Rendering.OfAsync("phase: deploy");

        Assert.Equal(["Deployment/orders", "Service/orders"], rendering.Objects.Select(o => o.ToString()).Order());
        Assert.Equal("wait", rendering.Deployment.Container("gate").At("args", "0").Text());
    }

    [Theory(Timeout = Limit)]
    [InlineData("migrate")]
    [InlineData("deploy")]
    public async Task A_phase_has_no_hook_annotations(string phase)
    {
        var rendering = await Rendering.OfAsync(Everything + $"\nphase: {phase}");

        Assert.All(rendering.Objects, o => Assert.DoesNotContain("helm.sh/hook", o.Source, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Phases_migrate_and_deploy_together_are_phase_all()
    {
        var all = await Rendering.OfAsync(Everything + "\ntests: {enabled: false}");
        var migrate = await Rendering.OfAsync(Everything + "\nphase: migrate");
        var deploy = await Rendering.OfAsync(Everything + "\nphase: deploy");

        Assert.Equal(
            all.Objects.Select(o => o.ToString()).Order(),
            migrate.Objects.Concat(deploy.Objects).Select(o => Regex.Replace(o.ToString(), "-[0-9a-f]{8}$", "")).Order());
        // The application is the same in both phases.
        Assert.Equal(all.Deployment.Source, deploy.Deployment.Source);
    }

    [Theory(Timeout = Limit)]
    [InlineData("phase: all")]
    [InlineData("phase: migrate")]
    [InlineData("migration: {mode: job}")]
    public async Task Spinnaker_recreates_the_job(string values)
    {
        Assert.Equal("true", (await Rendering.OfAsync(values)).Job.Annotation("strategy.spinnaker.io/recreate"));
    }

    [Fact(Timeout = Limit)]
    public async Task Objects_have_the_namespace_of_the_bake()
    {
        var rendering = await Rendering.OfAsync(Everything, "--namespace", "shop");

        Assert.All(rendering.Objects, o => Assert.Equal("shop", o.Text("metadata", "namespace")));
    }

    [Fact(Timeout = Limit)]
    public async Task Overrides_can_be_strings()
    {
        var rendering = await Rendering.OfAsync(
            "", "--set-string", "image.tag=20260801,phase=migrate,migration.timeout=30m");

        Assert.Equal("registry.example.com/orders:20260801", rendering.Job.Container("migrate").At("image").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task A_boolean_override_that_is_a_string_is_rejected()
    {
        var messages = await Rejection.OfAsync("", "--set-string", "gate.enabled=false");

        Assert.All(messages, m => Assert.Contains("gate", m, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_phase_records_no_revision()
    {
        var all = (await Rendering.OfAsync()).Job.Container("migrate").Environment();
        var phase = (await Rendering.OfAsync("phase: migrate")).Job.Container("migrate").Environment();

        Assert.Equal("1", all["MIGRATE_REVISION"]);
        Assert.DoesNotContain("MIGRATE_REVISION", phase.Keys);
    }
}
