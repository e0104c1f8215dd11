using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Guarantees 4 and 5: the effects of a script and the rows that record it are written in one transaction. The tests compare xmin,
/// the transaction that wrote a row. Killing the client would not prove it: two commits in one message are only separated if the
/// server crashes between them.
/// </summary>
public sealed class SingleTransactionSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_migration_its_history_row_and_its_audit_row_are_written_in_one_transaction(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t (x int);", ["V2__row.sql"] = "INSERT INTO t VALUES (1);" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(
            "True|True",
            (await database.RowsAsync("SELECT t.xmin = c.xmin, t.xmin = a.xmin FROM t, changelog c, changelog_audit a WHERE c.version = '2' AND a.version = '2'"))[0]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("INSERT INTO t VALUES (1);")]
    [InlineData("BEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;")]
    [InlineData("SET ROLE app;\nBEGIN;\nINSERT INTO t VALUES (1);\nEND;")]
    [InlineData("COPY t FROM stdin;\n1\n\\.")]
    public async Task A_statement_and_its_progress_row_are_written_in_one_transaction(string statement)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t (x int);" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__x.sql"] = $"-- evolve-tx-off\n{statement}";
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("BEGIN; LOCK TABLE changelog_progress IN SHARE MODE");

        await migrate.FailAsync(4, "up", "--lock-timeout=300ms", "--lock-wait=0s");

        // The progress row cannot be written, so the statement is rolled back.
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM t"));
        await holder.ExecuteAsync("ROLLBACK");
        await migrate.SucceedAsync("up");
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_history_row_is_written_and_the_progress_rows_are_deleted_in_one_transaction()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "-- evolve-tx-off\nCREATE TABLE t (x int);\nSELECT nothing;" };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        scripts["V1__x.sql"] = "-- evolve-tx-off\nCREATE TABLE t (x int);\nSELECT 1;";
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("BEGIN; SELECT FROM changelog_progress FOR UPDATE");

        await using var run = await migrate.StartAsync("up");

        // The run waits for the rows that it deletes. The history row is not committed yet.
        await database.WaitUntilAsync(TestDatabase.IsRunning("DELETE FROM \"public\".\"changelog_progress\""));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE version = '1'"));
        await holder.ExecuteAsync("ROLLBACK");
        Assert.Equal(0, await run.WaitAsync());
        Assert.Equal("True", await database.ScalarAsync("SELECT a.xmin = c.xmin FROM changelog c, changelog_audit a WHERE c.version = '1' AND a.outcome = 'applied'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("-- evolve-tx-off\n")]
    public async Task A_deferred_trigger_runs_with_the_search_path_of_the_script(string marker)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__app.sql"] = """
                CREATE SCHEMA app;
                CREATE TABLE app.orders (id int PRIMARY KEY);
                CREATE TABLE app.audit (order_id int);
                CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (NEW.id); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER note AFTER INSERT ON app.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.note();
                """,
            ["V2__seed.sql"] = marker + "SET search_path = app;\nINSERT INTO orders VALUES (1);",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("1", await database.ScalarAsync("SELECT order_id FROM app.audit"));
    }
}
