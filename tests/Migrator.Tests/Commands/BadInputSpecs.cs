using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Commands;

/// <summary>Invalid input gives one error line and the right exit code, without a stack trace and a password (<see cref="Cli"/> checks both).</summary>
public sealed class BadInputSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Marker = "marker-of-a-password";

    [Theory(Timeout = Timeout)]
    [InlineData("PGPASSWORD", "MIGRATE_SETTINGS_DIR", "")]
    [InlineData("pgpass", "PGPASSFILE", "/pgpass")]
    [InlineData("ca.pem", "PGSSLROOTCERT", "/ca.pem")]
    public async Task A_file_that_never_ends_is_refused_at_once(string name, string variable, string path)
    {
        using var folder = new TempFolder();
        await Guarded.Command("mkfifo", Path.Combine(folder.Path, name)).ExecuteAsync(TestContext.Current.CancellationToken);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };
        var migrate = new Cli { ["DATABASE_URL"] = "postgres://app@127.0.0.1:1/x?sslmode=verify-full", ["MIGRATE_DIR"] = scripts.Path, [variable] = folder.Path + path };

        var status = await migrate.FailAsync(2, "status", "--connect-wait=0s");

        Assert.Contains("is a FIFO, not a file", status.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "no command is given")]
    [InlineData("upp", "'upp'")]
    [InlineData("up --settings-dir=", "--settings-dir")]
    [InlineData("up --color=red", "'--color=red'")]
    [InlineData("up extra", "'extra'")]
    [InlineData("up --dir", "'--dir'")]
    [InlineData("wait --lock-wait=1s", "'--lock-wait=1s'")]
    [InlineData("up --placeholder=nothing", "invalid value for --placeholder: expected name=value")]
    [InlineData("up --history-table=hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "a name without quotes, of at most 54 bytes")]
    [InlineData("up --history-table=é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1é1", "a name without quotes, of at most 54 bytes")]
    [InlineData("up --schema=ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", "a name without quotes, of at most 63 bytes")]
    [InlineData("up --connect-wait=5", "invalid value '5' for --connect-wait (MIGRATE_CONNECT_WAIT): expected a duration such as")]
    [InlineData("up --lock-wait=-1s", "invalid value '-1s' for --lock-wait (MIGRATE_LOCK_WAIT)")]
    [InlineData("up --lock-timeout=soon", "invalid value 'soon' for --lock-timeout (MIGRATE_LOCK_TIMEOUT)")]
    [InlineData("up --statement-timeout=1.5s", "invalid value '1.5s' for --statement-timeout (MIGRATE_STATEMENT_TIMEOUT)")]
    [InlineData("up --timeout=99999h", "invalid value '99999h' for --timeout (MIGRATE_TIMEOUT)")]
    [InlineData("wait --timeout=x", "invalid value 'x' for --timeout (MIGRATE_TIMEOUT)")]
    [InlineData("up --target=V1", "invalid value 'V1' for --target (MIGRATE_TARGET): expected a version such as 12 or 1.2")]
    [InlineData("up --output=xml", "invalid value 'xml' for --output (MIGRATE_OUTPUT): expected text or json")]
    [InlineData("up --settings-dir=/nowhere", "the settings folder /nowhere cannot be read")]
    [InlineData("up --settings-dir=/dev/null", "--settings-dir /dev/null is a file, not a folder")]
    [InlineData("up --settings-dir=/etc --settings-map=PGPASWORD=hostname", "--settings-map PGPASWORD=hostname: there is no setting PGPASWORD")]
    [InlineData("up --settings-map=PGPASSWORD=pass", "--settings-map (MIGRATE_SETTINGS_MAP) is set, but --settings-dir is not")]
    public async Task An_invalid_command_line_is_refused(string arguments, string message)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:1/x", ["MIGRATE_DIR"] = scripts.Path };

        await AssertErrorAsync(migrate, 2, message, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db:port/x", "DATABASE_URL cannot be read: the port is not a number")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}/y@db/x", "DATABASE_URL cannot be read: there is an unencoded")]
    [InlineData("DATABASE_URL", $"mysql://app:{Marker}@db/x", "DATABASE_URL cannot be read: it is neither a postgres:// URL nor")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db/x?sslmode={Marker}", "the connection setting 'sslmode' (PGSSLMODE) has an invalid value")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db/x?ssl=yes", "the connection setting 'ssl' is unknown")]
    [InlineData("MIGRATE_CONNECTION", $"Host=db;Password='{Marker}", "MIGRATE_CONNECTION cannot be read")]
    [InlineData("MIGRATE_CONNECTION", $"Host=db;Password={Marker};Color=red", "the connection setting 'color' is unknown")]
    [InlineData("DATABASE_URL", $"postgresql+psycopg2://app:{Marker}@db/x?sslmode=require", "DATABASE_URL cannot be read: it is neither a postgres:// URL nor")]
    [InlineData("DATABASE_URL", $"jdbc:postgresql://app:{Marker}@db/x?ssl=true", "DATABASE_URL cannot be read: it is a JDBC URL")]
    [InlineData("PGPASSFILE", "/nowhere", "the file of passfile does not exist: /nowhere")]
    [InlineData("PGPORT", "65536", "the connection setting 'port' (PGPORT) has an invalid value")]
    [InlineData("PGPORT", "many", "the connection setting 'port' (PGPORT) has an invalid value")]
    [InlineData("PGSSLMODE", "maybe", "the connection setting 'sslmode' (PGSSLMODE) has an invalid value")]
    [InlineData("DATABASE_URL", null, "no database connection is configured")]
    [InlineData("DATABASE_URL", "", "no database connection is configured")]
    public async Task An_invalid_connection_is_refused(string variable, string? value, string message)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, [variable] = value };

        await AssertErrorAsync(migrate, 2, message, "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("{", "migrate.json cannot be read")]
    [InlineData("[]", "migrate.json cannot be read")]
    [InlineData("", "migrate.json cannot be read")]
    [InlineData($$"""{"connection": { "password": "{{Marker}}" } }""", "'connection' must be one value, not a list or an object")]
    [InlineData("""{"schema": ["a", "b"]}""", "'schema' must be one value, not a list or an object")]
    [InlineData($$"""{"connection": "postgres://app:{{Marker}}@db/x" "dir"}""", "migrate.json cannot be read")]
    public async Task An_invalid_settings_file_is_refused(string json, string message)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { SettingsFile = json, ["MIGRATE_DIR"] = scripts.Path };

        await AssertErrorAsync(migrate, 2, message, "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("create.sql", "create.sql is not a valid script name: the name does not begin with V, U or R")]
    [InlineData("V1_create.sql", "V1_create.sql is not a valid script name: two underscores are missing")]
    [InlineData("Vx__create.sql", "Vx__create.sql is not a valid script name: the version 'x' must consist of numbers")]
    [InlineData("V99999999999999999999__create.sql", "contains a number above")]
    [InlineData("V01__uno.sql", "2 scripts have version ")]
    [InlineData("below/V1__one.sql", "2 scripts have version 1: ")]
    public async Task An_invalid_or_duplicate_script_name_is_refused(string name, string message)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "SELECT 1;", [name] = "SELECT 1;" };

        await AssertErrorAsync(new Cli(database, scripts), 2, message, "up");
        await AssertErrorAsync(new Cli(database, scripts), 2, message, "status");
        await AssertErrorAsync(new Cli(database, scripts), 2, message, "wait");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_scripts_folder_that_is_missing_or_a_file_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);

        await AssertErrorAsync(migrate, 2, "the scripts folder /nowhere does not exist", "up", "--dir=/nowhere");
        await AssertErrorAsync(migrate, 2, "V1__one.sql is a file, not a folder", "up", $"--dir={scripts.Path}/V1__one.sql");
        await AssertErrorAsync(migrate, 2, "the scripts folder /nowhere does not exist", "wait", "--dir=/nowhere", $"--dir={scripts.Path}");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("status")]
    [InlineData("wait")]
    public async Task An_unreachable_database_is_reported(string command)
    {
        using var scripts = new ScriptFolder();
        var port = FreePort.Next();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{port}/x", ["MIGRATE_DIR"] = scripts.Path };

        await AssertErrorAsync(
            migrate, 3, $"the database x on 127.0.0.1:{port} could not be reached within 0s: Connection refused", command, "--connect-wait=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_contains_the_cause_for_each_unreachable_host()
    {
        using var scripts = new ScriptFolder();
        var (one, two) = (FreePort.Next(), FreePort.Next());
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{one},127.0.0.1:{two}/x", ["MIGRATE_DIR"] = scripts.Path };

        await AssertErrorAsync(
            migrate, 3, $"Failed to connect to 127.0.0.1:{one}: Connection refused; Failed to connect to 127.0.0.1:{two}: Connection refused", "up", "--connect-wait=0s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("wait")]
    public async Task A_wrong_password_fails_at_once(string command)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(SharedServer.Role, Marker) };

        var result = await AssertErrorAsync(migrate, 2, "rejected the connection: password authentication failed for user \"app\" (SQLSTATE 28P01)", command);
        Assert.Contains("Check the password of app", result.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_missing_password_fails_at_once()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = $"postgres://app@{database.Host}:{database.Port}/{database.Name}" };

        await AssertErrorAsync(migrate, 2, "password", "up", "--connect-wait=2s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_password_fails_at_once_if_the_first_of_two_hosts_is_down()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts)
        {
            ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{FreePort.Next()},{database.Host}:{database.Port}/{database.Name}",
        };

        await AssertErrorAsync(migrate, 2, "28P01", "up", "--connect-wait=2s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up --conection=postgres://app:{0}@db/x")]
    [InlineData("up postgres://app:{0}@db/x")]
    [InlineData("up --connection=postgres://app:12/{0}@127.0.0.1/x --connect-wait=0s")]
    [InlineData("up --connection=postgres://app:12?{0}=1@127.0.0.1/x")]
    public async Task The_error_for_a_misplaced_connection_does_not_contain_the_password(string arguments)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path };

        await AssertErrorAsync(migrate, 2, "", string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, Marker).Split(' '));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Multiplexing=true")]
    public async Task Npgsql_settings_that_contradict_each_other_are_refused(string setting)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_CONNECTION"] = $"Host=127.0.0.1;Port=1;{setting}" };

        await AssertErrorAsync(migrate, 2, "", "up", "--connect-wait=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_dir_option_is_refused()
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = "postgres://127.0.0.1:1/x" };

        await AssertErrorAsync(migrate, 2, "--dir", "up", "--dir", "");
    }

    [Theory(Timeout = Timeout)]
    [InlineData($"up --password={Marker}", "'--password=***'")]
    [InlineData($"up --password {Marker}", "'--password'")]
    [InlineData($"-url=jdbc:postgresql://db/x -user=app -password={Marker} migrate", "'-url=jdbc:postgresql://db/x'")]
    [InlineData($"up PGPASSWORD={Marker}", "'PGPASSWORD=***'")]
    [InlineData($"up --conection=mysql://app:{Marker}@db/x", "'--conection=***'")]
    [InlineData($"up postgres://app:{Marker}@db/x", "'postgres://app:***@db/x'")]
    public async Task The_error_for_unknown_arguments_does_not_contain_the_password(string arguments, string message)
        => await AssertErrorAsync(new Cli(), 2, message, arguments.Split(' '));

    [Fact(Timeout = Timeout)]
    public async Task The_error_for_an_option_before_the_command_has_advice_in_the_requested_format()
    {
        var json = (await new Cli().FailAsync(2, "--output", "json", "up")).Json;
        Assert.Equal(2, json.GetProperty("exitCode").GetInt32());
        Assert.Equal("Put options after the command: migrate up --output …", json.GetProperty("problems")[0].GetProperty("advice").GetString());

        var text = await new Cli().FailAsync(2, "--dir=/x", "status");
        Assert.Contains("next: Put options after the command: migrate status --dir …\n", text.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_that_does_not_exist_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        await AssertErrorAsync(
            new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf("nobody", Marker) }, 2, "(SQLSTATE 28P01)", "up");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_database_that_does_not_exist_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.Url + "_not" };

        await AssertErrorAsync(migrate, 2, $"rejected the connection: database \"{database.Name}_not\" does not exist (SQLSTATE 3D000)", "up");
    }

    [Fact(Timeout = Timeout)]
    public async Task TLS_that_the_server_does_not_support_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        await AssertErrorAsync(new Cli(database, scripts) { ["PGSSLMODE"] = "require" }, 2, "SSL", "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT 'never closed;", "V1__a.sql:1:8: This string is never closed")]
    [InlineData("SELECT 1;\n\\i other.sql\n", "V1__a.sql:2:1: \\i is a psql command, not SQL")]
    [InlineData("SELECT 1;\nCOMMIT;", "V1__a.sql:2:1: the script begins or ends a transaction (COMMIT)")]
    [InlineData("BEGIN;\nSELECT 1;\nROLLBACK;", "V1__a.sql:1:1: the script begins or ends a transaction (BEGIN)")]
    [InlineData("SELECT 1;\n  VACUUM;", "V1__a.sql:2:3: this statement cannot run in a transaction (VACUUM)")]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (x);", "V1__a.sql:1:1: this statement cannot run in a transaction (CREATE)")]
    [InlineData("SELECT 1;\nCOPY (SELECT 1) TO STDOUT;", "V1__a.sql:2:1: ")]
    [InlineData("-- evolve-tx-off\nBEGIN;\nCREATE TABLE t ();", "V1__a.sql:2:1: ")]
    [InlineData("CREATE TABLE a (id\u00A0 int);", "V1__a.sql:1:19: The invisible character U+00A0 (no-break space)")]
    [InlineData("SELECT 1;\n SET client_encoding = 'LATIN1';", "V1__a.sql:2:2: this statement sets client_encoding to LATIN1")]
    [InlineData("SELECT 1;\nSELECT '${color}';", "V1__a.sql:2:9: the placeholder ${color} has no value")]
    public async Task A_script_that_cannot_run_is_refused_before_the_first_script_runs(string text, string message)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V0.1__first.sql"] = "CREATE TABLE first ();", ["V1__a.sql"] = text };

        await AssertErrorAsync(new Cli(database, scripts), 2, message, "up");

        Assert.Empty(await database.TablesAsync());
    }

    private static async Task<CliResult> AssertErrorAsync(Cli migrate, int exitCode, string message, params string[] arguments)
    {
        migrate.Secrets.Add(Marker);
        var result = await migrate.FailAsync(exitCode, arguments);
        Assert.StartsWith("error: ", result.FirstError, StringComparison.Ordinal);
        Assert.Contains(message, result.FirstError, StringComparison.Ordinal);
        Assert.Empty(result.Stdout);
        Assert.All(result.Stderr.TrimEnd().Split('\n'), line => Assert.Matches("^(error: |  (next|detail|hint|context): |waiting for )", line));

        // The termination message, which kubectl describe shows, contains the same cause.
        Assert.Contains(message, result.Termination, StringComparison.Ordinal);
        Assert.Single(result.Termination.TrimEnd('\n').Split('\n'));
        return result;
    }
}
