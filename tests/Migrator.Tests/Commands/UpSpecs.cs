using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class UpSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task The_sample_service_is_migrated_version_by_version()
    {
        var database = await server.CreateDatabaseAsync();

        using var v1 = ScriptFolder.OfSample(1);
        var first = await new Cli(database, v1).SucceedAsync("up");
        Assert.Matches("(?m)^applied V1__create_customers.sql in [0-9]+ ms$", first.Stdout);
        Assert.Contains("Done: 5 migrations applied", first.Stdout, StringComparison.Ordinal);
        Assert.Contains("public.changelog is at version 4.", first.Stdout, StringComparison.Ordinal);
        Assert.Equal("customers,order_lines,orders,products", await database.TablesAsync());

        using var v2 = ScriptFolder.OfSample(2);
        await new Cli(database, v2).SucceedAsync("up");
        Assert.Equal("customers,order_lines,orders,products,shipments", await database.TablesAsync());
        Assert.Equal("O-2025-000001", await database.ScalarAsync("SELECT reference FROM order_overview ORDER BY order_id"));
        Assert.Equal("True", await database.ScalarAsync("SELECT bool_and(indisvalid) FROM pg_index"));

        using var v3 = ScriptFolder.OfSample(3);
        await new Cli(database, v3).SucceedAsync("up");
        Assert.Equal(
            "V1__create_customers.sql,V2__create_products.sql,V3__create_orders.sql,V4__stock_the_shop.sql,R__order_overview.sql,"
            + "V5__add_order_reference.sql,V6__backfill_order_reference.sql,V7__require_order_reference.sql,V8__create_shipments.sql,"
            + "V9__index_orders.sql,R__order_overview.sql,V10__sign_in_by_email.sql",
            await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_second_run_does_nothing()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(2);
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        var before = await database.RowsAsync("SELECT * FROM changelog ORDER BY id");

        var again = await migrate.SucceedAsync("up");

        Assert.Equal("Nothing to do: public.changelog is at version 9.\n", again.Stdout);
        Assert.Empty(again.Stderr);
        Assert.Equal(before, await database.RowsAsync("SELECT * FROM changelog ORDER BY id"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_target_is_the_last_version_that_is_applied()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);
        scripts.Remove("R__order_overview.sql");
        var migrate = new Cli(database, scripts);

        var up = await migrate.SucceedAsync("up", "--target=2");
        Assert.Contains("at version 2", up.Stdout, StringComparison.Ordinal);
        Assert.Equal("customers,products", await database.TablesAsync());

        await migrate.SucceedAsync("up");
        Assert.Equal("customers,order_lines,orders,products", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_target_below_the_newest_version_runs_no_repeatable_and_every_command_says_so()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE t (a int);",
            ["V2__b.sql"] = "ALTER TABLE t ADD b int;",
            ["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT b FROM t;",
        };
        var migrate = new Cli(database, scripts);

        foreach (var command in new[] { "plan", "up", "status" })
        {
            var text = await migrate.SucceedAsync(command, "--target=1");
            var json = (await migrate.SucceedAsync(command, "--target=1", "--output=json")).Json;

            Assert.Contains("warning: --target 1 leaves out newer versions, so these repeatable scripts do not run: R__v.sql\n", text.Stderr, StringComparison.Ordinal);
            Assert.Equal("repeatable-above-target", json.GetProperty("warnings")[0].GetProperty("id").GetString());
            Assert.Contains(json.GetProperty("scripts").EnumerateArray(), s => s.GetProperty("script").GetString() == "R__v.sql" && s.GetProperty("state").GetString() == "above-target");
        }

        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        await migrate.SucceedAsync("up");
        Assert.Equal("V1__a.sql,V2__b.sql,R__v.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_runs_again_when_its_content_changes()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["R__answer.sql"] = "CREATE OR REPLACE VIEW answer AS SELECT 41 AS a;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");

        scripts["R__answer.sql"] = "CREATE OR REPLACE VIEW answer AS SELECT 42 AS a;";
        await migrate.SucceedAsync("up");
        var third = await migrate.SucceedAsync("up");

        Assert.StartsWith("Nothing to do", third.Stdout, StringComparison.Ordinal);
        Assert.Equal("42", await database.ScalarAsync("SELECT a FROM answer"));
        Assert.Equal("R__answer.sql,R__answer.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_with_repeat_always_runs_each_time()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__t.sql"] = "CREATE TABLE t (x int);",
            ["R__count.sql"] = "-- evolve-repeat-always\nINSERT INTO t VALUES (1);",
        };
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");

        Assert.Equal("2", await database.ScalarAsync("SELECT count(*) FROM t"));
        await migrate.SucceedAsync("status", "--exit-code");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TABLE t ();")]
    [InlineData("-- evolve-tx-off\nCREATE TABLE t ();")]
    public async Task A_schema_with_tables_and_without_a_history_is_migrated(string text)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE made_by_hand ()");
        using var scripts = new ScriptFolder { ["V1__t.sql"] = text };
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");

        Assert.Equal("made_by_hand,t", await database.TablesAsync());
        Assert.Equal("V1__t.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_that_is_not_UTF8_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        scripts.Write("V1__x.sql", System.Text.Encoding.Latin1.GetBytes("SELECT 1;\nSELECT 'é';"));

        var up = await new Cli(database, scripts).FailAsync(2, "up");

        Assert.StartsWith("error: V1__x.sql:2:9: ", up.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task With_an_empty_folder_there_is_nothing_to_do()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("Nothing to do: public.changelog is at no version yet.\n", up.Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task Several_folders_are_merged_into_one_set_of_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var first = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V3__c.sql"] = "CREATE TABLE c ();" };
        using var second = new ScriptFolder { ["V2__b.sql"] = "CREATE TABLE b ();" };

        await new Cli(database, first).SucceedAsync("up", $"--dir={first.Path}", $"--dir={second.Path}");

        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_default_folder_is_migrations_in_the_working_folder()
    {
        var database = await server.CreateDatabaseAsync();
        var migrate = new Cli { ["DATABASE_URL"] = database.Url };

        var up = await migrate.FailAsync(2, "up");

        Assert.Contains("the scripts folder ./migrations does not exist", up.FirstError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("V1__it's_quoted.sql")]
    [InlineData("V1__percent_%_and_{0}_\"x\".sql")]
    [InlineData("V1__naïve_€.sql")]
    [InlineData("V1__back\\slash.sql")]
    public async Task A_script_description_may_contain_special_characters(string fileName)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { [fileName] = "CREATE TABLE t ();" };
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("up");

        Assert.Equal(fileName, await database.HistoryAsync());
        Assert.StartsWith("Nothing to do", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TABLE t ();")]
    [InlineData("-- evolve-tx-off\nCREATE TABLE t ();")]
    public async Task A_description_that_is_longer_than_its_column_is_truncated(string text)
    {
        var database = await server.CreateDatabaseAsync();
        var fileName = $"V1__{new string('x', 240)}.sql";
        using var scripts = new ScriptFolder { [fileName] = text };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(fileName, await database.HistoryAsync());
    }
}
