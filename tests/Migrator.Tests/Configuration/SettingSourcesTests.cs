using Migrator.Configuration;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Configuration;

/// <summary>The precedence of settings: option, environment, settings folder, <c>migrate.json</c>, default.</summary>
public sealed class SettingSourcesTests : IDisposable
{
    private readonly TempFolder _working = new();
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _flags = [];
    private readonly Dictionary<string, string> _environment = [];

    [Fact(Timeout = 10_000)]
    public void The_most_specific_source_wins()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        Assert.Equal("5m", LockWait());

        File("migrate.json", """{"lock-wait": "1s"}""");
        Assert.Equal("1s", LockWait());

        _environment["MIGRATE_SETTINGS_DIR"] = _folder.Path;
        FolderFile("MIGRATE_LOCK_WAIT", "2s\n");
        Assert.Equal("2s", LockWait());

        _environment["MIGRATE_LOCK_WAIT"] = "3s";
        Assert.Equal("3s", LockWait());

        _flags["lock-wait"] = ["4s"];
        Assert.Equal("4s", LockWait());
    }

    [Theory(Timeout = 10_000)]
    [InlineData("lock-wait")]
    [InlineData("lockWait")]
    [InlineData("LOCK_WAIT")]
    [InlineData("LockWait")]
    public void The_file_accepts_names_in_every_case_style(string name)
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        File("migrate.json", $$"""{"{{name}}": "1s"}""");

        Assert.Equal("1s", LockWait());
    }

    [Fact(Timeout = 10_000)]
    public void An_empty_variable_counts_as_not_set()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        _environment["MIGRATE_LOCK_WAIT"] = "";

        Assert.Equal("5m", LockWait());
    }

    [Fact(Timeout = 10_000)]
    public void Every_setting_has_the_documented_default()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";

        var options = Read();

        Assert.Equal(["./migrations"], options.Directories);
        Assert.Equal(TimeSpan.FromSeconds(60), options.ConnectWait);
        Assert.Equal(TimeSpan.FromMinutes(5), options.LockWait);
        Assert.Equal(TimeSpan.FromSeconds(5), options.LockTimeout);
        Assert.Null(options.StatementTimeout);
        Assert.Null(options.Timeout);
        Assert.Null(options.Target);
        Assert.Null(options.Schema);
        Assert.Equal("changelog", options.HistoryTable);
        Assert.Empty(options.Placeholders!);
        Assert.False(options.OutOfOrder);
        Assert.Equal(TimeSpan.FromMinutes(5), Read(KnownSettings.WaitTimeout).Timeout);
    }

    [Fact(Timeout = 10_000)]
    public void A_more_specific_list_of_folders_replaces_a_less_specific_list()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        File("migrate.json", """{"dir": ["a", "b"]}""");
        Assert.Equal(["a", "b"], Read().Directories);

        _environment["MIGRATE_DIR"] = "c, d";
        Assert.Equal(["c", "d"], Read().Directories);

        _flags["dir"] = ["e"];
        Assert.Equal(["e"], Read().Directories);
    }

    [Fact(Timeout = 10_000)]
    public void Each_value_of_a_repeated_option_counts()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        _environment["MIGRATE_AFTER_ROLLOUT"] = "deployment/z";
        _environment["MIGRATE_AFTER_PODS"] = "app=a,tier=web; app=b";
        Assert.Equal(["app=a,tier=web", "app=b"], Read().AfterPods);

        _flags["after-rollout"] = ["deployment/a", "deployment/b,statefulset/c"];
        _flags["after-pods"] = ["app in (a,b)", "app=c"];
        _flags["trust-role"] = ["one", "two"];

        Assert.Equal(["deployment/a", "deployment/b", "statefulset/c"], Read().AfterRollout);
        Assert.Equal(["app in (a,b)", "app=c"], Read().AfterPods);
        Assert.Equal(["one", "two"], Read().TrustedRoles);
        _flags["after-rollout"] = [""];
        Assert.Equal([""], Read().AfterRollout);
    }

    [Fact(Timeout = 10_000)]
    public void Placeholders_are_merged_name_by_name()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        File("migrate.json", """{"placeholder": {"a": "file", "b": "file", "c": "file"}}""");
        _environment["MIGRATE_PLACEHOLDER_B"] = "environment";
        _environment["MIGRATE_PLACEHOLDER_C"] = "environment";
        _flags["placeholder"] = ["c=flag=with=equals"];

        var placeholders = Read().Placeholders!;

        Assert.Equal("file", placeholders["a"]);
        Assert.Equal("environment", placeholders["b"]);
        Assert.Equal("flag=with=equals", placeholders["c"]);
    }

    [Fact(Timeout = 10_000)]
    public void MIGRATE_PLACEHOLDER_holds_one_placeholder()
    {
        _environment["DATABASE_URL"] = "postgres://db/x";
        _environment["MIGRATE_PLACEHOLDER"] = "a=b,c=d";

        Assert.Equal("b,c=d", Read().Placeholders!["a"]);
    }

    [Fact(Timeout = 10_000)]
    public void The_connection_is_merged_key_by_key()
    {
        File("migrate.json", """{"connection": "Host=file;Username=file;Application Name=file"}""");
        _environment["MIGRATE_SETTINGS_DIR"] = _folder.Path;
        FolderFile("PGPASSWORD", "folder");
        FolderFile("PGPORT", "1");
        _environment["PGPORT"] = "2";
        _environment["PGUSER"] = "libpq";
        _environment["PGHOST"] = "libpq";
        _environment["DATABASE_URL"] = "postgres://url@url/url";
        _environment["MIGRATE_CONNECTION"] = "Host=environment";

        var connection = Read().Connection();

        Assert.Equal("environment", connection["host"]);
        Assert.Equal("url", connection["user"]);
        Assert.Equal("url", connection["dbname"]);
        Assert.Equal("2", connection["port"]);
        Assert.Equal("folder", connection.Password);
        Assert.Equal("file", connection["application_name"]);
    }

    [Fact(Timeout = 10_000)]
    public void A_URL_without_a_password_uses_PGPASSWORD_which_is_masked()
    {
        _environment["DATABASE_URL"] = "postgres://app@db/x";
        _environment["PGPASSWORD"] = "marker";
        var redactor = new Redactor();

        var options = new OptionsReader(Sources()).Read(KnownSettings.Timeout, KnownSettings.Output, _ => true, redactor);

        Assert.Equal("marker", options.Connection().Password);
        Assert.Equal("it is ***", redactor.Redact(ForeignText.Of("it is marker")));
    }

    [Fact(Timeout = 10_000)]
    public void Internal_files_of_a_mounted_Secret_are_skipped()
    {
        _environment["MIGRATE_SETTINGS_DIR"] = _folder.Path;
        FolderFile("DATABASE_URL", "postgres://secret/x\r\n");
        FolderFile("..data", "not a setting");

        Assert.Equal("secret", Read().Connection()["host"]);
    }

    [Fact(Timeout = 10_000)]
    public void All_invalid_settings_are_reported_together()
    {
        _environment["MIGRATE_LOCK_WAIT"] = "soon";
        _environment["MIGRATE_CONNECT_WAIT"] = "5";
        _flags["target"] = ["one"];
        _environment["MIGRATE_OUT_OF_ORDER"] = "perhaps";

        var e = Assert.Throws<MigrateException>(() => Read());

        Assert.Equal(ExitCode.Usage, e.ExitCode);
        var messages = new Redactor().Redact(string.Join('\n', e.Problems.Select(p => p.Message)));
        Assert.Equal(5, e.Problems.Count);
        Assert.Contains("no database connection is configured", messages, StringComparison.Ordinal);
        Assert.Contains("invalid value '5' for --connect-wait (MIGRATE_CONNECT_WAIT)", messages, StringComparison.Ordinal);
        Assert.Contains("invalid value 'soon' for --lock-wait (MIGRATE_LOCK_WAIT)", messages, StringComparison.Ordinal);
        Assert.Contains("invalid value 'one' for --target (MIGRATE_TARGET)", messages, StringComparison.Ordinal);
        Assert.Contains("invalid value 'perhaps' for --out-of-order (MIGRATE_OUT_OF_ORDER)", messages, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _working.Dispose();
        _folder.Dispose();
    }

    private SettingSources Sources() => SettingSources.Read(_flags, _environment, _working.Path);

    private MigrateOptions Read(Setting? timeout = null)
        => new OptionsReader(Sources()).Read(timeout ?? KnownSettings.Timeout, KnownSettings.Output, _ => true, new Redactor());

    private string LockWait() => Duration.Format(Read().LockWait);

    private void File(string name, string content) => System.IO.File.WriteAllText(Path.Combine(_working.Path, name), content);

    private void FolderFile(string name, string content) => System.IO.File.WriteAllText(Path.Combine(_folder.Path, name), content);
}
