using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The notes that Helm prints after an install. Only Helm 4 renders them without a cluster.</summary>
public sealed class NotesTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_notes_show_the_timeout_and_the_commands_for_logs_and_events()
    {
        var notes = await RenderAsync("migration: {timeout: 10m}");

        // Two attempts of 630 s, a back-off of 10 s, and 10 s each for the Job's deadline and for Helm's timeout.
        Assert.Contains("--timeout 1290s", notes, StringComparison.Ordinal);
        Assert.Contains("logs job/orders-migrate", notes, StringComparison.Ordinal);
        Assert.Contains("get events", notes, StringComparison.Ordinal);
        Assert.Contains("--container gate", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", notes, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_default_timeout_is_helms_default() =>
        Assert.Contains("--timeout 300s", await RenderAsync(""), StringComparison.Ordinal);

    [Theory(Timeout = Limit)]
    [InlineData("gate: {enabled: false}", "Warning: the gate is disabled")]
    [InlineData("podDisruptionBudget: {enabled: true}", "Warning: a PodDisruptionBudget with only one replica")]
    [InlineData("autoscaling: {enabled: true}", "Warning: the autoscaler's target is")]
    [InlineData("database: {existingSecret: '', url: 'postgres://a:hunter2@db/c'}", "Warning: Helm stores database.url")]
    public async Task The_notes_contain_a_warning(string values, string warning)
    {
        var notes = await RenderAsync(values);

        Assert.Contains(warning, notes, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", notes, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("migration: {mode: job}", "logs job/orders-migrate-1-")]
    [InlineData("migration: {helmTimeout: 20m}", "--timeout 1200s")]
    [InlineData("app: {enabled: false}", "The migration has run")]
    [InlineData("migration: {rollback: {enabled: true}}", "helm rollback orders REVISION --wait")]
    [InlineData("migration: {rollback: {enabled: true}}", "stays pending-rollback")]
    [InlineData("migration: {contract: {run: job}}", "kubectl --namespace default logs job/orders-contract-1-")]
    [InlineData("migration: {contract: {run: job}}", "after the rollout of deployment/orders,")]
    [InlineData("migration: {contract: {run: job}}", "helm rollback to that version fails before it changes the application.")]
    [InlineData("migration: {contract: {run: job}, rollback: {enabled: true}}", "helm rollback to that version first runs its undo script.")]
    [InlineData("migration: {contract: {run: manual}}", "Contract scripts (V…__….contract.sql) stay pending.")]
    [InlineData("migration: {enabled: false}", "The application is the Deployment orders")]
    public async Task The_notes_describe_the_rendered_objects(string values, string expected) =>
        Assert.Contains(expected, await RenderAsync(values), StringComparison.Ordinal);

    private static async Task<string> RenderAsync(string values)
    {
        var result = await HelmCli.V4.RunAsync(
            Yaml.Merge(Rendering.Minimal, values), ["install", "orders", ChartFolder.Path, "--dry-run=client"]);
        Assert.True(result.IsSuccess, result.StandardError);
        return result.StandardOutput[result.StandardOutput.IndexOf("NOTES:", StringComparison.Ordinal)..];
    }
}
