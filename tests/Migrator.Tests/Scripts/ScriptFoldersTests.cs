using Migrator.Scripts;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ScriptFoldersTests
{
    [Fact(Timeout = 10_000)]
    public void Scripts_are_read_recursively_and_ordered_by_version_and_name()
    {
        using var scripts = new ScriptFolder
        {
            ["V10__ten.sql"] = "",
            ["V9__nine.sql"] = "",
            ["old/2023/V2__two.sql"] = "",
            ["views/R__b.sql"] = "",
            ["views/R__a.sql"] = "",
            ["U9__nine.sql"] = "",
        };

        var set = ScriptFolders.Read([scripts.Path]);

        Assert.Equal("V2__two.sql,V9__nine.sql,V10__ten.sql", string.Join(',', set.Versioned));
        Assert.Equal("R__a.sql,R__b.sql", string.Join(',', set.Repeatable));
        Assert.Equal("U9__nine.sql", string.Join(',', set.Undo));
        Assert.Equal("10", set.Newest!.Label);
    }

    [Fact(Timeout = 10_000)]
    public void Files_without_the_sql_extension_are_ignored()
    {
        using var scripts = new ScriptFolder
        {
            ["V1__one.sql"] = "",
            ["README.md"] = "",
            ["V2__two.sql.bak"] = "",
            ["notes"] = "",
        };

        Assert.Equal("V1__one.sql", string.Join(',', ScriptFolders.Read([scripts.Path]).Versioned));
    }

    [Fact(Timeout = 10_000)]
    public void The_files_of_a_mounted_ConfigMap_are_read_once()
    {
        // The layout of a ConfigMap volume: each file is a link through ..data to a folder whose name is a timestamp.
        using var scripts = new ScriptFolder { ["..2024_01_31_12_00_00.1/V1__one.sql"] = "" };
        Directory.CreateSymbolicLink(Path.Combine(scripts.Path, "..data"), "..2024_01_31_12_00_00.1");
        File.CreateSymbolicLink(Path.Combine(scripts.Path, "V1__one.sql"), "..data/V1__one.sql");

        Assert.Single(ScriptFolders.Read([scripts.Path]).Versioned);
    }

    [Fact(Timeout = 10_000)]
    public void A_link_to_a_parent_folder_does_not_cause_a_loop()
    {
        using var scripts = new ScriptFolder { ["below/V1__one.sql"] = "" };
        Directory.CreateSymbolicLink(Path.Combine(scripts.Path, "below", "up"), scripts.Path);

        Assert.Single(ScriptFolders.Read([scripts.Path]).Versioned);
    }

    [Fact(Timeout = 10_000)]
    public void A_folder_and_links_to_it_count_once()
    {
        using var scripts = new ScriptFolder { ["below/V1__one.sql"] = "" };
        using var links = new ScriptFolder();
        Directory.CreateSymbolicLink(Path.Combine(scripts.Path, "below", "up"), "..");
        string link = Path.Combine(links.Path, "link");
        Directory.CreateSymbolicLink(link, scripts.Path);

        Assert.Single(ScriptFolders.Read([link]).Versioned);
        Assert.Single(ScriptFolders.Read([scripts.Path, link, Path.Combine(link, "below")]).Versioned);
    }

    [Fact(Timeout = 10_000)]
    public void Several_folders_form_one_set_and_a_repeated_folder_counts_once()
    {
        using var first = new ScriptFolder { ["below/V1__one.sql"] = "" };
        using var second = new ScriptFolder { ["V2__two.sql"] = "" };

        var set = ScriptFolders.Read([first.Path, second.Path, first.Path, Path.Combine(first.Path, "below")]);

        Assert.Equal("V1__one.sql,V2__two.sql", string.Join(',', set.Versioned));
    }

    [Fact(Timeout = 10_000)]
    public void All_problems_are_reported_together()
    {
        using var scripts = new ScriptFolder
        {
            ["V1__one.sql"] = "",
            ["V01__uno.sql"] = "",
            ["a/R__views.sql"] = "",
            ["b/R__views.sql"] = "",
            ["create.sql"] = "",
        };

        var e = Assert.Throws<MigrateException>(() => ScriptFolders.Read([scripts.Path, scripts.Path + "/nowhere"]));

        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Equal(
            ["dir-missing", "script-duplicate", "script-duplicate", "script-name"],
            e.Problems.Select(p => p.Id).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 10_000)]
    public void A_script_and_its_undo_script_are_not_duplicates()
    {
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "", ["U1__one.sql"] = "" };

        Assert.Single(ScriptFolders.Read([scripts.Path]).Undo);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("-- evolve-tx-off\nVACUUM;", true)]
    [InlineData("-- EVOLVE-TX-OFF", true)]
    [InlineData("/* evolve-tx-off */ VACUUM;", true)]
    [InlineData("\n-- evolve-tx-off", false)]
    [InlineData("VACUUM;", false)]
    public void The_tx_off_marker_is_recognized_only_in_the_first_line(string text, bool isOff)
    {
        using var scripts = new ScriptFolder { ["V1__one.sql"] = text };

        Assert.Equal(isOff, ScriptFolders.Read([scripts.Path]).Versioned[0].IsTransactionOff);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("mkfifo V2__x.sql", "a FIFO")]
    [InlineData("mkdir V2__x.sql", "a directory")]
    [InlineData("ln -s /dev/zero V2__x.sql", "a device")]
    [InlineData("ln -s . V2__x.sql", "a directory")]
    [InlineData("mkfifo fifo && ln -s fifo V2__x.sql", "a FIFO")]
    public async Task A_script_that_is_not_a_file_is_reported_at_once(string create, string type)
    {
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "SELECT 1;" };
        await Guarded.Command("sh", "-c", create).WithWorkingDirectory(scripts.Path).ExecuteAsync(TestContext.Current.CancellationToken);

        var failure = Assert.Throws<MigrateException>(() => ScriptFolders.Read([scripts.Path]));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Equal($"{scripts.Path}/V2__x.sql is {type}, not a file", Assert.Single(failure.Problems).Message);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_link_to_a_file_is_a_script()
    {
        using var scripts = new ScriptFolder { ["one.txt"] = "SELECT 1;" };
        await Guarded.Command("ln", "-s", "one.txt", "V1__one.sql").WithWorkingDirectory(scripts.Path).ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.Single(ScriptFolders.Read([scripts.Path]).Versioned);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("V1__a\nb.sql")]
    [InlineData("V1__\u001b[31m.sql")]
    [InlineData("V1__a\u0007.sql")]
    public void A_name_with_a_control_character_is_refused(string name)
    {
        using var scripts = new ScriptFolder { [name] = "SELECT 1;" };

        var failure = Assert.Throws<MigrateException>(() => ScriptFolders.Read([scripts.Path]));

        Assert.EndsWith("the name contains a control character", Assert.Single(failure.Problems).Message, StringComparison.Ordinal);
    }
}
