using EvolveDb;
using EvolveDb.Dialect;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Compatibility with Evolve in both directions, after failures, retries, repairs and <c>-- evolve-tx-off</c> scripts.</summary>
public sealed class EvolveBothWaysSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 90_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Evolve_finds_a_database_up_to_date_after_failures_retries_and_repairs(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "\uFEFFCREATE TABLE a (x int);\r\n",
            ["V1_1__b.sql"] = "SELECT nothing;",
            ["V2__steps.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON a (x);\nSELECT nothing;",
            ["V3__busy.sql"] = "ALTER TABLE a ADD y int;",
            ["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT x FROM a;",
        };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        scripts["V1_1__b.sql"] = "CREATE TABLE b ();";
        await migrate.FailAsync(1, "up");
        scripts["V2__steps.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON a (x);\nCREATE INDEX CONCURRENTLY j ON a (x);";
        await using (var holder = await database.ConnectAsync())
        {
            await holder.ExecuteAsync("BEGIN; LOCK TABLE a IN ACCESS SHARE MODE");
            await using var up = await migrate.StartAsync("up", "--lock-timeout=100ms", "--lock-wait=60s");
            await up.SaysAsync("next try in");
            await holder.ExecuteAsync("COMMIT");
            Assert.True(await up.WaitAsync() == 0, up.Output);
        }

        scripts["V1__a.sql"] = "CREATE TABLE a (x int); -- edited\n";
        await migrate.FailAsync(6, "up");
        await migrate.SucceedAsync("repair");
        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT x, y FROM a;";
        await migrate.SucceedAsync("up");

        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Validate();
            evolve.Migrate();
            Assert.Equal(0, evolve.NbMigration);
            Assert.Equal(0, evolve.NbReparation);
            evolve.Repair();
            Assert.Equal(0, evolve.NbReparation);
        });

        // Evolve applies the next version, then migrate continues.
        scripts["V4__next.sql"] = "CREATE TABLE next ();";
        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Migrate();
            Assert.Equal(1, evolve.NbMigration);
        });
        Assert.StartsWith("Nothing to do", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("validate");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_database_with_a_failed_row_of_Evolve_needs_no_repair(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (x int);\r\n",
            ["V2__b.sql"] = "CREATE TABLE b ();",
            ["V3__c.sql"] = "SELECT nothing;",
            ["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT x FROM a;",
        };
        await WithEvolveAsync(database, scripts, evolve => Assert.ThrowsAny<EvolveException>(evolve.Migrate));
        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql!", await database.HistoryAsync());
        scripts["V3__c.sql"] = "CREATE TABLE c ();";
        var migrate = new Cli(database, scripts);
        var before = await CatalogSnapshot.OfAsync(database);

        Assert.StartsWith("would apply V3__c.sql\nwould apply R__view.sql\n", (await migrate.SucceedAsync("plan")).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("validate");
        Assert.Equal(before, await CatalogSnapshot.OfAsync(database));
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait");
        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql!,V3__c.sql,R__view.sql", await database.HistoryAsync());

        // Evolve itself needs its failed row to be deleted. 'repair' does this.
        await migrate.SucceedAsync("repair");
        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Validate();
            evolve.Migrate();
            Assert.Equal(0, evolve.NbMigration);
        });
    }

    [Fact(Timeout = Timeout)]
    public async Task An_application_that_runs_Evolve_when_it_starts_waits_for_migrate()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();\nSELECT pg_sleep(2);" };
        await using var up = await new Cli(database, scripts).StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        await WithEvolveAsync(database, scripts, evolve =>
        {
            evolve.Migrate();
            Assert.Equal(0, evolve.NbMigration);
        });

        Assert.Equal(0, await up.WaitAsync());
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    private static async Task WithEvolveAsync(TestDatabase database, ScriptFolder scripts, Action<Evolve> use)
    {
        await using var connection = await database.ConnectAsync();
        var evolve = new Evolve(connection, dbms: DBMS.PostgreSQL) { Locations = [scripts.Path], EnableClusterMode = true };

        // Evolve has no asynchronous API. It runs on another thread, so that the test's time limit works.
        await Task.Run(() => use(evolve), TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken);
    }
}
