using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary>A database that no application has used yet has no old version, so the expand phase also applies contract scripts, in version order.</summary>
public sealed class FreshDatabaseSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Everything = "V1__orders.sql,V2__number.sql,V3__drop_reference.contract.sql,V4__notes.sql,V5__drop_notes.contract.sql";

    [Fact(Timeout = Timeout)]
    public async Task The_first_expand_phase_applies_everything_in_version_order()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);

        var plan = await migrate.SucceedAsync("plan", "--phase=expand");
        var up = await migrate.SucceedAsync("up", "--phase=expand", "--refuse-contract");

        Assert.Contains("V3__drop_reference.contract.sql", plan.Stdout, StringComparison.Ordinal);
        Assert.Contains("no application has used this database yet, so contract scripts run, too", up.Stderr, StringComparison.Ordinal);
        Assert.Equal(Everything, await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
        scripts["V6__drop_number.contract.sql"] = "ALTER TABLE orders DROP COLUMN number;";
        Assert.Contains("Contract scripts stay pending: V6__drop_number.contract.sql", (await migrate.SucceedAsync("up", "--phase=expand")).Stdout, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("V1__orders.sql")]
    [InlineData("V2__number.sql")]
    [InlineData("V3__drop_reference.contract.sql")]
    [InlineData("V4__notes.sql")]
    public async Task A_first_installation_that_stops_at_a_script_is_still_the_first_one_when_it_runs_again(string stop)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        string whole = scripts[stop];
        scripts[stop] = whole + "SELECT 1/0;";
        await migrate.FailAsync(1, "up", "--phase=expand");

        scripts[stop] = whole;
        await migrate.SucceedAsync("up", "--phase=expand", "--refuse-contract");

        Assert.Equal(Everything, await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(null, false)]
    [InlineData("CREATE OR REPLACE VIEW numbers AS SELECT number FROM orders;", true)]
    [InlineData("-- evolve-repeat-always\nCREATE OR REPLACE VIEW numbers AS SELECT number FROM orders;", false)]
    public async Task When_the_gate_lets_the_application_start_the_first_installation_is_over(string? repeatable, bool gateWaits)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        string whole = scripts["V5__drop_notes.contract.sql"];
        if (repeatable is not null)
        {
            scripts["R__view.sql"] = repeatable;
        }

        scripts["V5__drop_notes.contract.sql"] = whole + "SELECT 1/0;";
        await migrate.FailAsync(1, "up", "--phase=expand");
        scripts["V5__drop_notes.contract.sql"] = whole;

        if (gateWaits)
        {
            // The gate still waits for the repeatable script.
            await migrate.FailAsync(5, "wait", "--timeout=0s");
            await migrate.SucceedAsync("up", "--phase=expand", "--refuse-contract");
        }
        else
        {
            await migrate.SucceedAsync("wait", "--timeout=0s");
            await migrate.FailAsync(2, "up", "--phase=expand", "--refuse-contract");
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task The_first_installation_is_over_when_the_application_of_the_first_release_can_start()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        string third = scripts["V3__drop_reference.contract.sql"], fifth = scripts["V5__drop_notes.contract.sql"];
        scripts["V3__drop_reference.contract.sql"] = third + "SELECT 1/0;";
        await migrate.FailAsync(1, "up", "--phase=expand");

        // The next release waits for one script more.
        scripts["V3__drop_reference.contract.sql"] = third;
        scripts["V5__drop_notes.contract.sql"] = fifth + "SELECT 1/0;";
        scripts["V6__more.sql"] = "SELECT 1;";
        await migrate.FailAsync(1, "up", "--phase=expand");
        scripts["V5__drop_notes.contract.sql"] = fifth;

        await migrate.FailAsync(2, "up", "--phase=expand", "--refuse-contract");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_first_installation_that_was_killed_is_still_the_first_one_when_it_runs_again()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        string whole = scripts["V4__notes.sql"];
        scripts["V4__notes.sql"] = "SELECT pg_sleep(60);";
        await using (var up = await migrate.StartAsync("up", "--phase=expand"))
        {
            await database.WaitUntilAsync(TestDatabase.IsRunning("SELECT pg_sleep"));
            await up.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        scripts["V4__notes.sql"] = whole;

        await migrate.SucceedAsync("up", "--phase=expand");

        Assert.Equal(Everything, await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up", "--phase=expand")]
    [InlineData("up", "--target=2")]
    [InlineData("down", "--to=1")]
    public async Task When_a_run_has_succeeded_an_application_can_use_the_database(params string[] run)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        scripts["V3__drop_reference.contract.sql"] = "SELECT 1/0;";
        await migrate.FailAsync(1, "up", "--phase=expand");
        using var older = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"], ["V2__number.sql"] = scripts["V2__number.sql"], ["U2__number.sql"] = "ALTER TABLE orders DROP COLUMN number;" };
        await new Cli(database, older).SucceedAsync(run);
        scripts["V3__drop_reference.contract.sql"] = "ALTER TABLE orders DROP COLUMN reference;";

        await migrate.SucceedAsync("up", "--phase=expand");

        Assert.DoesNotContain("contract", await database.HistoryAsync(), StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TABLE other ()")]
    [InlineData("CREATE SCHEMA app CREATE TABLE other ()")]
    [InlineData("CREATE TABLE other (at date) PARTITION BY RANGE (at)")]
    [InlineData("CREATE MATERIALIZED VIEW other AS SELECT 1")]
    [InlineData("CREATE TABLE flyway_schema_history ()")]
    [InlineData("CREATE TABLE changelog_old ()")]
    public async Task A_database_with_a_table_is_not_fresh(string sql)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(sql);
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);

        await migrate.FailAsync(2, "up", "--phase=expand", "--refuse-contract");
        await migrate.SucceedAsync("up", "--phase=expand");

        Assert.Equal("V1__orders.sql,V2__number.sql,V4__notes.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_baseline_is_not_fresh()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        scripts["V3__drop_reference.contract.sql"] = "SELECT 1;";
        scripts["V4__notes.sql"] = "SELECT 1;";
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("baseline", "2");

        await migrate.SucceedAsync("up", "--phase=expand");

        Assert.Equal("V4__notes.sql", await database.ScalarAsync("SELECT string_agg(name, ',') FROM changelog WHERE type = 0"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Objects_that_are_no_tables_and_tables_of_extensions_do_not_count()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE SCHEMA app; CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW app.v AS SELECT 1; CREATE TYPE app.t AS (a int)");
        using var scripts = Scripts();

        await new Cli(database, scripts).SucceedAsync("up", "--phase=expand");

        Assert.Equal(Everything, await database.HistoryAsync());
    }

    private static ScriptFolder Scripts() => new()
    {
        ["V1__orders.sql"] = "CREATE TABLE orders (id int, reference text);",
        ["V2__number.sql"] = "ALTER TABLE orders ADD COLUMN number text;",
        ["V3__drop_reference.contract.sql"] = "ALTER TABLE orders DROP COLUMN reference;",
        ["V4__notes.sql"] = "ALTER TABLE orders ADD COLUMN notes text;",
        ["V5__drop_notes.contract.sql"] = "ALTER TABLE orders DROP COLUMN notes;",
    };
}
