using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>Guarantee 9: the undo scripts that the database stores, and the undo script that runs.</summary>
public sealed class StoredUndoSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Stored = "SELECT version, name, content FROM changelog_undo ORDER BY version";

    [Fact(Timeout = Timeout)]
    public async Task Each_undo_script_is_stored_before_its_migration_and_deleted_after_its_undo()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1, 2);
        scripts.Add(3, "SELECT nothing;", "DROP TABLE t3;");
        var migrate = new Cli(database, scripts);

        await migrate.FailAsync(1, "up");

        Assert.Equal(
            ["1|U1__script.sql|DROP TABLE t1;", "2|U2__script.sql|DROP TABLE t2;", "3|U3__script.sql|DROP TABLE t3;"], await database.RowsAsync(Stored));
        await migrate.SucceedAsync("down", "--steps=1");
        Assert.Equal(["1", "3"], await database.RowsAsync("SELECT version FROM changelog_undo ORDER BY 1"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stored_undo_script_whose_text_was_changed_does_not_run()
    {
        var database = await server.CreateDatabaseAsync();
        using var older = Tables.Write(1);
        using var newer = Tables.Write(1, 2);
        await new Cli(database, newer).SucceedAsync("up");
        await database.ExecuteAsync("UPDATE changelog_undo SET content = content || ' DROP TABLE t1;' WHERE version = '2'");

        foreach (var command in new[] { "plan --down --to-dir", "down --to-dir" })
        {
            var down = await new Cli(database, older).FailAsync(6, command.Split(' '));
            Assert.Contains("the undo script U2__script.sql that is stored in the database was changed", down.Stderr, StringComparison.Ordinal);
        }

        await new Cli(database, newer).SucceedAsync("up");
        await new Cli(database, older).SucceedAsync("down", "--to-dir");
    }

    [Fact(Timeout = Timeout)]
    public async Task Placeholders_are_replaced_when_an_undo_script_is_stored()
    {
        var database = await server.CreateDatabaseAsync();
        using var older = Tables.Write(1);
        using var newer = Tables.Write(1);
        newer.Add(2, "CREATE TABLE ${name} (x int);", "DROP TABLE ${name};\n-- '$$' and $1 stay, and é");
        await new Cli(database, newer).SucceedAsync("up", "--placeholder=name=t2");

        // No warning about a different script: the scripts only differ in their placeholders.
        var plan = await new Cli(database, newer).SucceedAsync("plan", "--down", "--to=1", "--placeholder=name=t2");
        var down = await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.Empty(plan.Stderr);
        Assert.Empty(down.Stderr);
        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stored_undo_script_with_a_placeholder_syntax_runs_unchanged()
    {
        var database = await server.CreateDatabaseAsync();
        using var older = Tables.Write(1);
        older["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT '${name}' AS x;";
        using var newer = Tables.Write(1);
        newer.Add(2, "CREATE TABLE t2 (x int);", "DROP TABLE t2; CREATE TABLE seen AS SELECT '${literal}' AS x;");
        await new Cli(database, newer).SucceedAsync("up", "--no-placeholders");

        await new Cli(database, older).SucceedAsync("down", "--to-dir", "--placeholder=name=y");

        Assert.Equal("${literal}", await database.ScalarAsync("SELECT x FROM seen"));
        Assert.Equal("y", await database.ScalarAsync("SELECT x FROM v"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_undo_script_in_the_folder_replaces_the_stored_one_with_a_warning()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1, 2);
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["U2__script.sql"] = "DROP TABLE t2; CREATE TABLE fixed ();";

        var plan = await migrate.SucceedAsync("plan", "--down", "--to=1");
        var down = await migrate.SucceedAsync("down", "--to=1");

        const string Reported = "warning: U2__script.sql differs from the undo script stored in the database; the script in the folder is used\n";
        Assert.StartsWith(Reported, plan.Stderr, StringComparison.Ordinal);
        Assert.StartsWith(Reported, down.Stderr, StringComparison.Ordinal);
        Assert.Equal("fixed,t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_up_updates_the_stored_undo_scripts_of_its_versions()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1, 2);
        scripts.Remove("U1__script.sql");
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        Assert.Equal(["2|U2__script.sql|DROP TABLE t2;"], await database.RowsAsync(Stored));

        scripts["U1__script.sql"] = "DROP TABLE t1;";
        scripts.Remove("U2__script.sql");
        scripts["U2__better.sql"] = "DROP TABLE IF EXISTS t2;";
        // The undo script of a version that is not in the folder.
        scripts["U9__script.sql"] = "DROP TABLE t9;";
        Assert.StartsWith("Nothing to do", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);

        Assert.Equal(["1|U1__script.sql|DROP TABLE t1;", "2|U2__better.sql|DROP TABLE IF EXISTS t2;"], await database.RowsAsync(Stored));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_older_image_changes_no_stored_undo_script()
    {
        var database = await server.CreateDatabaseAsync();
        using var newer = Tables.Write(1, 2, 3);
        newer["U1__script.sql"] = "DROP TABLE t1; -- fixed";
        await new Cli(database, newer).SucceedAsync("up");
        var before = await database.RowsAsync(Stored);
        using var older = Tables.Write(1, 2);

        await new Cli(database, older).SucceedAsync("up");

        Assert.Equal(before, await database.RowsAsync(Stored));
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_up_stores_undo_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Tables.Write(1, 2);
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["U1__script.sql"] = "DROP TABLE t1; -- edited";
        var before = await CatalogSnapshot.OfEverythingAsync(database);

        await migrate.SucceedAsync("plan");
        await migrate.SucceedAsync("status");
        await migrate.SucceedAsync("wait");
        await migrate.SucceedAsync("validate");
        await migrate.SucceedAsync("plan", "--down", "--to=0");

        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }
}
