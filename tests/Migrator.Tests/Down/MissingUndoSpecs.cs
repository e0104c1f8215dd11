using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>A version without an undo script, neither in the folder nor in the database. Nothing is changed.</summary>
public sealed class MissingUndoSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string List = "NOTHING IS UNDONE: neither the folder nor the database has an undo script for version 4 (V4__script.sql), version 2 (V2__script.sql)";

    [Theory(Timeout = Timeout)]
    [InlineData("--to-dir")]
    [InlineData("--to=1")]
    [InlineData("--steps=4")]
    public async Task A_missing_undo_script_exits_with_2_lists_the_versions_and_changes_nothing(string goal)
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        var down = await new Cli(database, older).FailAsync(2, "down", goal);

        Assert.Equal($"error: {List}", down.FirstError);
        Assert.Contains("  next: The schema is unchanged. Add the undo scripts", down.Stderr, StringComparison.Ordinal);
        Assert.Contains(List, down.Termination, StringComparison.Ordinal);
        Assert.Empty(down.Stdout);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--on-missing-undo=skip", null)]
    [InlineData(null, "skip")]
    public async Task A_skipped_missing_undo_script_exits_with_0_warns_and_changes_nothing(string? flag, string? variable)
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        var before = await CatalogSnapshot.OfEverythingAsync(database);
        var migrate = new Cli(database, older) { ["MIGRATE_ON_MISSING_UNDO"] = variable };

        var down = await migrate.SucceedAsync(new[] { "down", "--to-dir", flag }.OfType<string>());

        Assert.StartsWith($"warning: {List}\n", down.Stderr, StringComparison.Ordinal);
        Assert.Equal("Nothing undone; public.changelog is at version 4.\n", down.Stdout);
        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
        // The pods of the older image still start, because the database contains all versions that they need.
        await migrate.SucceedAsync("wait", "--timeout=1s");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_unknown_policy_for_missing_undo_scripts_exits_with_2()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;

        await new Cli(database, older).FailAsync(2, "down", "--to-dir", "--on-missing-undo=ignore");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_plan_reports_missing_undo_scripts_with_the_exit_code_of_down()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        var migrate = new Cli(database, older);

        var failing = await migrate.FailAsync(2, "plan", "--down", "--to-dir");
        var skipping = await migrate.SucceedAsync("plan", "--down", "--to-dir", "--on-missing-undo=skip");

        Assert.Equal($"error: {List}", failing.FirstError);
        Assert.Equal($"warning: {List}", skipping.FirstError);
        Assert.Equal("Nothing would be undone; public.changelog is at version 4.\n", failing.Stdout);
        Assert.Equal(failing.Stdout, skipping.Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_undo_script_that_is_added_later_is_stored_by_up_and_used_by_the_older_image()
    {
        var (database, older) = await AppliedAsync();
        using var _ = older;
        using var newer = Tables.Write(1, 2, 3, 4);

        await new Cli(database, newer).SucceedAsync("up");
        await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.Equal("t1", await database.TablesAsync());
    }

    /// <summary>Applies versions 1 to 4. Versions 2 and 4 have no undo script.</summary>
    private async Task<(TestDatabase Database, ScriptFolder Older)> AppliedAsync()
    {
        var database = await server.CreateDatabaseAsync();
        using var newer = Tables.Write(1, 2, 3, 4);
        newer.Remove("U2__script.sql");
        newer.Remove("U4__script.sql");
        await new Cli(database, newer).SucceedAsync("up");
        return (database, Tables.Write(1));
    }
}
