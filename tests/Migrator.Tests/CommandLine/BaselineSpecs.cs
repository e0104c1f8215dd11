using EvolveDb;
using EvolveDb.Dialect;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary><c>baseline</c> adopts an existing database at a version, and Evolve accepts the result.</summary>
public sealed class BaselineSpecs(SharedServer server) : IClassFixture<Prepared>, IDisposable
{
    private const int Timeout = 90_000;

    private readonly ScriptFolder _scripts = new()
    {
        ["V1__a.sql"] = "CREATE TABLE a ();",
        ["V2__b.sql"] = "CREATE TABLE b ();",
        ["V2.1__c.sql"] = "CREATE TABLE c ();",
        ["V3__d.sql"] = "CREATE TABLE d ();",
        ["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
    };

    [Fact(Timeout = Timeout)]
    public async Task The_version_and_all_versions_below_count_as_applied()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);

        var baseline = await migrate.SucceedAsync("baseline", "2");
        Assert.Equal("public.changelog: version 2 and all versions below count as applied.\n", baseline.Stdout);

        var status = (await migrate.FailAsync(5, "status", "--exit-code")).Stdout;
        Assert.Matches(@"(?m)^1 +V1__a\.sql +baseline", status);
        Assert.Matches(@"(?m)^2 +V2__b\.sql +baseline", status);
        Assert.Matches(@"(?m)^2\.1 +V2\.1__c\.sql +pending", status);
        Assert.EndsWith("3 scripts pending; public.changelog is at its baseline, version 2.\n", status, StringComparison.Ordinal);
        await migrate.SucceedAsync("up");
        Assert.Equal("a,b,c,d", await database.TablesAsync());
        Assert.Equal("V2.1__c.sql,V3__d.sql,R__v.sql", await database.HistoryAsync());
        await migrate.SucceedAsync("wait");
        await migrate.SucceedAsync("validate");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_above_every_script_gives_a_warning()
    {
        var database = await DatabaseWithoutHistoryAsync();

        var baseline = await new Cli(database, _scripts).SucceedAsync("baseline", "22");

        Assert.StartsWith("warning: version 22 is above the newest script (3): all scripts of the folder count as applied", baseline.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_accepts_the_baseline_and_applies_the_scripts_above_it()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");

        // Evolve itself applies the scripts above the baseline.
        Assert.Equal(3, await EvolveAsync(database));
        Assert.Equal("a,b,c,d", await database.TablesAsync());
        await migrate.SucceedAsync("status", "--exit-code");
        await migrate.SucceedAsync("up");
        Assert.Equal(0, await EvolveAsync(database, validate: true));
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_accepts_the_scripts_that_migrate_applied_after_the_baseline()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");
        await migrate.SucceedAsync("up");

        Assert.Equal(0, await EvolveAsync(database, validate: true));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_same_baseline_again_changes_nothing_and_another_baseline_is_refused()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");
        var rows = await database.RowsAsync("SELECT id, type, version, name FROM changelog ORDER BY id");

        Assert.Equal("public.changelog already has this baseline.\n", (await migrate.SucceedAsync("baseline", "2")).Stdout);
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("baseline", "2");
        var refused = await migrate.FailAsync(2, "baseline", "3");

        Assert.Equal("error: public.changelog already has a history, starting with the baseline version 2: baseline needs a database without a history", refused.FirstError);
        Assert.Contains("next: 'migrate status' lists the scripts in the history.", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal(rows, await database.RowsAsync($"SELECT id, type, version, name FROM changelog ORDER BY id LIMIT {rows.Count}"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_database_with_a_history_is_refused_and_not_changed()
    {
        var database = await server.CreateDatabaseAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("up", "--target=1");

        var refused = await migrate.FailAsync(2, "baseline", "2");

        Assert.StartsWith("error: public.changelog already has a history, starting with V1__a.sql", refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("baseline", "baseline needs either a version or --from-flyway")]
    [InlineData("baseline 2 --from-flyway", "baseline needs either a version or --from-flyway")]
    [InlineData("baseline V2", "baseline: the version 'V2' must consist of numbers separated by dots or single underscores")]
    [InlineData("baseline 0", "baseline: the version must be above 0")]
    [InlineData("baseline 11111111111.11111111111.11111111111.11111111111.11", "baseline: the version ")]
    [InlineData("baseline --from-flyway", "the table public.flyway_schema_history does not exist")]
    [InlineData("baseline --from-flyway --flyway-table=schema_version", "the table public.schema_version does not exist")]
    public async Task Invalid_arguments_are_refused_and_nothing_is_written(string arguments, string message)
    {
        var database = await DatabaseWithoutHistoryAsync();

        var refused = await new Cli(database, _scripts).FailAsync(2, arguments.Split(' '));

        Assert.StartsWith("error: " + message, refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    public void Dispose() => _scripts.Dispose();

    /// <summary>Creates a database whose tables match version 2, without a history.</summary>
    private async Task<TestDatabase> DatabaseWithoutHistoryAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE a (); CREATE TABLE b ();");
        return database;
    }

    private async Task<int> EvolveAsync(TestDatabase database, bool validate = false)
    {
        await using var connection = await database.ConnectAsync();
        var evolve = new Evolve(connection, dbms: DBMS.PostgreSQL) { Locations = [_scripts.Path], EnableClusterMode = true };
        await Task.Run(
            () =>
            {
                if (validate)
                {
                    evolve.Validate();
                }

                evolve.Migrate();
            },
            TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken);
        return evolve.NbMigration;
    }
}
