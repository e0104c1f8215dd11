using EvolveDb;
using EvolveDb.Dialect;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>An existing database is taken over at a version; Evolve itself agrees afterwards.</summary>
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
    public async Task The_version_and_everything_below_count_as_applied()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);

        var baseline = await migrate.SucceedAsync("baseline", "2");
        Assert.Equal("public.changelog: version 2 and everything below count as applied.\n", baseline.Stdout);

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
    public async Task A_version_above_every_script_may_be_a_slip()
    {
        var database = await DatabaseWithoutHistoryAsync();

        var baseline = await new Cli(database, _scripts).SucceedAsync("baseline", "22");

        Assert.StartsWith("warning: version 22 is above the newest script here (3): all of them count as applied", baseline.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_finds_nothing_to_do_and_goes_on_from_there()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");

        // Evolve itself applies what is above.
        Assert.Equal(3, await EvolveAsync(database));
        Assert.Equal("a,b,c,d", await database.TablesAsync());
        await migrate.SucceedAsync("status", "--exit-code");
        await migrate.SucceedAsync("up");
        Assert.Equal(0, await EvolveAsync(database, validate: true));
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_agrees_with_what_we_applied_on_top()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");
        await migrate.SucceedAsync("up");

        Assert.Equal(0, await EvolveAsync(database, validate: true));
    }

    [Fact(Timeout = Timeout)]
    public async Task Again_is_nothing_to_do_and_another_one_is_refused()
    {
        var database = await DatabaseWithoutHistoryAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("baseline", "2");
        var rows = await database.RowsAsync("SELECT id, type, version, name FROM changelog ORDER BY id");

        Assert.Equal("public.changelog holds this baseline already.\n", (await migrate.SucceedAsync("baseline", "2")).Stdout);
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("baseline", "2");
        var refused = await migrate.FailAsync(2, "baseline", "3");

        Assert.Equal("error: public.changelog has a history already, beginning with the baseline version 2: a baseline is for a database without one", refused.FirstError);
        Assert.Contains("next: 'migrate status' shows what is in it.", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal(rows, await database.RowsAsync($"SELECT id, type, version, name FROM changelog ORDER BY id LIMIT {rows.Count}"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_database_that_is_managed_already_is_left_alone()
    {
        var database = await server.CreateDatabaseAsync();
        var migrate = new Cli(database, _scripts);
        await migrate.SucceedAsync("up", "--target=1");

        var refused = await migrate.FailAsync(2, "baseline", "2");

        Assert.StartsWith("error: public.changelog has a history already, beginning with V1__a.sql", refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("V1__a.sql,R__v.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("baseline", "baseline takes a version, or --from-flyway")]
    [InlineData("baseline 2 --from-flyway", "baseline takes a version, or --from-flyway")]
    [InlineData("baseline V2", "baseline: the version 'V2' must consist of numbers separated by dots or single underscores")]
    [InlineData("baseline 0", "baseline: the version must be above 0")]
    [InlineData("baseline 11111111111.11111111111.11111111111.11111111111.11", "baseline: the version ")]
    [InlineData("baseline --from-flyway", "there is no table public.flyway_schema_history")]
    [InlineData("baseline --from-flyway --flyway-table=schema_version", "there is no table public.schema_version")]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_written(string arguments, string said)
    {
        var database = await DatabaseWithoutHistoryAsync();

        var refused = await new Cli(database, _scripts).FailAsync(2, arguments.Split(' '));

        Assert.StartsWith("error: " + said, refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    public void Dispose() => _scripts.Dispose();

    /// <summary>As somebody has made it by hand, up to version 2.</summary>
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
