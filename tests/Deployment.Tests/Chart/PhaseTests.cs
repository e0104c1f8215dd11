using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The halves for tools that keep the order themselves.</summary>
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
    public async Task Migrate_is_one_document_when_secret_and_scripts_are_there_already()
    {
        var rendering = await Rendering.OfAsync("phase: migrate");

        Assert.Equal("Job/orders-migrate", Assert.Single(rendering.Objects).ToString());
    }

    [Fact(Timeout = Limit)]
    public async Task Migrate_is_the_job_and_what_it_needs()
    {
        var rendering = await Rendering.OfAsync(Everything + "\nphase: migrate");

        Assert.Equal(
            ["ConfigMap", "Job", "NetworkPolicy", "Secret", "ServiceAccount"], rendering.Objects.Select(o => o.Kind).Order());
        Assert.All(rendering.Objects, o => Assert.Equal("orders-migrate", o.Name));
    }

    [Fact(Timeout = Limit)]
    public async Task Deploy_is_only_the_application()
    {
        var rendering = await Rendering.OfAsync("phase: deploy");

        Assert.Equal(["Deployment/orders", "Service/orders"], rendering.Objects.Select(o => o.ToString()).Order());
        Assert.Equal("wait", rendering.Deployment.Container("gate").At("args", "0").Text());
    }

    [Theory(Timeout = Limit)]
    [InlineData("migrate")]
    [InlineData("deploy")]
    public async Task A_half_has_no_helm_annotation(string phase)
    {
        var rendering = await Rendering.OfAsync(Everything + $"\nphase: {phase}");

        Assert.All(rendering.Objects, o => Assert.DoesNotContain("helm.sh/hook", o.Source, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task The_halves_together_are_the_whole()
    {
        var all = await Rendering.OfAsync(Everything + "\ntests: {enabled: false}");
        var migrate = await Rendering.OfAsync(Everything + "\nphase: migrate");
        var deploy = await Rendering.OfAsync(Everything + "\nphase: deploy");

        Assert.Equal(
            all.Objects.Select(o => o.ToString()).Order(),
            migrate.Objects.Concat(deploy.Objects).Select(o => o.ToString()).Order());
        // The application is the same, whoever brings it.
        Assert.Equal(all.Deployment.Source, deploy.Deployment.Source);
    }

    [Theory(Timeout = Limit)]
    [InlineData("phase: all")]
    [InlineData("phase: migrate")]
    [InlineData("migration: {mode: job}")]
    public async Task Spinnaker_deletes_a_job_before_it_applies_the_next(string values)
    {
        Assert.Equal("true", (await Rendering.OfAsync(values)).Job.Annotation("strategy.spinnaker.io/recreate"));
    }

    [Fact(Timeout = Limit)]
    public async Task Objects_carry_the_namespace_that_a_bake_gives()
    {
        var rendering = await Rendering.OfAsync(Everything, "--namespace", "shop");

        Assert.All(rendering.Objects, o => Assert.Equal("shop", o.Text("metadata", "namespace")));
    }

    [Fact(Timeout = Limit)]
    public async Task Overrides_that_come_as_texts_are_taken()
    {
        var rendering = await Rendering.OfAsync(
            "", "--set-string", "image.tag=20260801,phase=migrate,migration.timeout=30m");

        Assert.Equal("registry.example.com/orders:20260801", rendering.Job.Container("migrate").At("image").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task A_truth_value_that_comes_as_a_text_is_refused_instead_of_being_true()
    {
        var messages = await Refusal.OfAsync("", "--set-string", "gate.enabled=false");

        Assert.All(messages, m => Assert.Contains("gate", m, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_half_does_not_claim_a_revision_that_nobody_knows()
    {
        var whole = (await Rendering.OfAsync()).Job.Container("migrate").Environment();
        var half = (await Rendering.OfAsync("phase: migrate")).Job.Container("migrate").Environment();

        Assert.Equal("1", whole["MIGRATE_REVISION"]);
        Assert.DoesNotContain("MIGRATE_REVISION", half.Keys);
    }
}
