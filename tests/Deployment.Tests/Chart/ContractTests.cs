using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The Job that runs the contract scripts after the rollout.</summary>
public sealed class ContractTests
{
    private const int Limit = 60_000;
    private const string Job = "migration: {contract: {run: job}}";


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
    [InlineData("")]
    [InlineData("migration: {scripts: {inline: {V1__a.sql: SELECT 1;}}}")]
    [InlineData("migration: {image: {repository: migrator, tag: v7}}")]
    public async Task The_gate_and_the_contract_job_have_the_same_set(string values)
    {
        var rendering = await Rendering.OfAsync(Yaml.Merge(Job, values));

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

    private static async Task<Manifest> ContractJobAsync(string values) => Contract(await Rendering.OfAsync(values));

    private static Manifest Contract(Rendering rendering) =>
        Assert.Single(rendering.Objects, o => o.Kind == "Job" && o.Name.StartsWith("orders-contract-", StringComparison.Ordinal));
}
