using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The migration Job.</summary>
public sealed class JobTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_job_runs_migrate_up_from_the_applications_image()
    {
        var container = (await Rendering.OfAsync()).Job.Container("migrate");

        Assert.Equal("registry.example.com/orders:v1", container.At("image").Text());
        Assert.Equal(["migrate"], container.At("command").Texts());
        Assert.Equal(["up", "--dir=/migrations"], container.At("args").Texts().Take(2));
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_leaves_contract_scripts_to_the_user_only_if_the_values_say_so()
    {
        Assert.Contains("--refuse-contract", (await Rendering.OfAsync()).Job.Container("migrate").At("args").Texts());
        var manual = (await Rendering.OfAsync("migration: {contract: {run: manual}}")).Single("Job", "orders-migrate").Container("migrate").At("args").Texts();
        Assert.DoesNotContain("--refuse-contract", manual);
        Assert.Contains("--phase=expand", manual);
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_can_run_the_applications_executable_with_the_images_folder()
    {
        var container = (await Rendering.OfAsync("migration: {command: [orders, migrate], dir: ''}")).Job.Container("migrate");

        Assert.Equal(["orders", "migrate"], container.At("command").Texts());
        Assert.Equal("up", container.At("args", "0").Text());
        Assert.DoesNotContain(container.At("args").Texts(), a => a!.StartsWith("--dir", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Permanent_failures_are_not_retried_and_drained_nodes_do_not_count()
    {
        var rules = (await Rendering.OfAsync()).Job.Node("spec", "podFailurePolicy", "rules");

        Assert.Equal(2, rules.Items().Count());
        Assert.Equal("Ignore", rules.At("0", "action").Text());
        Assert.Equal("DisruptionTarget", rules.At("0", "onPodConditions", "0", "type").Text());
        Assert.Equal("FailJob", rules.At("1", "action").Text());
        Assert.Equal("migrate", rules.At("1", "onExitCodes", "containerName").Text());
        // 3 and 4 are temporary failures, so the Job retries them: see the exit codes in README.md.
        Assert.Equal(["1", "2", "6"], rules.At("1", "onExitCodes", "values").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task The_termination_message_contains_the_cause_of_a_failure()
    {
        var rendering = await Rendering.OfAsync();

        Assert.Equal("FallbackToLogsOnError", rendering.Job.Container("migrate").At("terminationMessagePolicy").Text());
        Assert.Equal("FallbackToLogsOnError", rendering.Deployment.Container("gate").At("terminationMessagePolicy").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task A_backoff_limit_of_zero_is_rendered()
    {
        Assert.Equal("0", (await Rendering.OfAsync("migration: {backoffLimit: 0}")).Job.Text("spec", "backoffLimit"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("{}", "86400")]
    [InlineData("{ttlSecondsAfterFinished: 300}", "300")]
    [InlineData("{ttlSecondsAfterFinished: 1209600}", "1209600")] // not 1.2096e+06, which some parsers read as a fraction
    [InlineData("{ttlSecondsAfterFinished: null}", null)]
    public async Task The_finished_job_is_kept_until_its_ttl(string migration, string? expected)
    {
        Assert.Equal(expected, (await Rendering.OfAsync($"migration: {migration}")).Job.Text("spec", "ttlSecondsAfterFinished"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("0")]
    [InlineData("299")]
    public async Task A_ttl_below_five_minutes_is_rejected(string seconds)
    {
        var messages = await Rejection.OfAsync($"migration: {{ttlSecondsAfterFinished: {seconds}}}");

        Assert.All(messages, m => Assert.Contains("ttlSecondsAfterFinished", m, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_records_release_revision_image_and_pod()
    {
        var environment = (await Rendering.OfAsync()).Job.Container("migrate").Environment();

        Assert.Equal("orders", environment["MIGRATE_RELEASE"]);
        Assert.Equal("1", environment["MIGRATE_REVISION"]);
        Assert.Equal("registry.example.com/orders:v1", environment["MIGRATE_IMAGE"]);
        Assert.Equal("metadata.name", environment["POD_NAME"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_option_reaches_the_command()
    {
        var container = (await Rendering.OfAsync("""
            migration:
              dir: /sql
              schema: shop
              historyTable: history
              connectWait: 1s
              lockWait: 2s
              lockTimeout: none
              statementTimeout: 3s
              timeout: 4s
              extraArgs: [--out-of-order]
            """)).Job.Container("migrate");

        Assert.Equal(
            [
                "up", "--dir=/sql", "--schema=shop", "--history-table=history", "--phase=expand", "--refuse-contract", "--connect-wait=1s", "--lock-wait=2s",
                "--lock-timeout=none", "--statement-timeout=3s", "--timeout=4s", "--out-of-order",
            ],
            container.At("args").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task The_service_and_the_disruption_budget_do_not_select_the_jobs_pods()
    {
        var rendering = await Rendering.OfAsync("podDisruptionBudget: {enabled: true}");

        var pod = rendering.Job.Node("spec", "template", "metadata", "labels").Entries().ToDictionary(l => l.Key, l => l.Value.Text());
        var service = rendering.Single("Service").Node("spec", "selector").Entries();
        var budget = rendering.Single("PodDisruptionBudget").Node("spec", "selector", "matchLabels").Entries();
        Assert.Contains(service, l => pod.GetValueOrDefault(l.Key) != l.Value.Text());
        Assert.Contains(budget, l => pod.GetValueOrDefault(l.Key) != l.Value.Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_injection_of_mesh_sidecars_can_be_disabled()
    {
        var without = (await Rendering.OfAsync()).Job.Source;
        var with = (await Rendering.OfAsync("migration: {meshOptOut: true}")).Job;

        Assert.DoesNotContain("inject", without, StringComparison.Ordinal);
        Assert.Equal("false", with.Text("spec", "template", "metadata", "labels", "sidecar.istio.io/inject"));
        Assert.Equal("false", with.Text("spec", "template", "metadata", "annotations", "sidecar.istio.io/inject"));
        Assert.Equal("disabled", with.Text("spec", "template", "metadata", "annotations", "linkerd.io/inject"));
        Assert.Equal("disabled", with.Text("spec", "template", "metadata", "labels", "kuma.io/sidecar-injection"));
    }

    [Fact(Timeout = Limit)]
    public async Task Autoscalers_do_not_evict_the_job()
    {
        var annotations = (await Rendering.OfAsync()).Job.Node("spec", "template", "metadata", "annotations");

        Assert.Equal("false", annotations.At("cluster-autoscaler.kubernetes.io/safe-to-evict").Text());
        Assert.Equal("true", annotations.At("karpenter.sh/do-not-disrupt").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_uses_the_shared_scheduling_unless_it_has_its_own()
    {
        const string Shared = """
            nodeSelector: {kubernetes.io/arch: arm64}
            tolerations: [{key: shop, operator: Exists}]
            priorityClassName: normal
            imagePullSecrets: [{name: registry}]

            """;
        var shared = await Rendering.OfAsync(Shared);
        var own = await Rendering.OfAsync(Shared + """
            migration: {nodeSelector: {pool: batch}, tolerations: [{key: batch}], priorityClassName: high}
            """);

        foreach (var field in new[] { "nodeSelector", "tolerations", "priorityClassName", "imagePullSecrets" })
        {
            Assert.NotNull(shared.Job.PodSpec.At(field));
            Assert.Equal(shared.Deployment.PodSpec.At(field), shared.Job.PodSpec.At(field));
        }

        Assert.Equal("batch", own.Job.PodSpec.At("nodeSelector", "pool").Text());
        Assert.Equal("batch", own.Job.PodSpec.At("tolerations", "0", "key").Text());
        Assert.Equal("high", own.Job.PodSpec.At("priorityClassName").Text());
        Assert.Equal(shared.Deployment.Source, own.Deployment.Source);
    }
}
