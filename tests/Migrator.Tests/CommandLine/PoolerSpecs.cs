using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>Runs through a real PgBouncer. A pool that shares server sessions between clients is refused, a session pool works.</summary>
public sealed class PoolerSpecs(SharedServer server) : IClassFixture<Prepared>, IDisposable
{
    private const int Timeout = 90_000;

    private readonly ScriptFolder _scripts = new()
    {
        ["V1__a.sql"] = "CREATE TABLE a (x int);",
        ["U1__a.sql"] = "DROP TABLE a;",
    };

    [Theory(Timeout = Timeout)]
    [InlineData("transaction", 20, 0)]
    [InlineData("transaction", 20, 1)]
    [InlineData("transaction", 1, 0)]
    [InlineData("statement", 20, 0)]
    public async Task A_pool_that_shares_sessions_is_refused_before_anything_is_written(string mode, int size, int roundRobin)
    {
        var database = await server.CreateDatabaseAsync();
        await using var pool = await PooledDatabase.StartAsync(
            database, mode, ("default_pool_size", $"{size}"), ("server_round_robin", $"{roundRobin}"));
        await WarmUpAsync(pool, Math.Min(size, 4));
        var migrate = Through(pool, database);

        foreach (var command in new[] { "up", "down --to=0", "repair", "baseline 1" })
        {
            var refused = await migrate.FailAsync(2, command.Split(' '));

            Assert.StartsWith("error: the connection goes through a pooler that shares its server sessions between clients", refused.FirstError, StringComparison.Ordinal);
            Assert.Contains("next: Connect to PostgreSQL directly for migrations, or through a pooler with pool_mode=session", refused.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname ~ '^(a|changelog.*)$'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("transaction")]
    [InlineData("statement")]
    public async Task Read_only_commands_work_and_do_not_change_the_settings_of_shared_sessions(string mode)
    {
        var database = await server.CreateDatabaseAsync();
        await using var pool = await PooledDatabase.StartAsync(database, mode, ("default_pool_size", "1"));
        var migrate = Through(pool, database);

        // PgBouncer itself sets the client's application_name in the session.
        const string Settings = "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings WHERE source = 'session' AND name <> 'application_name'";
        var before = await QueryAsync(pool, Settings);

        Assert.Contains("V1__a.sql", (await migrate.FailAsync(5, "wait", "--timeout=2s", "--schema=public")).Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(5, "status", "--exit-code", "--schema=public");
        await migrate.SucceedAsync("plan", "--schema=public");
        await migrate.SucceedAsync("validate", "--schema=public");
        await migrate.FailAsync(2, "up", "--schema=public");
        Assert.Equal(before, await QueryAsync(pool, Settings));

        await new Cli(database, _scripts).SucceedAsync("up");
        await migrate.SucceedAsync("wait");
        await migrate.SucceedAsync("status", "--exit-code");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(20)]
    [InlineData(1)]
    public async Task A_session_pool_works(int size)
    {
        var database = await server.CreateDatabaseAsync();
        await using var pool = await PooledDatabase.StartAsync(database, "session", ("default_pool_size", $"{size}"));
        var migrate = Through(pool, database);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait");
        await migrate.SucceedAsync("status", "--exit-code");
        Assert.Equal("a", await database.TablesAsync());
        await migrate.SucceedAsync("down", "--to=0");
        Assert.Equal("", await database.TablesAsync());

        // The lock was released before the session returned to the pool.
        Assert.Equal("0", await database.ScalarAsync(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database()"));
    }

    [Fact(Timeout = Timeout)]
    public async Task In_a_session_pool_a_lock_wait_names_the_blocking_session()
    {
        var database = await server.CreateDatabaseAsync();
        await using var pool = await PooledDatabase.StartAsync(database, "session");
        var migrate = Through(pool, database);
        await migrate.SucceedAsync("up");
        _scripts["V2__b.sql"] = "ALTER TABLE a ADD COLUMN y int;";
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("LOCK TABLE a", other, transaction);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var refused = await migrate.FailAsync(4, "up", "--lock-timeout=1500ms", "--lock-wait=1s");

        Assert.Contains($"held by pid {other.ProcessID} ", refused.Stderr, StringComparison.Ordinal);
    }

    public void Dispose() => _scripts.Dispose();

    private static async Task<string> QueryAsync(PooledDatabase pool, string sql)
    {
        await using var connection = await OpenAsync(pool);
        await using var query = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await query.ExecuteScalarAsync(TestContext.Current.CancellationToken), null) ?? "";
    }

    /// <summary>Makes the pool open several server connections, like a pool in use.</summary>
    private static async Task WarmUpAsync(PooledDatabase pool, int connections)
        => await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => QueryAsync(pool, "SELECT pg_sleep(0.3)::text")));

    private static async Task<NpgsqlConnection> OpenAsync(PooledDatabase pool)
    {
        var uri = new Uri(pool.Url);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port,
            Username = SharedServer.Role,
            Password = SharedServer.Password,
            Database = uri.AbsolutePath[1..],
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private Cli Through(PooledDatabase pool, TestDatabase database) => new(database, _scripts) { ["DATABASE_URL"] = pool.Url };
}
