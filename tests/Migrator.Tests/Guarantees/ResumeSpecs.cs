using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 5: an <c>-- evolve-tx-off</c> script that stopped is resumed after its last completed step.</summary>
public sealed class ResumeSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Name = "V1__x.sql";

    /// <summary>Three statements and a block that run, then a statement that fails.</summary>
    private const string FailingScript = """
        -- evolve-tx-off
        CREATE TABLE t (x int, y int);
        SET work_mem = '5MB';
        INSERT INTO t VALUES (1);
        CREATE INDEX CONCURRENTLY i ON t (x);
        BEGIN;
        INSERT INTO t VALUES (2);
        COMMIT;
        INSERT INTO t VALUES (3, nothing);
        INSERT INTO t VALUES (4);
        """;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_failed_statement_is_fixed_and_earlier_statements_do_not_run_again(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { [Name] = FailingScript };
        var migrate = new Cli(database, scripts);
        var failed = await migrate.FailAsync(1, "up");
        Assert.StartsWith("error: V1__x.sql:9:26: column \"nothing\" does not exist (SQLSTATE 42703)", failed.FirstError, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
        Assert.Empty(await database.HistoryAsync());
        await migrate.FailAsync(5, "status", "--exit-code");

        scripts[Name] = FailingScript.Replace("nothing", "NULL", StringComparison.Ordinal);
        var up = await migrate.SucceedAsync("up");

        Assert.Contains("V1__x.sql: resuming after the steps that an earlier run completed", up.Stderr, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
        Assert.Equal(Name, await database.HistoryAsync());
        Assert.Empty(await database.RowsAsync("SELECT * FROM changelog_progress"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (10);", "4:1")]
    [InlineData("CREATE TABLE t (x int, y int);", "CREATE TABLE t (x int, y int, z int);", "2:1")]
    [InlineData("i ON t (x);", "i ON t (y);", "5:1")]
    [InlineData("INSERT INTO t VALUES (2);", "INSERT INTO t VALUES (20);", "6:1")]
    [InlineData("CREATE TABLE t (x int, y int);", "CREATE TABLE before ();\nCREATE TABLE t (x int, y int);", "2:1")]
    public async Task A_changed_statement_that_already_ran_exits_with_6_and_its_place(string old, string changed, string place)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { [Name] = FailingScript };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        var before = await CatalogSnapshot.OfAsync(database);

        scripts[Name] = FailingScript.Replace(old, changed, StringComparison.Ordinal).Replace("nothing", "NULL", StringComparison.Ordinal);

        foreach (var command in new[] { "up", "plan", "validate" })
        {
            var refused = await migrate.FailAsync(6, command);
            Assert.Contains($"error: V1__x.sql:{place}: an earlier run stopped in this script, and statement ", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("  next: Restore that statement", refused.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal(before, await CatalogSnapshot.OfAsync(database));
        scripts[Name] = FailingScript.Replace("nothing", "NULL", StringComparison.Ordinal);
        await migrate.SucceedAsync("up");
        Assert.Equal(["1", "2", "3", "4"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_removed_statement_that_already_ran_exits_with_6()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { [Name] = FailingScript };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");

        scripts[Name] = "-- evolve-tx-off\nCREATE TABLE t (x int, y int);";

        var up = await migrate.FailAsync(6, "up");
        Assert.StartsWith("error: V1__x.sql: an earlier run stopped in this script, and statement 3,", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Comments_line_ends_settings_and_the_description_may_change()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { [Name] = FailingScript };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");

        scripts.Remove(Name);
        scripts["V1__another_description.sql"] = FailingScript.Replace("nothing", "NULL", StringComparison.Ordinal)
            .Replace("SET work_mem = '5MB';", "SET work_mem = '6MB'; -- more", StringComparison.Ordinal)
            .ReplaceLineEndings("\r\n");

        await migrate.SucceedAsync("up");
        Assert.Equal(["1", "2", "3", "4"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Session_settings_of_a_script_are_repeated_when_it_is_resumed()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            [Name] = "-- evolve-tx-off\nCREATE SCHEMA inner_one;\nSET search_path = inner_one;\nCREATE TABLE t (x int);\nSELECT nothing;\nCREATE INDEX CONCURRENTLY i ON t (x);\nDROP INDEX CONCURRENTLY i;\nCREATE TABLE u ();",
        };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");

        scripts[Name] = scripts[Name].Replace("nothing", "1", StringComparison.Ordinal);
        await migrate.SucceedAsync("up");

        Assert.Equal(["t", "u"], await database.RowsAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'inner_one' ORDER BY 1"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_failed_index_build_leaves_no_INVALID_index_and_succeeds_after_the_fix(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (1)");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nCREATE TABLE u ();\nCREATE UNIQUE INDEX CONCURRENTLY \"The Index\" ON t (x);" };
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(1, "up");

        Assert.StartsWith("error: V1__x.sql:3:1: could not create unique index \"The Index\" (SQLSTATE 23505)", up.FirstError, StringComparison.Ordinal);
        Assert.Contains("  detail: Key (x)=(1) is duplicated.", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        await database.ExecuteAsync("DELETE FROM t");
        await migrate.SucceedAsync("up");
        Assert.Equal("True", await database.ScalarAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = '\"The Index\"'::regclass"));
    }

    [Fact(Timeout = Timeout)]
    public async Task IF_NOT_EXISTS_with_an_existing_INVALID_index_exits_with_1_and_advice()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (1)");
        await using var other = await database.ConnectAsync();
        await Assert.ThrowsAsync<PostgresException>(() => other.ExecuteAsync("CREATE UNIQUE INDEX CONCURRENTLY i ON t (x)"));
        await database.ExecuteAsync("DELETE FROM t");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nCREATE TABLE u ();\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (x);" };
        var migrate = new Cli(database, scripts);

        foreach (var _ in new[] { 1, 2 })
        {
            var up = await migrate.FailAsync(1, "up");
            Assert.Contains("error: V1__x.sql:3:1: an INVALID index with this name already exists", up.Stderr, StringComparison.Ordinal);
            Assert.Contains("next: Drop the index with DROP INDEX CONCURRENTLY", up.Stderr, StringComparison.Ordinal);
            Assert.Empty(await database.HistoryAsync());
        }

        await database.ExecuteAsync("DROP INDEX i");
        await migrate.SucceedAsync("up");
        Assert.Equal("True", await database.ScalarAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_privilege_error_rolls_back_the_whole_script()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync("CREATE TABLE foreign_table (x int)");
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();\nINSERT INTO foreign_table VALUES (1);",
        };
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(1, "up");

        Assert.Equal("error: V2__b.sql:2:1: permission denied for table foreign_table (SQLSTATE 42501)", up.FirstError);
        Assert.Contains("next: Grant the missing privilege to the migration role", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("a,foreign_table", await database.TablesAsync());
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        Assert.Equal(["V1__a.sql|applied|", "V2__b.sql|failed|42501"], await database.RowsAsync("SELECT script, outcome, sqlstate FROM changelog_audit ORDER BY id"));

        await database.ExecuteAsSuperuserAsync($"GRANT INSERT ON foreign_table TO {SharedServer.Role}");
        await migrate.SucceedAsync("up");
    }
}
