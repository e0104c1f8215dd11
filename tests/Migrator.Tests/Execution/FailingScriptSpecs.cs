using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

public sealed class FailingScriptSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task The_samples_third_version_fails_on_a_duplicate_and_succeeds_after_the_fix()
    {
        var database = await server.CreateDatabaseAsync();
        using var v2 = ScriptFolder.OfSample(2);
        await new Cli(database, v2).SucceedAsync("up");
        await database.ExecuteAsync(SampleData("duplicate.sql"));
        var before = await database.RowsAsync("SELECT * FROM changelog ORDER BY id");
        using var v3 = ScriptFolder.OfSample(3);
        var migrate = new Cli(database, v3);

        var up = await migrate.FailAsync(1, "up");

        Assert.Equal("error: V10__sign_in_by_email.sql:13:1: could not create unique index \"customers_email_key\" (SQLSTATE 23505)", up.FirstError);
        Assert.Contains("  detail: Key (lower(email))=(grace@example.org) is duplicated.\n", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("  next: ", up.Stderr, StringComparison.Ordinal);
        Assert.Empty(up.Stdout);
        Assert.DoesNotContain("email_confirmations", await database.TablesAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await database.RowsAsync("SELECT * FROM changelog ORDER BY id"));

        await database.ExecuteAsync(SampleData("merge-duplicates.sql"));
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("08006", "")]
    [InlineData("57P01", "")]
    [InlineData("53300", "-- evolve-tx-off\n")]
    public async Task A_connection_error_that_a_script_raises_is_a_failure_of_the_script(string state, string head)
    {
        // dblink and postgres_fdw report a lost connection to another server in this way. The run's connection is not lost.
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = $"{head}DO $$ BEGIN RAISE 'server closed the connection unexpectedly' USING ERRCODE = '{state}'; END $$;" };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains($"server closed the connection unexpectedly (SQLSTATE {state})", up.FirstError, StringComparison.Ordinal);
        Assert.StartsWith("error: V1__a.sql:", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Scripts_before_a_failing_script_stay_applied_and_the_failing_script_is_rolled_back()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b (x int);\nINSERT INTO b VALUES (1);\nINSERT INTO b\n  VALUES (1, nothing);\nCREATE TABLE b2 ();",
            ["V3__c.sql"] = "CREATE TABLE c ();",
        };
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(1, "up");

        Assert.StartsWith("error: V2__b.sql:4:14: column \"nothing\" does not exist (SQLSTATE 42703)", up.FirstError, StringComparison.Ordinal);
        Assert.Contains("Applied before the failure: 1 migration; public.changelog is at version 1.", up.Stderr, StringComparison.Ordinal);
        Assert.Matches("^applied V1__a.sql in [0-9]+ ms\n$", up.Stdout);
        Assert.Equal("a", await database.TablesAsync());
        Assert.Equal("V1__a.sql", await database.HistoryAsync());

        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await migrate.SucceedAsync("up");
        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT 1;\n  SELEC 2;", "2:3", "42601")]
    [InlineData("SELECT 'é😀', nothing;", "1:14", "42703")]
    [InlineData("/* one\ntwo */ SELECT 1 / 0;", "2:8", "22012")]
    [InlineData("SELECT 1;\r\n\r\nSELECT nothing;\r\n", "3:8", "42703")]
    [InlineData("DO $$\nBEGIN\n  RAISE EXCEPTION 'no';\nEND $$;", "1:1", "P0001")]
    [InlineData("CREATE TABLE t (x int PRIMARY KEY);\nINSERT INTO t VALUES (1), (1);", "2:1", "23505")]
    [InlineData("SELECT '${name}', nothing;", "1:19", "42703")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETRN 1;\nEND $$;", "3:3", "42601")]
    public async Task The_place_of_an_error_refers_to_the_file(string text, string position, string sqlState)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = text };

        var up = await new Cli(database, scripts).FailAsync(1, "up", "--placeholder=name=a somewhat longer value\nof two lines");

        Assert.StartsWith($"error: V1__x.sql:{position}: ", up.FirstError, StringComparison.Ordinal);
        Assert.EndsWith($"(SQLSTATE {sqlState})", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_parameter_in_a_script_is_an_error_of_the_script_and_not_a_lost_connection()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 1;\nSELECT $1;" };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.StartsWith("error: V1__x.sql:2:", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Binary_COPY_data_fails_without_a_stack_trace()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE t (x int);\nCOPY t FROM stdin WITH (FORMAT binary);\nx\n\\.\n" };

        var up = await new Cli(database, scripts).RunAsync("up");

        Assert.InRange(up.ExitCode, 1, 2);
        Assert.StartsWith("error: V1__x.sql:2:1: ", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_servers_detail_hint_and_context_are_shown()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'one\ntwo', HINT = 'try yes'; END $$;",
        };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains("  detail: one\n    two\n  hint: try yes\n  context: PL/pgSQL function inline_code_block line 1 at RAISE\n", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_deferred_constraint_that_fails_at_the_end_rolls_the_script_back()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "CREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO t VALUES (1), (1);",
        };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Matches("^error: V1__x.sql: duplicate key value .* \\(SQLSTATE 23505\\)$", up.FirstError);
        Assert.Empty(await database.TablesAsync());
        Assert.Empty(await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_table_lock_that_cannot_be_acquired_exits_with_4_and_nothing_is_applied()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int)");
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE before ();\nALTER TABLE t ADD y int;" };
        await using var connection = await database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("SELECT * FROM t", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var up = await new Cli(database, scripts).FailAsync(4, "up", "--lock-timeout=50ms", "--lock-wait=1s");

        Assert.Contains("V1__x.sql:2:1: canceling statement due to lock timeout (SQLSTATE 55P03)", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("rolled back, next try in", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("t", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lost_connection_exits_with_3_and_the_next_run_finishes()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();\nSELECT pg_sleep(120);",
        };
        var migrate = new Cli(database, scripts);
        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        await database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND datname = current_database()");

        Assert.Equal(3, await up.WaitAsync());
        Assert.Contains("error: the connection to the database was lost", up.Output, StringComparison.Ordinal);
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await migrate.SucceedAsync("up");
    }

    private static string SampleData(string name)
        => File.ReadAllText(Tooling.RepositoryRoot.Combine("samples", "Orders", "data", name));
}
