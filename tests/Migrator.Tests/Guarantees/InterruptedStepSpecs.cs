using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Guarantee 5, for a run that is killed between a statement and its progress row: the next run finds out from the system catalog
/// whether the statement took effect. The tests kill the run around the message that contains the statement, and then change the
/// system catalog.
/// </summary>
public sealed class InterruptedStepSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 90_000;
    private const string Name = "V1__x.sql";
    private const string Index = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON t (x);\nINSERT INTO t VALUES (2);";
    private const string Started = "SELECT state FROM changelog_progress WHERE script = 'V1'";

    [Theory(Timeout = Timeout)]
    [InlineData(15, "SELECT 1", false)]
    [InlineData(18, "SELECT 1", false)]
    [InlineData(15, "CREATE INDEX i ON t (x)", false)]
    [InlineData(18, "CREATE INDEX i ON t (x)", false)]
    [InlineData(15, "CREATE INDEX i ON t (x); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass", true)]
    [InlineData(18, "CREATE INDEX i ON t (x); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass", true)]
    [InlineData(15, "CREATE INDEX i ON t (x); UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = 'i'::regclass", true)]
    public async Task CREATE_INDEX_CONCURRENTLY_is_resumed_according_to_the_system_catalog(int major, string state, bool isDropped)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        using var scripts = new ScriptFolder { [Name] = Index };
        await KillAtAsync(database, scripts, "CREATE INDEX CONCURRENTLY", Moment.BeforeRequest);
        Assert.Equal("started", await database.ScalarAsync(Started));
        await database.ExecuteAsSuperuserAsync(state + $"; ALTER TABLE t OWNER TO {SharedServer.Role}");

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(isDropped, up.Stderr.Contains("an earlier run was interrupted in this step: DROP INDEX CONCURRENTLY public.i", StringComparison.Ordinal));
        Assert.Equal("True|True", (await database.RowsAsync("SELECT indisvalid, indisready FROM pg_index WHERE indexrelid = 'i'::regclass"))[0]);
        Assert.Equal(["1", "2"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
        Assert.Equal(Name, await database.HistoryAsync());
        Assert.Empty(await database.RowsAsync("SELECT * FROM changelog_progress"));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_index_that_existed_before_the_run_is_not_mistaken_for_the_new_one()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int); CREATE INDEX i ON t (x)");
        using var scripts = new ScriptFolder { [Name] = Index };
        await KillAtAsync(database, scripts, "CREATE INDEX CONCURRENTLY", Moment.BeforeRequest);

        // The same as in a run that was not killed.
        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains("V1__x.sql:2:1: relation \"i\" already exists (SQLSTATE 42P07)", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("True", await database.ScalarAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "V1__x.sql:2:1: relation \"i\" already exists (SQLSTATE 42P07)")]
    [InlineData("IF NOT EXISTS", "V1__x.sql:2:1: another relation has the name of this index")]
    public async Task An_index_of_another_table_with_the_same_name_is_not_mistaken_for_the_new_one(string condition, string error)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int)");
        using var scripts = new ScriptFolder { [Name] = Index.Replace("CONCURRENTLY", $"CONCURRENTLY {condition}", StringComparison.Ordinal) };
        await KillAtAsync(database, scripts, "CREATE INDEX CONCURRENTLY", Moment.BeforeRequest);
        await database.ExecuteAsync("CREATE TABLE other (x int); CREATE INDEX i ON other (x)");

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains(error, up.Stderr, StringComparison.Ordinal);
        Assert.Empty(await database.HistoryAsync());
        await database.ExecuteAsync("DROP TABLE other");
        await new Cli(database, scripts).SucceedAsync("up");
        Assert.Equal("t", await database.ScalarAsync("SELECT tablename FROM pg_indexes WHERE indexname = 'i'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (x);", Moment.BeforeRequest)]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (x);", Moment.AfterRequest)]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (x);", Moment.BeforeReply)]
    [InlineData("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"Odd \"\"Name\" ON public.t USING btree (x, y);", Moment.BeforeReply)]
    [InlineData("CREATE INDEX CONCURRENTLY on_only ON ONLY t (x);", Moment.BeforeReply)]
    [InlineData("DROP INDEX CONCURRENTLY old;", Moment.BeforeRequest)]
    [InlineData("DROP INDEX CONCURRENTLY old;", Moment.BeforeReply)]
    [InlineData("DROP INDEX CONCURRENTLY IF EXISTS public.old;", Moment.BeforeReply)]
    [InlineData("REINDEX INDEX CONCURRENTLY old;", Moment.AfterRequest)]
    [InlineData("REINDEX TABLE CONCURRENTLY t;", Moment.BeforeReply)]
    [InlineData("REINDEX (CONCURRENTLY) TABLE t;", Moment.BeforeReply)]
    [InlineData("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;", Moment.BeforeRequest)]
    [InlineData("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;", Moment.AfterRequest)]
    [InlineData("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;", Moment.BeforeReply)]
    [InlineData("VACUUM t;", Moment.BeforeReply)]
    [InlineData("CLUSTER;", Moment.BeforeReply)]
    [InlineData("REINDEX SCHEMA public;", Moment.BeforeReply)]
    [InlineData("BEGIN;\nUPDATE t SET x = x + 1;\nCOMMIT;", Moment.BeforeReply, "UPDATE t SET x = x + 1")]
    [InlineData("BEGIN;\nUPDATE t SET x = x + 1;\nROLLBACK;", Moment.BeforeReply, "UPDATE t SET x = x + 1")]
    [InlineData("UPDATE t SET x = x + 1;", Moment.AfterRequest, "UPDATE t SET x = x + 1")]
    [InlineData("COPY t FROM stdin;\n7\t8\n\\.", Moment.BeforeReply, "COPY t")]
    public async Task A_run_that_is_killed_around_a_statement_is_finished_by_the_next_run(string statement, Moment moment, string? sent = null)
    {
        const string Schema = """
            CREATE TABLE t (x int, y int); CREATE INDEX old ON t (y); INSERT INTO t VALUES (1, 1);
            CREATE TABLE p (x int) PARTITION BY RANGE (x); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
            """;
        using var scripts = new ScriptFolder { [Name] = $"-- evolve-tx-off\nCREATE TABLE first ();\n{statement}\nINSERT INTO t VALUES (100, 100);" };
        var (undisturbed, killed) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        await undisturbed.ExecuteAsync(Schema);
        await new Cli(undisturbed, scripts).SucceedAsync("up");
        await killed.ExecuteAsync(Schema);

        await KillAtAsync(killed, scripts, sent ?? statement.TrimEnd(';'), moment);
        await new Cli(killed, scripts).SucceedAsync("up");

        Assert.Equal(await CatalogSnapshot.OfAsync(undisturbed), await CatalogSnapshot.OfAsync(killed));
        Assert.Empty(await killed.RowsAsync("SELECT * FROM changelog_progress"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_leftovers_of_REINDEX_CONCURRENTLY_are_dropped()
    {
        var database = await server.CreateDatabaseAsync();
        await SlowIndex.PrepareAsync(database);
        await SlowIndex.HurryAsync(database);
        await database.ExecuteAsync("CREATE INDEX slow_index ON slow (sleepy(x))");
        await database.ExecuteAsync("UPDATE pause SET seconds = 100");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nREINDEX INDEX CONCURRENTLY slow_index;" };
        await using (var up = await new Cli(database, scripts).StartAsync("up"))
        {
            await database.WaitUntilAsync("SELECT to_regclass('slow_index_ccnew') IS NOT NULL");
            await up.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        await SlowIndex.HurryAsync(database);
        var next = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Contains("DROP INDEX CONCURRENTLY IF EXISTS public.slow_index_ccnew", next.Stderr, StringComparison.Ordinal);
        Assert.Equal(["slow_index|True"], await database.RowsAsync("SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 'slow'::regclass"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task DETACH_PARTITION_CONCURRENTLY_that_is_pending_is_finalized(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("CREATE TABLE p (x int) PARTITION BY RANGE (x); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10)");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;\nCREATE TABLE done ();" };
        await using var reader = await database.ConnectAsync();
        await reader.ExecuteAsync("BEGIN; SELECT * FROM p");
        await using (var up = await new Cli(database, scripts).StartAsync("up"))
        {
            await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending)");
            await up.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        Assert.Equal("True", await database.ScalarAsync("SELECT inhdetachpending FROM pg_inherits"));
        await reader.ExecuteAsync("COMMIT");

        var next = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Matches("DETACH PARTITION \"?p1\"? FINALIZE", next.Stderr);
        Assert.Empty(await database.RowsAsync("SELECT * FROM pg_inherits"));
        Assert.Equal("done,p,p1", await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_without_a_trace_in_the_system_catalog_exits_with_6_and_its_advice_works(bool hasHappened)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int); CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nCREATE TABLE first ();\nCALL fill();\nINSERT INTO t VALUES (2);" };
        // The run first sends the CALL in a transaction, where the COMMIT in the procedure fails. The second CALL counts.
        await using var proxy = new Proxy(database);
        var calls = 0;
        var killed = new TaskCompletionSource<RunningCli>();
        proxy.At(
            message => message.Contains("CALL fill()", StringComparison.Ordinal) && ++calls == 2,
            hasHappened ? Moment.BeforeReply : Moment.BeforeRequest,
            async () => await (await killed.Task).KillAsync());
        await using (var up = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.StartAsync("up"))
        {
            killed.SetResult(up);
            Assert.Equal(137, await up.WaitAsync());
        }

        await database.WaitUntilRunsAreGoneAsync();
        var migrate = new Cli(database, scripts);
        CliResult refused = null!;
        foreach (var _ in new[] { 1, 2 })
        {
            refused = await migrate.FailAsync(6, "up");
            Assert.Contains("error: V1__x.sql:3:1: an earlier run was interrupted in this statement, and the system catalog does not show whether it took effect", refused.Stderr, StringComparison.Ordinal);
        }

        var advice = refused.Stderr.Split('\n').Single(line => line.StartsWith("  next: ", StringComparison.Ordinal));
        await database.ExecuteAsync(hasHappened ? Between(advice, "If so: ", ". If not, ") : Between(advice, "safely run again: ", ". Then run again."));
        await migrate.SucceedAsync("up");
        Assert.Equal(["1", "2"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_procedure_that_commits_runs_once()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int); CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); COMMIT; END $$");
        using var scripts = new ScriptFolder { [Name] = "-- evolve-tx-off\nCALL fill();\nDO $$ BEGIN INSERT INTO t VALUES (3); COMMIT; END $$;" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(["1", "2", "3"], await database.RowsAsync("SELECT x FROM t ORDER BY 1"));
    }

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }

    private static async Task KillAtAsync(TestDatabase database, ScriptFolder scripts, string text, Moment moment)
    {
        await using var proxy = new Proxy(database);
        var killed = new TaskCompletionSource<RunningCli>();
        proxy.At(text, moment, async () => await (await killed.Task).KillAsync());
        await using var up = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.StartAsync("up");
        killed.SetResult(up);
        var exitCode = await up.WaitAsync();
        Assert.True(exitCode == 137, up.Output);
        await database.WaitUntilRunsAreGoneAsync();
    }
}
