using EvolveDb;
using EvolveDb.Dialect;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>A database can switch from Evolve to <c>migrate</c> and back. The tests run Evolve itself.</summary>
public sealed class EvolveCompatibilitySpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_database_that_Evolve_migrated_has_nothing_pending()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        await WithEvolveAsync(database, scripts, evolve => evolve.Migrate());
        var migrate = new Cli(database, scripts);

        Assert.Equal("Nothing to do: public.changelog is at version 10.\n", (await migrate.SucceedAsync("up")).Stdout);
        await migrate.SucceedAsync("status", "--exit-code");
        await migrate.SucceedAsync("wait");

        scripts["V11__next.sql"] = "CREATE TABLE next ();";
        await migrate.SucceedAsync("up");
        await WithEvolveAsync(database, scripts, AssertUpToDate);
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_finds_a_database_that_migrate_migrated_up_to_date()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        await new Cli(database, scripts).SucceedAsync("up");

        await WithEvolveAsync(database, scripts, AssertUpToDate);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_history_rows_equal_those_that_Evolve_writes()
    {
        const string Rows = "SELECT type, version, regexp_replace(description, '[0-9]+ ms', 'N ms'), name, checksum, installed_by, success FROM changelog ORDER BY id";
        const string Columns = """
            SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
              FROM information_schema.columns WHERE table_name = 'changelog' ORDER BY ordinal_position
            """;
        var (migrates, evolves) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        using var scripts = Scripts();

        await new Cli(migrates, scripts).SucceedAsync("up");
        await WithEvolveAsync(evolves, scripts, evolve => evolve.Migrate());

        Assert.Equal(await evolves.RowsAsync(Rows), await migrates.RowsAsync(Rows));
        Assert.Equal(await evolves.RowsAsync(Columns), await migrates.RowsAsync(Columns));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_row_that_Evolve_wrote_for_a_failed_script_does_not_stop_up()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__b.sql"] = "SELECT nothing;" };
        await WithEvolveAsync(database, scripts, evolve => Assert.ThrowsAny<EvolveException>(evolve.Migrate));
        Assert.Equal("V1__a.sql,V2__b.sql!", await database.HistoryAsync());

        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("V1__a.sql,V2__b.sql!,V2__b.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Versions_below_Evolves_start_version_are_not_run()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();",
            ["V3__c.sql"] = "CREATE TABLE c ();",
        };
        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.StartVersion = new("2");
            evolve.TargetVersion = new("2");
            evolve.Migrate();
        });

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("b,c", await database.TablesAsync());
        Assert.Equal("V2__b.sql,V3__c.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_and_migrate_find_the_same_history_in_another_schema()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__b.sql"] = "CREATE TABLE b ();" };
        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Schemas = ["orders"];
            evolve.TargetVersion = new("1");
            evolve.Migrate();
        });

        await new Cli(database, scripts).SucceedAsync("up", "--schema=orders");

        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Schemas = ["orders"];
            AssertUpToDate(evolve);
        });
    }

    /// <summary>
    /// The migrations of the sample. The script that Evolve cannot run is replaced by one with CRLF and a byte order mark.
    /// </summary>
    private static ScriptFolder Scripts()
    {
        var scripts = ScriptFolder.OfSample(3);
        scripts["V9__index_orders.sql"] = "\uFEFF-- evolve-tx-off\r\nCREATE INDEX CONCURRENTLY i ON orders (placed_at);\r\n";
        return scripts;
    }

    private static void AssertUpToDate(Evolve evolve)
    {
        evolve.Validate();
        evolve.Migrate();
        Assert.Equal(0, evolve.NbMigration);
    }

    private static async Task WithEvolveAsync(TestDatabase database, ScriptFolder scripts, Action<Evolve> use)
    {
        await using var connection = await database.ConnectAsync();
        var evolve = new Evolve(connection, dbms: DBMS.PostgreSQL) { Locations = [scripts.Path], EnableClusterMode = true };

        // Evolve has no asynchronous API. It runs on another thread, so that the test's time limit works.
        await Task.Run(() => use(evolve), TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken);
    }
}
