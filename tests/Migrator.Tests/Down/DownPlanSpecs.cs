using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>The output of <c>plan --down</c> and <c>down</c>: text, JSON and audit table. Evolve validates the result.</summary>
public sealed class DownPlanSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task The_plan_shows_the_versions_and_their_SQL_and_changes_nothing()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        older["U2__script.sql"] = "DROP TABLE t2; -- from the ${place}";
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        var plan = await new Cli(database, older).SucceedAsync("plan", "--down", "--to-dir", "--sql", "--placeholder=place=folder");

        Assert.Equal("""
            would undo version 3 with U3__script.sql (stored in the database)
            would undo version 2 with U2__script.sql

            -- U3__script.sql
            DROP TABLE t3;

            -- U2__script.sql
            DROP TABLE t2; -- from the folder
            2 versions would be undone; public.changelog is at version 3.

            """, plan.Stdout);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_plan_needs_no_lock()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(12345)");

        await new Cli(database, older).SucceedAsync("plan", "--down", "--to-dir");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--to=1")]
    [InlineData("--steps=1")]
    [InlineData("--to-dir")]
    public async Task Plan_with_the_option_to_steps_or_to_dir_needs_the_option_down(string goal)
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;

        var plan = await new Cli(database, older).FailAsync(2, "plan", goal);

        Assert.Equal("error: --to, --steps and --to-dir need --down", plan.FirstError);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_JSON_of_plan_and_down_contains_the_same_undo_plan()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        older["U2__script.sql"] = "DROP TABLE t2; -- edited";
        older["R__v.sql"] = "CREATE VIEW v AS SELECT 1 AS x;";
        var migrate = new Cli(database, older);

        var plan = (await migrate.SucceedAsync("plan", "--down", "--to-dir", "--output=json")).Json;
        var down = (await migrate.SucceedAsync("down", "--to-dir", "--output=json")).Json;

        Assert.All([plan, down], answer => Assert.Equal(
            ["3 U3__script.sql True False", "2 U2__script.sql False True"],
            answer.GetProperty("undoPlan").EnumerateArray().Select(u =>
                $"{u.GetProperty("version")} {u.GetProperty("script")} {u.GetProperty("isStored").GetBoolean()} {u.GetProperty("differsFromFolder").GetBoolean()}")));
        Assert.All([plan, down], answer => Assert.Equal("undo-differs", Assert.Single(answer.GetProperty("warnings").EnumerateArray()).GetProperty("id").GetString()));
        Assert.Empty(plan.GetProperty("undone").EnumerateArray());
        Assert.Equal("3", plan.GetProperty("version").GetString());
        Assert.Equal(
            ["3 U3__script.sql", "2 U2__script.sql"],
            down.GetProperty("undone").EnumerateArray().Select(u => $"{u.GetProperty("version")} {u.GetProperty("script")}"));
        Assert.Equal("R__v.sql", Assert.Single(down.GetProperty("applied").EnumerateArray()).GetProperty("script").GetString());
        Assert.Equal("1", down.GetProperty("version").GetString());
        Assert.Equal("down", down.GetProperty("command").GetString());
        Assert.Equal("done", down.GetProperty("outcome").GetString());
        Assert.Empty(down.GetProperty("pending").EnumerateArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_JSON_of_a_failed_down_contains_the_versions_that_were_undone()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        older["U2__script.sql"] = "DROP TABLE nothing;";

        var down = (await new Cli(database, older).FailAsync(1, "down", "--to-dir", "--output=json")).Json;

        Assert.Equal("failed", down.GetProperty("outcome").GetString());
        Assert.Equal("3", Assert.Single(down.GetProperty("undone").EnumerateArray()).GetProperty("version").GetString());
        Assert.Equal("2", down.GetProperty("version").GetString());
        var problem = Assert.Single(down.GetProperty("problems").EnumerateArray());
        Assert.Equal("42P01", problem.GetProperty("sqlState").GetString());
        Assert.Equal("U2__script.sql", problem.GetProperty("script").GetString());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_JSON_of_a_skipped_down_has_an_empty_undo_plan()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        await database.ExecuteAsync("DELETE FROM changelog_undo WHERE version = '2'");

        var down = (await new Cli(database, older).SucceedAsync("down", "--to-dir", "--on-missing-undo=skip", "--output=json")).Json;

        Assert.Empty(down.GetProperty("undoPlan").EnumerateArray());
        Assert.Empty(down.GetProperty("undone").EnumerateArray());
        Assert.Equal("missing-undo", Assert.Single(down.GetProperty("warnings").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_audit_table_records_each_undone_version()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        var migrate = new Cli(database, older) { ["MIGRATE_RELEASE"] = "orders", ["MIGRATE_REVISION"] = "3", ["POD_NAME"] = "orders-rollback-x" };

        await migrate.SucceedAsync("down", "--to-dir");

        Assert.Equal(
            ["undone|U3__script.sql|3|orders|3|orders-rollback-x", "undone|U2__script.sql|2|orders|3|orders-rollback-x"],
            await database.RowsAsync("SELECT outcome, script, version, release, revision, pod FROM changelog_audit WHERE command = 'down' ORDER BY id"));
        Assert.Contains("U3__script.sql  undone", (await migrate.SucceedAsync("status", "--history")).Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_validates_the_result_and_applies_the_next_versions()
    {
        var database = await server.CreateDatabaseAsync();
        using var v1 = ScriptFolder.OfSample(1);
        using var v3 = ScriptFolder.OfSample(3);
        await new Cli(database, v1).SucceedAsync("up");
        await new Cli(database, v3).SucceedAsync("up");
        await new Cli(database, v1).SucceedAsync("down", "--to-dir");

        await using var connection = await database.ConnectAsync();
        Assert.Equal(0, await Task.Run(() => WithEvolve(v1), TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken));
        // Evolve cannot run two CREATE INDEX CONCURRENTLY of one script.
        v3["V9__index_orders.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON orders (placed_at);";
        Assert.Equal(7, await Task.Run(() => WithEvolve(v3), TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken));
        await new Cli(database, v3).SucceedAsync("wait", "--timeout=1s");

        int WithEvolve(ScriptFolder scripts)
        {
            var evolve = new EvolveDb.Evolve(connection, dbms: EvolveDb.Dialect.DBMS.PostgreSQL) { Locations = [scripts.Path] };
            // Validate also fails if a script is pending.
            evolve.Migrate();
            evolve.Validate();
            return evolve.NbMigration;
        }
    }

    private async Task<(TestDatabase Database, ScriptFolder Older)> AppliedAsync()
    {
        var database = await server.CreateDatabaseAsync();
        using var newer = Tables.Write(1, 2, 3);
        await new Cli(database, newer).SucceedAsync("up");
        return (database, Tables.Write(1));
    }
}
