using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary><c>-- evolve-tx-off</c> scripts that stopped before their last statement: undo scripts, and migrations that <c>down</c> undoes.</summary>
public sealed class PartialRunSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Indexes = "SELECT relname FROM pg_class WHERE relname LIKE 'i_' ORDER BY 1";

    [Fact(Timeout = Timeout)]
    public async Task An_interrupted_tx_off_undo_script_is_resumed()
    {
        var (database, scripts) = await AppliedAsync("INSERT INTO steps VALUES (1);\nDROP INDEX CONCURRENTLY i2;\nSELECT 1 / (SELECT count(*) FROM go);\nDROP INDEX CONCURRENTLY i1;");
        using var _ = scripts;
        var migrate = new Cli(database, scripts);

        var failed = await migrate.FailAsync(1, "down", "--to=1");

        Assert.Equal("error: U2__script.sql:4:1: division by zero (SQLSTATE 22012)", failed.FirstError);
        Assert.Equal(["i1"], await database.RowsAsync(Indexes));
        Assert.Equal("V1__script.sql,V2__script.sql", await database.HistoryAsync());

        await database.ExecuteAsync("INSERT INTO go VALUES (1)");
        var down = await migrate.SucceedAsync("down", "--to=1");
        Assert.Contains("U2__script.sql: resuming after the steps that an earlier run completed", down.Stderr, StringComparison.Ordinal);
        Assert.Empty(await database.RowsAsync(Indexes));
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM steps"));
        Assert.Equal("V1__script.sql", await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partially_undone_version_stops_up_and_new_pods_but_not_old_pods()
    {
        var (database, scripts) = await AppliedAsync("DROP INDEX CONCURRENTLY i2;\nSELECT 1 / (SELECT count(*) FROM go);\nDROP INDEX CONCURRENTLY i1;");
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "down", "--to=1");

        var up = await migrate.FailAsync(6, "up");
        var wait = await migrate.FailAsync(5, "wait", "--timeout=1s");

        Assert.Equal("error: V2__script.sql: version 2 is partially undone: an earlier 'down' stopped in its undo script", up.FirstError);
        Assert.Contains("  next: Complete the undo with 'migrate down', then run again.", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("waiting for V2__script.sql", wait.Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(6, "plan");
        await migrate.FailAsync(6, "validate");
        using var older = new ScriptFolder { ["V1__script.sql"] = scripts["V1__script.sql"] };
        await new Cli(database, older).SucceedAsync("wait", "--timeout=1s");
        await new Cli(database, older).SucceedAsync("up");

        await database.ExecuteAsync("INSERT INTO go VALUES (1)");
        await new Cli(database, older).SucceedAsync("down", "--to-dir");
        await migrate.SucceedAsync("up");
        Assert.Equal(["i1", "i2"], await database.RowsAsync(Indexes));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_gate_that_cannot_read_the_undo_table_still_detects_repairs_and_partial_undos()
    {
        var (database, scripts) = await AppliedAsync("DROP INDEX CONCURRENTLY i2;\nSELECT 1 / (SELECT count(*) FROM go);");
        using var _ = scripts;
        var reader = $"reader_{database.Name}";
        await database.ExecuteAsSuperuserAsync($"CREATE ROLE {reader} LOGIN PASSWORD 'read'");
        await database.ExecuteAsync($"GRANT SELECT ON changelog, changelog_audit, changelog_progress TO {reader}");
        using var edited = new ScriptFolder { ["V1__script.sql"] = "-- edited\n" + scripts["V1__script.sql"], ["V2__script.sql"] = scripts["V2__script.sql"] };
        await new Cli(database, edited).SucceedAsync("repair");
        var gate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(reader, "read") };

        await gate.SucceedAsync("wait", "--timeout=1s");
        await new Cli(database, edited).FailAsync(1, "down", "--to=1");
        await gate.FailAsync(5, "wait", "--timeout=1s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_changed_statement_of_an_undo_script_that_already_ran_exits_with_6()
    {
        var (database, scripts) = await AppliedAsync("DROP INDEX CONCURRENTLY i2;\nSELECT 1 / (SELECT count(*) FROM go);");
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "down", "--to=1");
        scripts["U2__script.sql"] = "-- evolve-tx-off\nDROP INDEX CONCURRENTLY i1;\nDROP INDEX CONCURRENTLY IF EXISTS i2;";
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        var refused = await migrate.FailAsync(6, "down", "--to=1");

        Assert.StartsWith("error: U2__script.sql:2:1: an earlier run stopped in this script, and statement 1, which already ran, was changed afterwards", refused.FirstError, StringComparison.Ordinal);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));

        // A statement that has not run may be changed.
        scripts["U2__script.sql"] = "-- evolve-tx-off\nDROP INDEX CONCURRENTLY i2;\nDROP INDEX CONCURRENTLY i1;";
        await migrate.SucceedAsync("down", "--to=1");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partially_applied_version_is_undone_before_the_versions_below_it()
    {
        var database = await server.CreateDatabaseAsync();
        using var older = Tables.Write(1);
        using var newer = Tables.Write(1);
        newer.Add(2, "ALTER TABLE t1 ADD COLUMN y int;", "ALTER TABLE t1 DROP COLUMN y;");
        newer.Add(
            3,
            "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i1 ON t1 (y);\nCREATE UNIQUE INDEX CONCURRENTLY i2 ON t1 ((x * 0));",
            "-- evolve-tx-off\nDROP INDEX CONCURRENTLY IF EXISTS i2;\nDROP INDEX CONCURRENTLY IF EXISTS i1;");
        await new Cli(database, older).SucceedAsync("up");
        await database.ExecuteAsync("INSERT INTO t1 VALUES (1), (2)");
        var before = await CatalogSnapshot.OfAsync(database);
        await new Cli(database, newer).FailAsync(1, "up");
        Assert.Equal("V1__script.sql,V2__script.sql", await database.HistoryAsync());

        var plan = await new Cli(database, older).SucceedAsync("plan", "--down", "--to-dir");
        var down = await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.StartsWith("would undo version 3 with U3__script.sql (stored in the database)\nwould undo version 2 ", plan.Stdout, StringComparison.Ordinal);
        Assert.StartsWith("warning: U3__script.sql: version 3 is partially applied: an earlier 'up' stopped in its script; U3__script.sql runs on the partially applied schema\n", down.Stderr, StringComparison.Ordinal);
        Assert.Equal(before, await CatalogSnapshot.OfAsync(database));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));

        // The undo dropped the index with its column. The progress rows must be gone, or this run would skip the index.
        await database.ExecuteAsync("DELETE FROM t1 WHERE x = 2");
        await new Cli(database, newer).SucceedAsync("up");
        Assert.Equal(["i1", "i2"], await database.RowsAsync(Indexes));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--to=1", "t1")]
    [InlineData("--steps=1", "t1,t2")]
    [InlineData("--steps=2", "t1")]
    [InlineData("--to=2", "t1,t2")]
    [InlineData("--to=0", "")]
    public async Task A_partially_applied_version_counts_as_the_newest(string goal, string tables)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1, 2);
        scripts.Add(3, "-- evolve-tx-off\nCREATE TABLE t3 ();\nSELECT 1 / 0;", "DROP TABLE t3;");
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");

        await migrate.SucceedAsync("down", goal);

        Assert.Equal(tables, await database.TablesAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partially_applied_version_without_an_undo_script_exits_with_2()
    {
        var database = await server.CreateDatabaseAsync();
        using var older = Tables.Write(1);
        using var newer = Tables.Write(1, 2);
        newer.Add(3, "-- evolve-tx-off\nCREATE TABLE t3 ();\nSELECT 1 / 0;", undo: null);
        await new Cli(database, newer).FailAsync(1, "up");
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        var down = await new Cli(database, older).FailAsync(2, "down", "--to-dir");

        Assert.Contains("has an undo script for version 3 (V3, partially applied)", down.FirstError, StringComparison.Ordinal);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partially_applied_version_whose_undo_fails_can_be_undone_by_hand()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1);
        scripts.Add(2, "-- evolve-tx-off\nCREATE TABLE t2 ();\nSELECT 1 / 0;\nCREATE TABLE t3 ();", "DROP TABLE t3;\nDROP TABLE t2;");
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");

        var down = await migrate.FailAsync(1, "down", "--to=1");

        var advice = down.Stderr.Split('\n').Single(l => l.Contains("DELETE FROM", StringComparison.Ordinal));
        var start = advice.IndexOf("DELETE FROM", StringComparison.Ordinal);
        await database.ExecuteAsync($"DROP TABLE t2; {advice[start..advice.IndexOf(", and run again", StringComparison.Ordinal)]}");
        await migrate.SucceedAsync("down", "--to=1");
        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partially_applied_repeatable_starts_from_its_first_step_after_an_undo()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1);
        scripts.Add(2, "CREATE TABLE t2 (x int);", "DROP TABLE t2 CASCADE;");
        scripts["R__m.sql"] = "-- evolve-tx-off\nCREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT x FROM t2;\nSELECT 1 / 0;";
        await new Cli(database, scripts).FailAsync(1, "up");
        scripts["R__m.sql"] = "-- evolve-tx-off\nCREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT x FROM t1;\nSELECT 1;";

        await new Cli(database, scripts).SucceedAsync("down", "--to=1");

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM m"));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
    }

    /// <summary>Applies versions 1 and 2. Version 2 has two indexes and the given undo script, which is <c>-- evolve-tx-off</c>.</summary>
    private async Task<(TestDatabase Database, ScriptFolder Scripts)> AppliedAsync(string undo)
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = new ScriptFolder();
        scripts.Add(1, "CREATE TABLE t1 (x int); CREATE TABLE go (x int); CREATE TABLE steps (x int);", "DROP TABLE t1, go, steps;");
        scripts.Add(2, "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i1 ON t1 (x);\nCREATE INDEX CONCURRENTLY i2 ON t1 (x);", $"-- evolve-tx-off\n{undo}");
        await new Cli(database, scripts).SucceedAsync("up");
        return (database, scripts);
    }
}
