using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>No command runs code of another role that may create objects in a schema of the search path.</summary>
public sealed class ForeignCodeSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 180_000;

    /// <summary>The major versions to test.</summary>
    public static TheoryData<int> Majors => PostgresMajors.Tested;

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task No_command_calls_an_operator_or_function_of_another_role(int major)
    {
        await using var own = await MigrationServer.StartAsync(major);
        var database = await own.CreateDatabaseAsync();
        var shadows = await Shadows.CreateAsync(database);
        Assert.True(shadows > 10_000, $"{shadows} shadows");
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (id int PRIMARY KEY, x int);",
            ["U1__a.sql"] = "DROP TABLE a;",
            ["V2__b.sql"] = "CREATE TABLE b ();",
            ["V3__c.sql"] = "CREATE TABLE c ();",
            ["V4__d.sql"] = "CREATE TABLE d ();",
            ["V5__e.sql"] = "CREATE TABLE e ();",
            ["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;",
        };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("plan");
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");

        // Existing tables, so that the locks are observed, and the steps of a script without a transaction.
        scripts["V6__widen.sql"] = "INSERT INTO a VALUES (1, 1); ALTER TABLE a ADD COLUMN y int; ALTER TABLE a ALTER COLUMN y TYPE bigint; UPDATE a SET y = 2;";
        scripts["U6__widen.sql"] = "ALTER TABLE a DROP COLUMN y;";
        scripts["V7__index.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY a_y ON a (y);\nREINDEX INDEX CONCURRENTLY a_y;\nINSERT INTO a VALUES (2, 2);\nBEGIN;\nINSERT INTO a VALUES (3, 3);\nCOMMIT;\nVACUUM a;\nDROP INDEX CONCURRENTLY a_y;";
        scripts["U7__index.sql"] = "-- evolve-tx-off\nDROP INDEX CONCURRENTLY IF EXISTS a_y;";
        await migrate.SucceedAsync("plan", "--sql");
        await migrate.SucceedAsync("status", "--history");
        await migrate.FailAsync(5, "status", "--exit-code");
        await migrate.FailAsync(5, "wait", "--timeout=0s");
        await migrate.SucceedAsync("validate");
        await migrate.SucceedAsync("lint", "--fail-on=none");
        await migrate.SucceedAsync("up", "--schema=public");
        await migrate.SucceedAsync("wait");
        await WaitForTableLockAsync(database, scripts, migrate);
        await WaitForRunLockAsync(database, migrate);
        await ResumeAsync(database, scripts, migrate);
        scripts["V2__b.sql"] += "-- edited";
        await migrate.SucceedAsync("repair");
        await migrate.SucceedAsync("plan", "--down", "--steps=2");
        scripts.Remove("R__view.sql");
        await migrate.SucceedAsync("down", "--steps=1");

        await database.ExecuteAsync("CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp, execution_time int, success bool)");
        await migrate.SucceedAsync("baseline", "--from-flyway", "--history-table=other");
        await migrate.SucceedAsync("baseline", "3", "--history-table=third");

        Assert.DoesNotContain(Shadows.Mark, own.Log, StringComparison.Ordinal);

        // The shadows work: with the scripts' search path, this statement calls one.
        await database.ExecuteAsync("SELECT 'a'::text || 1::bigint");
        Assert.Contains(Shadows.Mark, own.Log, StringComparison.Ordinal);
    }

    // Another session locks a table, so the run watches the statement and reports the other session.
    private static async Task WaitForTableLockAsync(TestDatabase database, ScriptFolder scripts, Cli migrate)
    {
        scripts["V8__wait.sql"] = "ALTER TABLE a ADD COLUMN z int;";
        scripts["U8__wait.sql"] = "ALTER TABLE a DROP COLUMN z;";
        await using var blocker = await database.ConnectAsync();
        await blocker.ExecuteAsync("BEGIN; LOCK TABLE a");
        await using var run = await migrate.StartAsync("up", "--lock-timeout=2s");
        await run.SaysAsync("waits for a lock that is held by");
        await blocker.ExecuteAsync("ROLLBACK");
        Assert.Equal(0, await run.WaitAsync());
    }

    // Two runs at once: the second one reports the first one, which is then cancelled.
    private static async Task WaitForRunLockAsync(TestDatabase database, Cli migrate)
    {
        using var slow = new ScriptFolder { ["V1__slow.sql"] = "SELECT pg_sleep(60);" };
        var first = new Cli(database, slow);
        await using var running = await first.StartAsync("up", "--history-table=slow");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
        await first.FailAsync(4, "up", "--history-table=slow", "--lock-wait=0s");
        await migrate.SucceedAsync("up", "--lock-wait=0s");
        running.Send(Signal.Terminate);
        Assert.Equal(143, await running.WaitAsync());
        await database.WaitUntilRunsAreGoneAsync();
    }

    // A run is killed while it builds an index, and the next one cleans up.
    private static async Task ResumeAsync(TestDatabase database, ScriptFolder scripts, Cli migrate)
    {
        scripts["V9__resume.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY a_x ON a (x);";
        scripts["U9__resume.sql"] = "DROP INDEX a_x;";
        await using var blocker = await database.ConnectAsync();
        await blocker.ExecuteAsync("BEGIN; INSERT INTO a VALUES (9, 9)");
        await using (var run = await migrate.StartAsync("up"))
        {
            await database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY"));
            await run.KillAsync();
        }

        await blocker.ExecuteAsync("ROLLBACK");
        await database.WaitUntilRunsAreGoneAsync();
        await migrate.SucceedAsync("up");
    }
}
