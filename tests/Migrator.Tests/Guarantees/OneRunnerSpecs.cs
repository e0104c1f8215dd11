using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantees 1 and 2: one run at a time, and a run plans again after it has acquired the lock.</summary>
public sealed class OneRunnerSpecs(SharedServer shared) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;
    private const int Runners = 32;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Each_script_runs_exactly_once_in_32_concurrent_runs_without_a_deadlock(int major)
    {
        // The test reads the server's log, so it needs its own server.
        await using var server = await MigrationServer.StartAsync(major);
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__runs.sql"] = "CREATE TABLE runs (script text);\nINSERT INTO runs VALUES ('V1');",
            ["V2__indexes.sql"] = """
                -- evolve-tx-off
                CREATE INDEX CONCURRENTLY runs_one ON runs (script);
                INSERT INTO runs VALUES ('V2');
                CREATE INDEX CONCURRENTLY runs_two ON runs (lower(script));
                """,
            ["V3__more.sql"] = "INSERT INTO runs VALUES ('V3');",
            ["V4__index.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY runs_three ON runs (upper(script));\nINSERT INTO runs VALUES ('V4');",
            ["R__view.sql"] = "CREATE VIEW all_runs AS SELECT * FROM runs;\nINSERT INTO runs VALUES ('R');",
        };
        var migrate = new Cli(database, scripts);

        var results = await Task.WhenAll(Enumerable.Range(0, Runners).Select(_ => migrate.SucceedAsync("up")));

        string[] wanted = ["V1__runs.sql", "V2__indexes.sql", "V3__more.sql", "V4__index.sql", "R__view.sql"];
        Assert.Equal(string.Join(',', wanted), await database.HistoryAsync());
        Assert.Equal(["R", "V1", "V2", "V3", "V4"], await database.RowsAsync("SELECT script FROM runs ORDER BY 1"));
        Assert.All(wanted, script => Assert.Single(results, r => r.Stdout.Contains($"applied {script} in ", StringComparison.Ordinal)));
        Assert.Equal("3", await database.ScalarAsync("SELECT count(*) FROM pg_index WHERE indisvalid AND indrelid = 'runs'::regclass"));
        Assert.DoesNotContain("deadlock", server.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ERROR", server.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_lock_is_held_by_the_connection_that_migrates()
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE held AS SELECT count(*) AS mine FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();",
            ["V2__b.sql"] = "-- evolve-tx-off\nINSERT INTO held SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(["3", "3"], await database.RowsAsync("SELECT mine FROM held"));
        await database.WaitUntilRunsAreGoneAsync();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("DISCARD ALL;", "V1__x.sql:2:1")]
    [InlineData("SELECT pg_advisory_unlock_all();", "V1__x.sql:2:1")]
    [InlineData("DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;", "V1__x.sql:2:1")]
    public async Task A_script_that_releases_the_lock_exits_with_2(string statement, string place)
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = $"-- evolve-tx-off\n{statement}" };

        var up = await new Cli(database, scripts).FailAsync(2, "up");

        Assert.StartsWith($"error: {place}: this statement releases the session's advisory locks", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_plan_is_made_again_after_the_lock_is_acquired()
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "CREATE TABLE one ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__two.sql"] = "CREATE TABLE two ();";
        await using var other = await database.ConnectAsync();
        await other.ExecuteAsync("SELECT pg_advisory_lock(12345)");
        await using var up = await migrate.StartAsync("up");
        await up.SaysAsync("another run holds the lock");

        // The row that the holder of the lock would have written.
        await other.ExecuteAsync("INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) "
            + "VALUES (0, '2', 'two (1 ms)', 'V2__two.sql', upper(md5('CREATE TABLE two ();')), 'app', true)");
        await other.ExecuteAsync("SELECT pg_advisory_unlock(12345)");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Contains("Nothing to do: public.changelog is at version 2.", up.Output, StringComparison.Ordinal);
        Assert.Equal("one", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_history_that_changes_while_up_waits_for_the_lock_exits_with_6()
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "CREATE TABLE one ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__two.sql"] = "CREATE TABLE two ();";
        await using var other = await database.ConnectAsync();
        await other.ExecuteAsync("SELECT pg_advisory_lock(12345)");
        await using var up = await migrate.StartAsync("up");
        await up.SaysAsync("another run holds the lock");

        await other.ExecuteAsync("UPDATE changelog SET checksum = 'another' WHERE version = '1'");
        await other.ExecuteAsync("SELECT pg_advisory_unlock(12345)");

        Assert.Equal(6, await up.WaitAsync());
        Assert.DoesNotContain("two", await database.TablesAsync(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(13, "ANALYZE t;")]
    [InlineData(18, "ANALYZE t;")]
    [InlineData(18, "SELECT release();")]
    [InlineData(18, "-- evolve-tx-off\nSELECT release();")]
    [InlineData(18, "-- evolve-tx-off\nVACUUM ANALYZE t;")]
    [InlineData(18, "DO $$ BEGIN EXECUTE 'SELECT pg_advisory_unlock' || '_all()'; END $$;")]
    [InlineData(18, "SELECT pg_advisory_unlock_shared(12345);")]
    public async Task A_script_whose_functions_release_the_run_lock_is_rolled_back(int major, string script)
    {
        // The owner of a table can put any function into the expression of an index.
        var database = await shared.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        await database.ExecuteAsync("""
            CREATE FUNCTION release() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;
            CREATE TABLE t (x int); INSERT INTO t VALUES (1);
            CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM public.release(); RETURN x; END $$;
            CREATE INDEX i ON t (f(x));
            """);
        using var scripts = new ScriptFolder { ["V1__release.sql"] = script, ["V2__next.sql"] = "CREATE TABLE next ();" };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Equal("error: V1__release.sql: a function has released the advisory locks of this session, so another run could have started", up.FirstError);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(13, "INSERT INTO ran VALUES ('V2');")]
    [InlineData(18, "INSERT INTO ran VALUES ('V2');")]
    [InlineData(18, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; INSERT INTO ran VALUES ('V2');")]
    [InlineData(18, "-- evolve-tx-off\nINSERT INTO ran VALUES ('V2');")]
    public async Task Two_runs_do_not_record_the_same_script_if_a_function_releases_the_run_lock_and_acquires_it_again(int major, string script)
    {
        var database = await shared.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder { ["V1__before.sql"] = "CREATE TABLE ran (version text);" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");

        // In the first run, the function releases the locks, waits until the test lets it go on, and acquires the locks again.
        await database.ExecuteAsync("""
            CREATE SCHEMA test;
            CREATE SEQUENCE test.calls;
            CREATE FUNCTION test.reopen() RETURNS void LANGUAGE plpgsql SET lock_timeout = 0 AS $$
            DECLARE key bigint := ('x' || left(md5('migrator:public.changelog'), 16))::bit(64)::bigint;
            BEGIN
                IF nextval('test.calls') = 1 THEN
                    PERFORM pg_advisory_unlock_all(), pg_advisory_xact_lock(1), pg_advisory_lock(key), pg_advisory_lock_shared(12345);
                END IF;
            END $$
            """);
        scripts["V2__reopen.sql"] = $"{script}\nSELECT test.reopen();";
        await using var gate = await database.ConnectAsync();
        await gate.ExecuteAsync("SELECT pg_advisory_lock(1)");
        await using var slow = await migrate.StartAsync("up");
        await database.WaitUntilAsync("""
            SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """);
        await migrate.SucceedAsync("up");
        await gate.ExecuteAsync("SELECT pg_advisory_unlock(1)");

        Assert.Equal(1, await slow.WaitAsync());
        Assert.Contains("V2__reopen.sql: a function has released the advisory locks of this session", slow.Output, StringComparison.Ordinal);
        Assert.Equal(["V2"], await database.RowsAsync("SELECT version FROM ran"));
        Assert.Equal("V1__before.sql,V2__reopen.sql", await database.HistoryAsync());
    }
}
