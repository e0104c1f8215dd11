using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The migration Job.</summary>
public sealed class JobTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task It_runs_migrate_up_from_the_applications_own_image()
    {
        var container = (await Rendering.OfAsync()).Job.Container("migrate");

        Assert.Equal("registry.example.com/orders:v1", container.At("image").Text());
        Assert.Equal(["migrate"], container.At("command").Texts());
        Assert.Equal(["up", "--dir=/migrations"], container.At("args").Texts().Take(2));
    }

    [Fact(Timeout = Limit)]
    public async Task It_runs_the_applications_executable_with_the_images_own_folder()
    {
        var container = (await Rendering.OfAsync("migration: {command: [orders, migrate], dir: ''}")).Job.Container("migrate");

        Assert.Equal(["orders", "migrate"], container.At("command").Texts());
        Assert.Equal("up", container.At("args", "0").Text());
        Assert.DoesNotContain(container.At("args").Texts(), a => a!.StartsWith("--dir", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_get_better_is_not_tried_again_and_a_drained_node_does_not_count()
    {
        var rules = (await Rendering.OfAsync()).Job.Node("spec", "podFailurePolicy", "rules");

        Assert.Equal(2, rules.Items().Count());
        Assert.Equal("Ignore", rules.At("0", "action").Text());
        Assert.Equal("DisruptionTarget", rules.At("0", "onPodConditions", "0", "type").Text());
        Assert.Equal("FailJob", rules.At("1", "action").Text());
        Assert.Equal("migrate", rules.At("1", "onExitCodes", "containerName").Text());
        // 3 and 4 may pass, so they count as tries: design.md's exit codes.
        Assert.Equal(["1", "2", "6"], rules.At("1", "onExitCodes", "values").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task The_cause_of_a_failure_is_its_termination_message()
    {
        var rendering = await Rendering.OfAsync();

        Assert.Equal("FallbackToLogsOnError", rendering.Job.Container("migrate").At("terminationMessagePolicy").Text());
        Assert.Equal("FallbackToLogsOnError", rendering.Deployment.Container("gate").At("terminationMessagePolicy").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task No_second_try_is_a_value_too()
    {
        Assert.Equal("0", (await Rendering.OfAsync("migration: {backoffLimit: 0}")).Job.Text("spec", "backoffLimit"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("{}", "86400")]
    [InlineData("{ttlSecondsAfterFinished: 300}", "300")]
    [InlineData("{ttlSecondsAfterFinished: 1209600}", "1209600")] // no 1.2096e+06, which some readers take for a fraction
    [InlineData("{ttlSecondsAfterFinished: null}", null)]
    public async Task It_stays_for_its_log(string migration, string? expected)
    {
        Assert.Equal(expected, (await Rendering.OfAsync($"migration: {migration}")).Job.Text("spec", "ttlSecondsAfterFinished"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("0")]
    [InlineData("299")]
    public async Task It_does_not_vanish_while_a_client_still_looks(string seconds)
    {
        var messages = await Refusal.OfAsync($"migration: {{ttlSecondsAfterFinished: {seconds}}}");

        Assert.All(messages, m => Assert.Contains("ttlSecondsAfterFinished", m, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task It_says_who_runs()
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
              placeholders: {owner: orders, days: 30, quick: true}
              extraArgs: [--out-of-order]
            """)).Job.Container("migrate");

        Assert.Equal(
            [
                "up", "--dir=/sql", "--schema=shop", "--history-table=history", "--connect-wait=1s", "--lock-wait=2s",
                "--lock-timeout=none", "--statement-timeout=3s", "--timeout=4s", "--placeholder=days=30",
                "--placeholder=owner=orders", "--placeholder=quick=true", "--out-of-order",
            ],
            container.At("args").Texts());
    }

    /// <summary>Numbers of a values file reach templates as floating ones.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_large_number_is_written_out()
    {
        var container = (await Rendering.OfAsync("migration: {placeholders: {rows: 1000000, part: 0.5}}")).Job.Container("migrate");

        Assert.Contains("--placeholder=rows=1000000", container.At("args").Texts());
        Assert.Contains("--placeholder=part=0.5", container.At("args").Texts());
    }

    [Fact(Timeout = Limit)]
    public async Task The_service_and_the_disruption_budget_do_not_select_its_pods()
    {
        var rendering = await Rendering.OfAsync("podDisruptionBudget: {enabled: true}");

        var pod = rendering.Job.Node("spec", "template", "metadata", "labels").Entries().ToDictionary(l => l.Key, l => l.Value.Text());
        var service = rendering.Single("Service").Node("spec", "selector").Entries();
        var budget = rendering.Single("PodDisruptionBudget").Node("spec", "selector", "matchLabels").Entries();
        Assert.Contains(service, l => pod.GetValueOrDefault(l.Key) != l.Value.Text());
        Assert.Contains(budget, l => pod.GetValueOrDefault(l.Key) != l.Value.Text());
    }

    [Fact(Timeout = Limit)]
    public async Task A_mesh_can_be_kept_out_of_it()
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
    public async Task Autoscalers_leave_it_alone()
    {
        var annotations = (await Rendering.OfAsync()).Job.Node("spec", "template", "metadata", "annotations");

        Assert.Equal("false", annotations.At("cluster-autoscaler.kubernetes.io/safe-to-evict").Text());
        Assert.Equal("true", annotations.At("karpenter.sh/do-not-disrupt").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task It_shares_the_applications_scheduling_unless_it_has_its_own()
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
