using CliWrap;
using CliWrap.Buffered;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The published command accepts the arguments and environment variables that the chart sets.</summary>
public sealed class ArgumentsTests(PublishedMigrate migrate) : IClassFixture<PublishedMigrate>, IDisposable
{
    private readonly TempFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("Job", "migrate")]
    [InlineData("Job", "migrate", "orders-rollback")]
    [InlineData("Deployment", "gate")]
    [InlineData("Pod", "schema")]
    public async Task The_containers_arguments_are_accepted_and_reach_the_connection(string kind, string container, string? name = null)
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
              rollback: {enabled: true, afterRollout: [], extraArgs: [--no-placeholders]}
            gate: {timeout: 1s, env: [{name: MIGRATE_CONNECT_WAIT, value: 0s}]}
            """);
        var node = rendering.Objects.Where(o => o.Kind == kind && (name is null || o.Name == name) && o.Source.Contains($"name: {container}", StringComparison.Ordinal))
            .Select(o => o.Container(container)).First();
        var environment = node.Environment().ToDictionary(e => e.Key, e => (string?)e.Value);

        var result = await Guarded.Command(migrate.Path, node.At("args").Texts()!)
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        // 3 means that the database could not be reached. An unknown option would result in 2.
        Assert.True(result.ExitCode == 3, $"{result.ExitCode}: {result.StandardError}");
        Assert.Contains("127.0.0.1:1", result.StandardError, StringComparison.Ordinal);
    }
}
