using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>The audit table records what the history table cannot: failures, and the deployment of each run.</summary>
public sealed class AuditSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_audit_table_records_each_run_with_its_deployment_and_the_history_has_no_failed_row(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "-- evolve-tx-off\nCREATE TABLE b ();\nSELECT nothing;",
            ["V3__c.sql"] = "CREATE TABLE c (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1), (1);",
        };
        await RunAs(database, scripts, "1").FailAsync(1, "up");
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        scripts["V2__b.sql"] = "-- evolve-tx-off\nCREATE TABLE b ();\nSELECT 1;";
        await RunAs(database, scripts, "2").FailAsync(1, "up");
        scripts["V3__c.sql"] = "CREATE TABLE c ();";
        await RunAs(database, scripts, "3").SucceedAsync("up");

        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql", await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
        Assert.Equal(
            [
                "V1__a.sql|applied||up|shop|1|registry/shop:1|shop-migrate-1|app",
                "V2__b.sql|failed|42703|up|shop|1|registry/shop:1|shop-migrate-1|app",
                "V2__b.sql|applied||up|shop|2|registry/shop:2|shop-migrate-2|app",
                "V3__c.sql|failed|23505|up|shop|2|registry/shop:2|shop-migrate-2|app",
                "V3__c.sql|applied||up|shop|3|registry/shop:3|shop-migrate-3|app",
            ],
            await database.RowsAsync("SELECT script, outcome, sqlstate, command, release, revision, image, pod, role FROM changelog_audit ORDER BY id"));
        Assert.Equal("True", await database.ScalarAsync("SELECT bool_and(milliseconds >= 0 AND at > now() - interval '1 hour' AND migrator <> '' AND (message IS NULL) = (outcome = 'applied')) FROM changelog_audit"));

        var text = (await RunAs(database, scripts, "3").SucceedAsync("status", "--history")).Stdout;
        Assert.Matches("(?m)^at \\(UTC\\) +command +script +outcome +took +by +release +revision +pod", text);
        Assert.Matches("(?m)^[0-9-]+ [0-9:]+ +up +V2__b.sql +failed \\(42703\\) .* app +shop +1 +shop-migrate-1$", text);
        var newest = (await RunAs(database, scripts, "3").SucceedAsync("status", "--history", "--output=json")).Json.GetProperty("history")[0];
        Assert.Equal("V3__c.sql|applied|3", $"{newest.GetProperty("script")}|{newest.GetProperty("outcome")}|{newest.GetProperty("revision")}");
        Assert.DoesNotContain("outcome", (await RunAs(database, scripts, "3").SucceedAsync("status")).Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_message_with_special_characters_is_recorded_unchanged()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__it's \\.sql"] = "DO $$ BEGIN RAISE EXCEPTION E'it''s \\\\ \"odd\"\\n$1 é😀'; END $$;" };

        await new Cli(database, scripts) { ["MIGRATE_RELEASE"] = "o'brien\\" }.FailAsync(1, "up");

        Assert.Equal("V1__it's \\.sql|line 1, column 1: it's \\ \"odd\"\n$1 é😀|o'brien\\", (await database.RowsAsync("SELECT script, message, release FROM changelog_audit"))[0]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_that_is_ended_by_a_signal_is_recorded()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT pg_sleep(100);" };
        await using var up = await new Cli(database, scripts).StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
        up.Send(Tooling.Processes.Signal.Terminate);
        Assert.Equal(143, await up.WaitAsync());

        Assert.Equal(["V1__a.sql|failed"], await database.RowsAsync("SELECT script, outcome FROM changelog_audit"));
    }

    private static Cli RunAs(TestDatabase database, ScriptFolder scripts, string revision) => new(database, scripts)
    {
        ["MIGRATE_RELEASE"] = "shop",
        ["MIGRATE_REVISION"] = revision,
        ["MIGRATE_IMAGE"] = $"registry/shop:{revision}",
        ["POD_NAME"] = $"shop-migrate-{revision}",
    };
}
