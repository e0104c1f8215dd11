using CliWrap;
using CliWrap.Buffered;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The published command takes the arguments and variables that the chart gives it.</summary>
public sealed class ArgumentsTests(PublishedMigrate migrate) : IClassFixture<PublishedMigrate>, IDisposable
{
    private readonly TempFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("Job", "migrate")]
    [InlineData("Job", "migrate", "orders-rollback")]
    [InlineData("Deployment", "gate")]
    [InlineData("Pod", "schema")]
    public async Task They_lead_to_a_database_that_is_not_there(string kind, string container, string? name = null)
    {
        var rendering = await Rendering.OfAsync($$"""
            database: {existingSecret: '', host: 127.0.0.1, port: 1, name: orders, user: orders, sslMode: disable}
            migration:
              dir: {{_scripts.Path}}
              schema: shop
              historyTable: history
              placeholders: {owner: orders}
              connectWait: 0s
              lockTimeout: none
              statementTimeout: 1m
              extraArgs: [--out-of-order]
              rollback: {enabled: true, extraArgs: [--no-placeholders]}
            gate: {timeout: 1s, env: [{name: MIGRATE_CONNECT_WAIT, value: 0s}]}
            """);
        var node = rendering.Objects.Where(o => o.Kind == kind && (name is null || o.Name == name) && o.Source.Contains($"name: {container}", StringComparison.Ordinal))
            .Select(o => o.Container(container)).First();
        var environment = node.Environment().ToDictionary(e => e.Key, e => (string?)e.Value);

        var result = await Guarded.Command(migrate.Path, node.At("args").Texts()!)
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        // Not reached, and not 2 as for an option that it does not know.
        Assert.True(result.ExitCode == 3, $"{result.ExitCode}: {result.StandardError}");
        Assert.Contains("127.0.0.1:1", result.StandardError, StringComparison.Ordinal);
    }
}
