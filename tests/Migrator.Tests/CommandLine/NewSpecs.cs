using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

public sealed class NewSpecs : IClassFixture<Prepared>, IDisposable
{
    private const int Timeout = 60_000;

    private readonly ScriptFolder _scripts = new();

    [Theory(Timeout = Timeout)]
    [InlineData("", "1")]
    [InlineData("V7__x.sql", "8")]
    [InlineData("V9__x.sql,V10__y.sql", "11")]
    [InlineData("V1.2__x.sql", "1.3")]
    [InlineData("V1_2__x.sql", "1.3")]
    [InlineData("V1.9__x.sql,V1.10__x.sql", "1.11")]
    [InlineData("V007__x.sql", "008")]
    [InlineData("V099__x.sql", "100")]
    [InlineData("V999__x.sql", "1000")]
    public async Task The_next_version_continues_the_numbering_of_the_folder(string existing, string next)
    {
        foreach (var name in existing.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            _scripts[name] = "SELECT 1;";
        }

        var created = await NewAsync("create orders");

        Assert.Equal($"{_scripts.Path}/V{next}__create_orders.sql\n{_scripts.Path}/U{next}__create_orders.sql\n", created.Stdout);
        Assert.Contains($"V{next}", _scripts[$"U{next}__create_orders.sql"], StringComparison.Ordinal);
        await new Cli { ["MIGRATE_DIR"] = _scripts.Path }.SucceedAsync("validate", "--offline");
    }

    [Fact(Timeout = Timeout)]
    public async Task In_a_folder_with_timestamps_each_new_version_is_a_unique_timestamp()
    {
        _scripts["V20240102030405__x.sql"] = "SELECT 1;";

        var first = await VersionOfNewAsync("a");
        var second = await VersionOfNewAsync("b");

        Assert.InRange(first, long.Parse(DateTime.UtcNow.AddMinutes(-5).ToString("yyyyMMddHHmmss", null), null), long.Parse(DateTime.UtcNow.AddMinutes(5).ToString("yyyyMMddHHmmss", null), null));
        Assert.True(second > first);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_has_no_version_and_no_undo_script()
    {
        var created = await NewAsync("order overview", "--repeatable");

        Assert.Equal($"{_scripts.Path}/R__order_overview.sql\n", created.Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_outside_a_transaction_starts_with_the_tx_off_header()
    {
        await NewAsync("index orders", "--tx-off");

        Assert.StartsWith("-- evolve-tx-off\n", _scripts["V1__index_orders.sql"], StringComparison.Ordinal);
        Assert.DoesNotContain("in one transaction", _scripts["V1__index_orders.sql"], StringComparison.Ordinal);
        Assert.StartsWith("-- evolve-tx-off\n", _scripts["U1__index_orders.sql"], StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Create  Orders", "V1__create_orders.sql")]
    [InlineData("create-orders", "V1__create_orders.sql")]
    [InlineData("create_orders_", "V1__create_orders.sql")]
    [InlineData("mélange 2", "V1__mélange_2.sql")]
    [InlineData("../etc/passwd", "V1__etc_passwd.sql")]
    public async Task A_description_becomes_a_file_name(string description, string name)
    {
        await NewAsync(description);

        Assert.NotEmpty(_scripts[name]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("__")]
    [InlineData("a;b")]
    [InlineData("what?")]
    [InlineData("line\nbreak")]
    public async Task An_invalid_description_is_refused(string description)
    {
        var refused = await new Cli { ["MIGRATE_DIR"] = _scripts.Path }.FailAsync(2, "new", description);

        Assert.Contains("is not a valid description for a file name", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("next: Use letters, digits and spaces, such as 'create orders'.", refused.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_scripts.Path));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_existing_repeatable_is_not_overwritten()
    {
        _scripts["R__views.sql"] = "SELECT 1;";

        var refused = await new Cli { ["MIGRATE_DIR"] = _scripts.Path }.FailAsync(2, "new", "views", "--repeatable");

        Assert.Equal($"error: {_scripts.Path}/R__views.sql already exists", refused.FirstError);
        Assert.Equal("SELECT 1;", _scripts["R__views.sql"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_names_the_folder_in_which_no_script_can_be_created()
    {
        _scripts["file"] = "";
        var name = new string('x', 300);

        Assert.Contains($"cannot create a script in {_scripts.Path}/file: ", (await new Cli().FailAsync(2, "new", "x", $"--dir={_scripts.Path}/file")).FirstError, StringComparison.Ordinal);
        Assert.Contains("cannot create a script in ", (await new Cli { ["MIGRATE_DIR"] = _scripts.Path }.FailAsync(2, "new", name)).FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_missing_folder_is_created_and_no_other_setting_is_needed()
    {
        var below = Path.Combine(_scripts.Path, "a", "b");

        await new Cli().SucceedAsync("new", "first", $"--dir={below}");

        Assert.Equal(["U1__first.sql", "V1__first.sql"], Directory.EnumerateFiles(below).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _scripts.Dispose();

    private Task<CliResult> NewAsync(string description, params string[] options)
        => new Cli { ["MIGRATE_DIR"] = _scripts.Path }.SucceedAsync(["new", description, .. options]);

    private async Task<long> VersionOfNewAsync(string description)
    {
        var name = Path.GetFileName((await NewAsync(description)).Stdout.Split('\n')[0]);
        return long.Parse(name[1..name.IndexOf("__", StringComparison.Ordinal)], null);
    }
}
