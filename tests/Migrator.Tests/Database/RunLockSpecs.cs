using Migrator.Database;
using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Database;

public sealed class RunLockSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Concurrent_runs_wait_for_each_other_and_each_script_runs_once()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (); SELECT pg_sleep(0.5);",
            ["V2__b.sql"] = "CREATE TABLE b ();",
            ["R__v.sql"] = "CREATE VIEW v AS SELECT 1;",
        };
        var migrate = new Cli(database, scripts);

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => migrate.SucceedAsync("up")));

        Assert.Single(results, r => r.Stdout.StartsWith("applied V1__a.sql", StringComparison.Ordinal));
        Assert.Equal(2, results.Count(r => r.Stdout.StartsWith("Nothing to do", StringComparison.Ordinal)));
        Assert.Contains(results, r => r.Stderr.StartsWith("another run holds the lock: pid ", StringComparison.Ordinal));
        Assert.Equal("V1__a.sql,V2__b.sql,R__v.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_run_waits_while_another_builds_an_index_concurrently_without_a_deadlock()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t (x int);" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__i.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON t (x);";

        // An old transaction blocks the index build until both runs have started.
        await using var connection = await database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "INSERT INTO t VALUES (1)");
        var first = migrate.SucceedAsync("up", "--lock-timeout=30s");
        await database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY"));
        var second = migrate.SucceedAsync("up");
        await database.WaitUntilAsync("SELECT count(*) = 2 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrate (%'");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll(first, second);
        Assert.Equal("V1__t.sql,V2__i.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT pg_advisory_lock(('x' || left(md5('migrator:public.changelog'), 16))::bit(64)::bigint)")]
    [InlineData("SELECT pg_advisory_lock(12345)")]
    public async Task Up_exits_with_4_when_the_lock_wait_times_out_and_names_the_holder(string takeLock)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var holder = await database.ConnectAsync();
        await ExecuteAsync(holder, "SET application_name = 'the other one'");
        await ExecuteAsync(holder, takeLock);
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(4, "up", "--lock-wait=300ms");

        var named = $"pid {holder.ProcessID}, role app, the other one from 127.0.0.1, connected since ";
        Assert.StartsWith($"another run holds the lock: {named}", up.FirstError, StringComparison.Ordinal);
        Assert.Contains("; waiting up to 300ms\n", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"error: another run still holds the lock after 300ms: {named}", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("pg_terminate_backend", up.Stderr, StringComparison.Ordinal);
        Assert.Empty(await database.TablesAsync());

        await holder.CloseAsync();
        await migrate.SucceedAsync("up", "--lock-wait=5s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lock_wait_of_zero_is_one_attempt()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up", "--lock-wait=0s");
        await using var holder = await database.ConnectAsync();
        await ExecuteAsync(holder, "SELECT pg_advisory_lock(12345)");

        await migrate.FailAsync(4, "up", "--lock-wait=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_lock_key_depends_on_the_name_of_the_history_table()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Equal(
            await database.ScalarAsync("SELECT ('x' || left(md5('migrator:public.changelog'), 16))::bit(64)::bigint"),
            RunLock.KeyOf("public.changelog").ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual(RunLock.KeyOf("public.changelog"), RunLock.KeyOf("orders.changelog"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_lock_is_held_while_scripts_run_and_released_afterwards()
    {
        const string Locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database()";
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = $"CREATE TABLE a AS {Locks};", ["V2__b.sql"] = $"CREATE TABLE b AS {Locks};" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("3|3", (await database.RowsAsync("SELECT a.count, b.count FROM a, b"))[0]);
        Assert.Equal("0", await database.ScalarAsync(Locks));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT pg_sleep(300);")]
    [InlineData("-- evolve-tx-off\nCREATE TABLE b ();\nSELECT pg_sleep(300);")]
    public async Task Down_with_end_running_cancels_the_run_of_the_same_release(string script)
    {
        var database = await server.CreateDatabaseAsync();
        var (migrate, scripts) = await WithUndoAsync(database);
        using var _ = scripts;
        scripts["V2__slow.sql"] = script;
        scripts["U2__slow.sql"] = "DROP TABLE IF EXISTS b;";
        migrate["MIGRATE_RELEASE"] = "orders";
        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("SELECT pg_sleep"));

        var down = await migrate.SucceedAsync("down", "--to=0", "--end-running");

        Assert.Contains("canceling the other run of the release orders (pid ", down.Stderr, StringComparison.Ordinal);
        Assert.Equal(1, await up.WaitAsync());
        Assert.Contains("V2__slow.sql", up.Output, StringComparison.Ordinal);
        Assert.Equal("", await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("payments", false)]
    [InlineData("", false)]
    [InlineData("orders", true)]
    public async Task Down_with_end_running_does_not_cancel_a_run_of_another_release_or_role(string release, bool isOtherRole)
    {
        // A role does not see the statements of other roles.
        const string IsLocked = """
            SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """;
        var database = await server.CreateDatabaseAsync();
        var (migrate, scripts) = await WithUndoAsync(database);
        using var _ = scripts;
        scripts["V2__slow.sql"] = "SELECT pg_sleep(300);";
        var other = new Cli(database, scripts) { ["MIGRATE_RELEASE"] = release };
        if (isOtherRole)
        {
            other["DATABASE_URL"] = database.SuperuserUrl;
            other["MIGRATE_HISTORY_OWNER"] = "app";
            other["MIGRATE_SCHEMA"] = "public";
        }

        await using var up = await other.StartAsync("up");
        await database.WaitUntilAsync(IsLocked);
        migrate["MIGRATE_RELEASE"] = "orders";

        await migrate.FailAsync(4, "down", "--to=0", "--end-running", "--lock-wait=2s");

        Assert.Equal("True", await database.ScalarAsync(IsLocked));
        await up.KillAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_with_end_running_needs_the_name_of_the_release()
    {
        var (migrate, scripts) = await WithUndoAsync(await server.CreateDatabaseAsync());
        using var _ = scripts;

        var down = await migrate.FailAsync(2, "down", "--to=0", "--end-running");

        Assert.StartsWith("error: --end-running needs the environment variable MIGRATE_RELEASE", down.FirstError, StringComparison.Ordinal);
    }

    private static async Task<(Cli Migrate, ScriptFolder Scripts)> WithUndoAsync(TestDatabase database)
    {
        var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["U1__a.sql"] = "DROP TABLE a;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        return (migrate, scripts);
    }
}
