using System.Diagnostics;
using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 7: a migration that waits for a lock does not block the application.</summary>
public sealed class BusyTableSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15, "ALTER TABLE t ADD y int;")]
    [InlineData(18, "ALTER TABLE t ADD y int;")]
    [InlineData(15, "-- evolve-tx-off\nALTER TABLE t ADD y int;")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nALTER TABLE t ADD y int;\nCOMMIT;")]
    public async Task Queries_on_a_busy_table_wait_at_most_lock_timeout_and_the_migration_is_retried(int major, string text)
    {
        var database = await BusyAsync(major);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = text };
        await using var holder = await HolderAsync(database, "BEGIN; SELECT * FROM t");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=1500ms", "--lock-wait=60s");
        var longest = await QueryForAsync(database, TimeSpan.FromSeconds(8));
        await holder.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        // If the migration waited without a limit, a query would wait for all eight seconds.
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Contains($"V1__x.sql waits for a lock that is held by pid {holder.ProcessID} (the report job, idle in transaction since ", up.Output, StringComparison.Ordinal);
        Assert.Matches($"canceling statement due to lock timeout.*, held by pid {holder.ProcessID} \\(the report job, .*\\); rolled back, next try in [0-9]+", up.Output);
        Assert.Equal("y", await database.ScalarAsync("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 2"));
        Assert.Equal("V1__x.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_lock_wait_that_times_out_exits_with_4_names_the_holder_and_rolls_back(int major)
    {
        var database = await BusyAsync(major);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE before ();\n\nALTER TABLE t ADD y int;" };
        await using var holder = await HolderAsync(database, "BEGIN; SELECT * FROM t");
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(4, "up", "--lock-timeout=1s", "--lock-wait=4s");

        Assert.Contains("error: V1__x.sql:3:1: canceling statement due to lock timeout (SQLSTATE 55P03)\n", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"  detail: The lock is held by pid {holder.ProcessID} (the report job, idle in transaction since ", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("  next: Another session holds a lock on the table", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"The lock is held by pid {holder.ProcessID} (the report job", up.Termination, StringComparison.Ordinal);
        Assert.True(up.Stderr.Split("next try in").Length > 2, up.Stderr);
        Assert.Equal("pause,slow,t", await database.TablesAsync());
        Assert.Empty(await database.HistoryAsync());
        Assert.Equal("failed|55P03", await database.ScalarAsync("SELECT outcome, sqlstate FROM changelog_audit"));

        await holder.CloseAsync();
        await migrate.SucceedAsync("up");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lock_wait_of_0s_is_one_attempt()
    {
        var database = await BusyAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE t ADD y int;" };
        await using var holder = await HolderAsync(database, "BEGIN; SELECT * FROM t");

        var up = await new Cli(database, scripts).FailAsync(4, "up", "--lock-timeout=1500ms", "--lock-wait=0s");

        Assert.DoesNotContain("next try", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"held by pid {holder.ProcessID}", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_attempt_ends_when_the_lock_wait_has_passed()
    {
        var database = await BusyAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE t ADD y int;" };
        await using var holder = await HolderAsync(database, "BEGIN; SELECT * FROM t");

        var start = Stopwatch.GetTimestamp();
        await new Cli(database, scripts).FailAsync(4, "up", "--lock-timeout=30s", "--lock-wait=1s");

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(15));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lock_timeout_of_none_overrides_the_databases_setting()
    {
        var database = await BusyAsync();
        await database.ExecuteAsSuperuserAsync($"ALTER DATABASE {database.Name} SET lock_timeout = '100ms'");
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS x;\nALTER TABLE t ADD y int;" };
        await using var holder = await HolderAsync(database, "BEGIN; SELECT * FROM t");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=none", "--lock-wait=60s");
        await up.SaysAsync($"V1__x.sql waits for a lock that is held by pid {holder.ProcessID} (the report job");
        await holder.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.DoesNotContain("next try", up.Output, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT x FROM seen"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, "ALTER TABLE t ADD y int;\nALTER TABLE slow ADD y int;")]
    [InlineData(18, "ALTER TABLE t ADD y int;\nALTER TABLE slow ADD y int;")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nALTER TABLE t ADD y int;\nALTER TABLE slow ADD y int;\nCOMMIT;")]
    public async Task A_deadlock_with_another_session_is_retried(int major, string text)
    {
        var database = await BusyAsync(major);
        // PostgreSQL aborts the session whose deadlock_timeout ends first after the last lock: the run, not the other session.
        await database.ExecuteAsSuperuserAsync($"ALTER DATABASE {database.Name} SET deadlock_timeout = '3s'");
        using var scripts = new ScriptFolder { ["V1__x.sql"] = text };
        await using var other = await database.ConnectAsSuperuserAsync();
        await other.ExecuteAsync("SET deadlock_timeout = '60s'");
        await other.ExecuteAsync("BEGIN; LOCK TABLE slow IN ACCESS SHARE MODE");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=30s", "--lock-wait=60s");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'slow'::regclass AND NOT granted)");
        await other.ExecuteAsync("LOCK TABLE t IN ACCESS SHARE MODE");
        await other.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Matches("V1__x.sql: deadlock detected.*; rolled back, next try in ", up.Output);
        Assert.Equal("V1__x.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task CONCURRENTLY_waits_for_an_old_transaction_beyond_the_lock_timeout(int major)
    {
        var database = await BusyAsync(major);
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "-- evolve-tx-off\nSET lock_timeout = '100ms';\nCREATE INDEX CONCURRENTLY i ON t (x);\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS x;\nDROP INDEX CONCURRENTLY i;",
        };
        await using var holder = await HolderAsync(database, "BEGIN; INSERT INTO t VALUES (2)");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=100ms", "--lock-wait=0s");
        await up.SaysAsync($"V1__x.sql waits for a lock that is held by pid {holder.ProcessID}");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Equal("100ms", await database.ScalarAsync("SELECT x FROM seen"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_deadlock_of_CREATE_INDEX_CONCURRENTLY_is_retried_without_the_INVALID_index()
    {
        var database = await BusyAsync();
        await database.ExecuteAsSuperuserAsync($"ALTER DATABASE {database.Name} SET deadlock_timeout = '3s'");
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON t (x);\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS x;",
        };
        await using var other = await database.ConnectAsSuperuserAsync();
        await other.ExecuteAsync("SET deadlock_timeout = '60s'");
        await other.ExecuteAsync("BEGIN; INSERT INTO t VALUES (2)");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=7s", "--lock-wait=60s");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype IN ('virtualxid', 'transactionid') AND NOT granted AND database IS NOT DISTINCT FROM NULL)");
        await other.ExecuteAsync("LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
        await other.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Contains("deadlock detected", up.Output, StringComparison.Ordinal);
        Assert.Equal("True", await database.ScalarAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"));
        Assert.Equal("7s", await database.ScalarAsync("SELECT x FROM seen"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Dropping_the_INVALID_index_of_an_interrupted_run_waits_beyond_the_lock_timeout()
    {
        var database = await BusyAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = $"-- evolve-tx-off\n{SlowIndex.Statement}" };
        var migrate = new Cli(database, scripts);
        await using (var killed = await migrate.StartAsync("up"))
        {
            await database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY"));
            await killed.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        Assert.Equal("False", await database.ScalarAsync(SlowIndex.IsValid));
        await SlowIndex.HurryAsync(database);
        await using var holder = await HolderAsync(database, "BEGIN; INSERT INTO slow VALUES (2)");
        await using var up = await migrate.StartAsync("up", "--lock-timeout=200ms", "--lock-wait=60s");
        await up.SaysAsync("DROP INDEX CONCURRENTLY");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("COMMIT");

        var exitCode = await up.WaitAsync();
        Assert.True(exitCode == 0, up.Output);
        Assert.Equal("True", await database.ScalarAsync(SlowIndex.IsValid));
    }

    private async Task<TestDatabase> BusyAsync(int major = 15)
    {
        var database = await server.CreateDatabaseAsync(major);
        await SlowIndex.PrepareAsync(database);
        await database.ExecuteAsync("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        return database;
    }

    private static async Task<NpgsqlConnection> HolderAsync(TestDatabase database, string sql)
    {
        var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SET application_name = 'the report job'");
        await holder.ExecuteAsync(sql);
        return holder;
    }

    /// <summary>Sends queries like an application, and returns the time of the slowest one.</summary>
    private static async Task<TimeSpan> QueryForAsync(TestDatabase database, TimeSpan time)
    {
        await using var application = await database.ConnectAsync();
        var (start, longest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var queryStart = Stopwatch.GetTimestamp();
            await application.ExecuteAsync("SELECT count(*) FROM t");
            longest = Stopwatch.GetElapsedTime(queryStart) > longest ? Stopwatch.GetElapsedTime(queryStart) : longest;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return longest;
    }
}
