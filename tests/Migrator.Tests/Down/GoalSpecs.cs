using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>The goal of <c>down</c>: exactly one valid goal must be given, otherwise nothing is changed.</summary>
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
    public async Task Down_undoes_the_versions_above_the_goal_newest_first(string goal, string tables, string history)
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
    // A hotfix release without the versions that were merged in between.
    [InlineData(new[] { 1, 4 }, "t1,t4")]
    public async Task To_dir_keeps_the_versions_in_the_folder(int[] versions, string tables)
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
    [InlineData("down needs one of --to V, --steps N and --to-dir")]
    [InlineData("down accepts only one of --to, --steps and --to-dir", "--to=1", "--steps=1")]
    [InlineData("down accepts only one of --to, --steps and --to-dir", "--to=1", "--to-dir")]
    [InlineData("down accepts only one of --to, --steps and --to-dir", "--steps=1", "--to-dir")]
    [InlineData("invalid value '0' for --steps: expected a number", "--steps=0")]
    [InlineData("invalid value '-1' for --steps", "--steps=-1")]
    [InlineData("invalid value 'all' for --steps", "--steps=all")]
    [InlineData("--to: the version 'x' must consist of numbers", "--to=x")]
    [InlineData("--to 7: version 7 is not applied, so down cannot return to it", "--to=7")]
    [InlineData("--to 1.5: version 1.5 is not applied", "--to=1.5")]
    public async Task An_invalid_goal_exits_with_2_and_changes_nothing(string message, params string[] goal)
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
    [InlineData("--to-dir: the folder contains no versioned script")]
    [InlineData("--to-dir: the folder's newest version 5 is not applied", 1, 2, 5)]
    [InlineData("--to-dir: the folder's newest version 9 is not applied", 9)]
    public async Task To_dir_with_a_folder_that_does_not_match_the_database_exits_with_2_and_changes_nothing(string message, params int[] versions)
    {
        var (database, scripts) = await AppliedAsync(1, 2, 3);
        using var _ = scripts;
        using var other = Tables.Write(versions);
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        // --on-missing-undo=skip does not allow it either.
        var down = await new Cli(database, other).FailAsync(2, "down", "--to-dir", "--on-missing-undo=skip");

        Assert.StartsWith($"error: {message}", down.FirstError, StringComparison.Ordinal);
        Assert.Equal(down.FirstError["error: ".Length..], down.Termination.Split('\n')[0]);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_folder_that_does_not_exist_exits_with_2()
    {
        var (database, scripts) = await AppliedAsync(1);
        using var _ = scripts;

        await new Cli(database, scripts) { ["MIGRATE_DIR"] = $"{scripts.Path}/none" }.FailAsync(2, "down", "--to-dir");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--to=2")]
    [InlineData("--to-dir")]
    public async Task Down_with_nothing_to_undo_runs_only_changed_repeatables(string goal)
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        var migrate = new Cli(database, scripts);
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        Assert.Equal("Nothing undone; public.changelog is at version 2.\n", (await migrate.SucceedAsync("down", goal)).Stdout);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));

        // A release that changed only a view is undone, too.
        scripts["R__v.sql"] = "CREATE VIEW v AS SELECT 1 AS x;";
        await migrate.SucceedAsync("down", goal);
        Assert.Equal("1", await database.ScalarAsync("SELECT x FROM v"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_creates_nothing_in_an_empty_database()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1);
        var migrate = new Cli(database, scripts);

        Assert.Equal("Nothing undone; public.changelog is at no version yet.\n", (await migrate.SucceedAsync("down", "--to=0")).Stdout);
        await migrate.FailAsync(2, "down", "--to-dir");

        Assert.Empty(await CatalogSnapshot.OfAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_changed_version_that_stays_exits_with_6_and_a_changed_version_can_be_undone()
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
    public async Task A_changed_and_renamed_version_can_be_undone()
    {
        var (database, scripts) = await AppliedAsync(1, 2);
        using var _ = scripts;
        scripts.Remove("V2__script.sql");
        scripts["V2__other_name.sql"] = "-- edited";

        await new Cli(database, scripts).SucceedAsync("down", "--to=1");

        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_with_two_history_rows_is_undone_once_and_both_rows_are_deleted()
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
