using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class PostgresServerSpecs
{
    [Theory(Timeout = 120_000)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_server_of_each_major_version_starts(int major)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(new PostgresOptions { Major = major }, cancel);

        var version = (string)(await ScalarAsync(server.ConnectionString(), "SHOW server_version", cancel))!;
        Assert.StartsWith($"{major}.", version, StringComparison.Ordinal);
        Assert.Equal(major, server.Major);
        Assert.Contains("database system is ready to accept connections", server.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_server_does_not_run_as_root()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellationToken: cancel);

        var status = await File.ReadAllLinesAsync($"/proc/{server.ProcessId}/status", cancel);
        var users = status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1..];
        Assert.DoesNotContain("0", users);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_password_is_rejected_with_28P01()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellationToken: cancel);
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Password = "wrong" };

        var error = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync(wrong.ConnectionString, "SELECT 1", cancel));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact(Timeout = 120_000)]
    public async Task Several_servers_run_at_the_same_time_with_separate_data()
    {
        var cancel = TestContext.Current.CancellationToken;
        var servers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => PostgresServer.StartAsync(cancellationToken: cancel)));

        Assert.Equal(4, servers.Select(server => server.Port).Distinct().Count());
        await servers[0].ExecuteAsync("CREATE TABLE only_here ()", cancellationToken: cancel);
        var found = await Task.WhenAll(servers.Select(
            server => ScalarAsync(server.ConnectionString(), "SELECT to_regclass('only_here') IS NOT NULL", cancel)));
        Assert.Equal([true, false, false, false], found);

        foreach (var server in servers)
        {
            await server.DisposeAsync();
            Assert.False(Directory.Exists(server.Folder));
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(StopMode.Smart)]
    [InlineData(StopMode.Fast)]
    [InlineData(StopMode.Immediate)]
    public async Task A_restart_keeps_port_and_committed_data(StopMode mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellationToken: cancel);
        var port = server.Port;
        var database = await server.CreateDatabaseAsync(cancel);
        await server.ExecuteAsync("CREATE TABLE t AS SELECT 42 AS answer", database, cancel);

        await server.RestartAsync(mode, cancel);

        Assert.Equal(port, server.Port);
        Assert.Equal(42, await ScalarAsync(server.ConnectionString(database), "SELECT answer FROM t", cancel));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stopped_server_refuses_connections_until_it_is_started_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellationToken: cancel);

        await server.StopAsync(cancellationToken: cancel);
        await Assert.ThrowsAsync<NpgsqlException>(() => ScalarAsync(server.ConnectionString(), "SELECT 1", cancel));

        await server.StartAgainAsync(cancel);
        Assert.Equal(1, await ScalarAsync(server.ConnectionString(), "SELECT 1", cancel));
    }

    [Fact(Timeout = 120_000)]
    public async Task Settings_are_applied_and_an_invalid_setting_fails_with_the_server_log()
    {
        var cancel = TestContext.Current.CancellationToken;
        var good = new PostgresOptions { Settings = new Dictionary<string, string> { ["max_connections"] = "7" } };
        await using var server = await PostgresServer.StartAsync(good, cancel);
        Assert.Equal("7", await ScalarAsync(server.ConnectionString(), "SHOW max_connections", cancel));

        var bad = new PostgresOptions { Settings = new Dictionary<string, string> { ["max_connections"] = "many" } };
        var error = await Assert.ThrowsAsync<ToolingException>(() => PostgresServer.StartAsync(bad, cancel));
        Assert.Contains("invalid value for parameter \"max_connections\"", error.Message, StringComparison.Ordinal);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }
}
