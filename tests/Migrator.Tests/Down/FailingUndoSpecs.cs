using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>An undo script that fails, waits for a lock, or is interrupted.</summary>
public sealed class FailingUndoSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_failing_undo_script_exits_with_1_and_its_place_and_earlier_undos_stay()
    {
        var (database, scripts) = await AppliedAsync("INSERT INTO t1 VALUES (1);\nDROP TABLE t2;\nDROP TABLE\n  nothing;");
        using var _ = scripts;
        await database.ExecuteAsync("CREATE VIEW other AS SELECT * FROM t1");
        var migrate = new Cli(database, scripts);

        var down = await migrate.FailAsync(1, "down", "--to=0");

        Assert.Equal("error: U2__script.sql:3:1: table \"nothing\" does not exist (SQLSTATE 42P01)", down.FirstError);
        Assert.Contains("  next: The whole script was rolled back.", down.Stderr, StringComparison.Ordinal);
        Assert.Contains("Undone before the failure: 2 versions; public.changelog is at version 2.", down.Stderr, StringComparison.Ordinal);
        Assert.Equal("t1,t2", await database.TablesAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM t1"));
        Assert.Equal("V1__script.sql,V2__script.sql", await database.HistoryAsync());
        Assert.Equal(
            ["undone|U4__script.sql|", "undone|U3__script.sql|", "failed|U2__script.sql|42P01"],
            await database.RowsAsync("SELECT outcome, script, sqlstate FROM changelog_audit WHERE command = 'down' ORDER BY id"));

        scripts["U2__script.sql"] = "DROP TABLE t2;";
        await database.ExecuteAsync("DROP VIEW other");
        await migrate.SucceedAsync("down", "--to=0");
        Assert.Empty(await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_down_prints_the_advice_of_the_chart()
    {
        const string Advice = "Then: helm rollback orders 1";
        var (database, scripts) = await AppliedAsync("DROP TABLE nothing;");
        using var _ = scripts;
        var migrate = new Cli(database, scripts) { ["MIGRATE_ADVICE"] = Advice };

        var failed = await migrate.FailAsync(1, "down", "--to=0");
        Assert.EndsWith($"\n{Advice}\n", failed.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(Advice, (await migrate.SucceedAsync("down", "--to=2")).Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stored_undo_script_is_fixed_by_an_up_of_the_newer_image()
    {
        var (database, newer) = await AppliedAsync("DROP TABLE nothing;");
        using var _ = newer;
        using var older = Tables.Write(1);
        await new Cli(database, older).FailAsync(1, "down", "--to-dir");

        newer["U2__script.sql"] = "DROP TABLE t2;";
        await new Cli(database, newer).SucceedAsync("up");
        await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task All_scripts_are_checked_before_the_first_undo_script_runs()
    {
        var (database, scripts) = await AppliedAsync("BEGIN;\nDROP TABLE t2;\nCOMMIT;", isStored: false);
        using var _ = scripts;
        scripts["U1__script.sql"] = "DROP TABLE ${table};";
        scripts["R__v.sql"] = "CREATE VIEW v AS SELECT ${column} FROM t1;";
        var before = await CatalogSnapshot.OfEverythingAsync(database);
        var migrate = new Cli(database, scripts);

        var down = await migrate.FailAsync(2, "down", "--to=0");

        Assert.Contains("U2__script.sql:1:1", down.Stderr, StringComparison.Ordinal);
        Assert.Contains("U1__script.sql:1:12", down.Stderr, StringComparison.Ordinal);
        Assert.Contains("R__v.sql:1:25", down.Stderr, StringComparison.Ordinal);
        Assert.Equal(down.Stderr, (await migrate.FailAsync(2, "plan", "--down", "--to=0")).Stderr);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_that_fails_after_the_undo_exits_with_1_and_up_of_the_newer_folder_fixes_it()
    {
        var (database, scripts) = await AppliedAsync("DROP VIEW v; DROP TABLE t2;");
        using var _ = scripts;
        scripts["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT x FROM t2;";
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");

        // The view comes from the newer folder. With the older folder and --to-dir, it would be the older view.
        var down = await migrate.FailAsync(1, "down", "--to=1");

        Assert.StartsWith("error: R__v.sql:1:43: relation \"t2\" does not exist", down.FirstError, StringComparison.Ordinal);
        Assert.Contains("Undone before the failure: 3 versions;", down.Stderr, StringComparison.Ordinal);
        Assert.Equal("V1__script.sql", await database.HistoryAsync());
        await migrate.SucceedAsync("up");
        Assert.Equal("V1__script.sql,V2__script.sql,V3__script.sql,V4__script.sql,R__v.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_table_lock_wait_that_times_out_exits_with_4_and_is_rolled_back()
    {
        var (database, scripts) = await AppliedAsync("DROP TABLE t2;");
        using var _ = scripts;
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("BEGIN; SELECT * FROM t2");
        var migrate = new Cli(database, scripts);

        var down = await migrate.FailAsync(4, "down", "--to=1", "--lock-timeout=1s", "--lock-wait=2500ms");

        Assert.Contains($"The lock is held by pid {holder.ProcessID}", down.Stderr, StringComparison.Ordinal);
        Assert.Equal("t1,t2", await database.TablesAsync());
        await holder.CloseAsync();
        await migrate.SucceedAsync("down", "--to=1");
    }

    [Fact(Timeout = Timeout)]
    public async Task Up_and_down_use_the_same_lock()
    {
        var (database, scripts) = await AppliedAsync("SELECT pg_sleep(100);");
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        await using var down = await migrate.StartAsync("down", "--to=1");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        var up = await migrate.FailAsync(4, "up", "--lock-wait=200ms");

        Assert.Contains("another run holds the lock: pid ", up.FirstError, StringComparison.Ordinal);
        down.Send(Signal.Terminate);
        Assert.Equal(143, await down.WaitAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(143)]
    [InlineData(130)]
    [InlineData(1)]
    public async Task An_interrupted_down_is_rolled_back_and_the_next_run_finishes(int exitCode)
    {
        var (database, scripts) = await AppliedAsync("DROP TABLE t2; SELECT pg_sleep(${seconds});");
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        await using var down = await migrate.StartAsync("down", "--to=1", "--placeholder=seconds=100", exitCode == 1 ? "--timeout=2s" : "--timeout=none");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
        if (exitCode != 1)
        {
            down.Send(exitCode == 143 ? Signal.Terminate : Signal.Interrupt);
        }

        Assert.Equal(exitCode, await down.WaitAsync());
        await database.WaitUntilRunsAreGoneAsync();
        Assert.Equal("t1,t2", await database.TablesAsync());
        Assert.Equal("V1__script.sql,V2__script.sql", await database.HistoryAsync());
        Assert.Equal("down|U2__script.sql|failed", await database.ScalarAsync("SELECT command, script, outcome FROM changelog_audit ORDER BY id DESC LIMIT 1"));

        await migrate.SucceedAsync("down", "--to=1", "--placeholder=seconds=0");
        Assert.Equal("t1", await database.TablesAsync());
    }

    /// <summary>Applies versions 1 to 4. Version 2 has the given undo script.</summary>
    private async Task<(TestDatabase Database, ScriptFolder Scripts)> AppliedAsync(string undo, bool isStored = true)
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = Tables.Write(1, 2, 3, 4);
        scripts["U2__script.sql"] = isStored ? undo : "DROP TABLE t2;";
        await new Cli(database, scripts).SucceedAsync("up", "--placeholder=seconds=0");
        scripts["U2__script.sql"] = undo;
        return (database, scripts);
    }
}
