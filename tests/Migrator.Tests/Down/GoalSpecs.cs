using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>How far down: exactly one goal, one that makes sense here, or nothing is changed.</summary>
public sealed class GoalSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("--to=2", "t1,t2", "V1__script.sql,V2__script.sql")]
    [InlineData("--to=4", "t1,t2,t3,t4", "V1__script.sql,V2__script.sql,V3__script.sql,V4__script.sql")]
    [InlineData("--to=0", "", "")]
    [InlineData("--steps=1", "t1,t2,t3", "V1__script.sql,V2__script.sql,V3__script.sql")]
    [InlineData("--steps=3", "t1", "V1__script.sql")]
    [InlineData("--steps=99", "", "")]
    public async Task What_is_above_it_is_undone_newest_first(string goal, string tables, string history)
    {
        var (database, scripts) = await AppliedAsync(1, 2, 3, 4);
        using var _ = scripts;

        var down = await new Cli(database, scripts).SucceedAsync("down", goal);

        Assert.Equal(tables, await database.TablesAsync());
        Assert.Equal(history, await database.HistoryAsync());
        var undone = down.Stdout.Split('\n').Where(l => l.StartsWith("undone version ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        Assert.Equal(undone.OrderDescending(), undone);
        Assert.Equal(4 - history.Split(',', StringSplitOptions.RemoveEmptyEntries).Length, undone.Count);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(new[] { 1, 2 }, "t1,t2")]
    [InlineData(new[] { 1, 2, 3, 4 }, "t1,t2,t3,t4")]
    // A hotfix release without what was merged in between.
    [InlineData(new[] { 1, 4 }, "t1,t4")]
    public async Task To_dir_leaves_what_the_folder_holds(int[] versions, string tables)
    {
        var (database, scripts) = await AppliedAsync(1, 2, 3, 4);
        using var _ = scripts;
        using var older = Tables.Write(versions);

        await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.Equal(tables, await database.TablesAsync());
        await new Cli(database, older).SucceedAsync("validate");
        await new Cli(database, older).SucceedAsync("wait", "--timeout=1s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("down needs to know how far")]
    [InlineData("down takes one of --to, --steps and --to-dir", "--to=1", "--steps=1")]
    [InlineData("down takes one of --to, --steps and --to-dir", "--to=1", "--to-dir")]
    [InlineData("down takes one of --to, --steps and --to-dir", "--steps=1", "--to-dir")]
    [InlineData("--steps is '0'", "--steps=0")]
    [InlineData("--steps is '-1'", "--steps=-1")]
    [InlineData("--steps is 'all'", "--steps=all")]
    [InlineData("--to: the version 'x' must consist of numbers", "--to=x")]
    [InlineData("--to 7: version 7 is not applied, so it cannot be what stays", "--to=7")]
    [InlineData("--to 1.5: version 1.5 is not applied", "--to=1.5")]
    public async Task Any_other_goal_is_2_and_nothing_is_changed(string message, params string[] goal)
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        var before = await CatalogSnapshot.OfEverythingAsync(database);
        var migrate = new Cli(database, scripts);

        var down = await migrate.FailAsync(2, ["down", .. goal]);
        var plan = await migrate.FailAsync(2, ["plan", "--down", .. goal]);

        Assert.StartsWith($"error: {message}", down.FirstError, StringComparison.Ordinal);
        Assert.Equal(down.FirstError, plan.FirstError);
        Assert.Contains("  next: ", down.Stderr, StringComparison.Ordinal);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--to-dir: the folder holds no versioned script")]
    [InlineData("--to-dir: the folder's newest version 5 is not applied", 1, 2, 5)]
    [InlineData("--to-dir: the folder's newest version 9 is not applied", 9)]
    public async Task To_dir_with_a_folder_that_the_database_does_not_come_from_is_2_and_nothing_is_changed(string message, params int[] versions)
    {
        var (database, scripts) = await AppliedAsync(1, 2, 3);
        using var _ = scripts;
        using var other = Tables.Write(versions);
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        // Not even a policy of skipping makes it a wish.
        var down = await new Cli(database, other).FailAsync(2, "down", "--to-dir", "--on-missing-undo=skip");

        Assert.StartsWith($"error: {message}", down.FirstError, StringComparison.Ordinal);
        Assert.Equal(down.FirstError["error: ".Length..], down.Termination.Split('\n')[0]);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_folder_that_does_not_exist_is_2()
    {
        var (database, scripts) = await AppliedAsync(1);
        using var _ = scripts;

        await new Cli(database, scripts) { ["MIGRATE_DIR"] = $"{scripts.Path}/none" }.FailAsync(2, "down", "--to-dir");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--to=2")]
    [InlineData("--to-dir")]
    public async Task With_nothing_to_undo_it_says_so_and_runs_what_changed_among_the_repeatables(string goal)
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        Assert.Equal("Nothing undone; public.changelog is at version 2.\n", (await migrate.SucceedAsync("down", goal)).Stdout);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));

        // A release that changed nothing but a view is taken back too.
        scripts["R__v.sql"] = "CREATE VIEW v AS SELECT 1 AS x;";
        await migrate.SucceedAsync("down", goal);
        Assert.Equal("1", await database.ScalarAsync("SELECT x FROM v"));
    }

    [Fact(Timeout = Timeout)]
    public async Task In_an_empty_database_there_is_nothing_to_undo_and_nothing_is_created()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1);
        var migrate = new Cli(database, scripts);

        Assert.Equal("Nothing undone; public.changelog is at no version yet.\n", (await migrate.SucceedAsync("down", "--to=0")).Stdout);
        await migrate.FailAsync(2, "down", "--to-dir");

        Assert.Empty(await CatalogSnapshot.OfAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_that_stays_and_was_changed_is_6_and_one_that_goes_may_have_been()
    {
        var (database, scripts) = await AppliedAsync(1, 2, 3);
        using var _ = scripts;
        scripts["V2__script.sql"] = "-- edited\nCREATE TABLE t2 (x int);";
        var migrate = new Cli(database, scripts);
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        var down = await migrate.FailAsync(6, "down", "--to=2");

        Assert.Contains("V2__script.sql was changed after it was applied", down.FirstError, StringComparison.Ordinal);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
        await migrate.SucceedAsync("down", "--to=1");
        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_that_goes_may_have_been_changed_and_renamed()
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        scripts.Remove("V2__script.sql");
        scripts["V2__other_name.sql"] = "-- edited";

        await new Cli(database, scripts).SucceedAsync("down", "--to=1");

        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_that_was_applied_again_by_hand_is_undone_once_and_all_its_rows_go()
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        await database.ExecuteAsync("INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) SELECT type, version, description, name, checksum, installed_by, success FROM changelog WHERE version = '2'");

        await new Cli(database, scripts).SucceedAsync("down", "--steps=1");

        Assert.Equal("V1__script.sql", await database.HistoryAsync());
        Assert.Equal("t1", await database.TablesAsync());
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts)> AppliedAsync(params int[] versions)
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = Tables.Write(versions);
        await new Cli(database, scripts).SucceedAsync("up");
        return (database, scripts);
    }
}
