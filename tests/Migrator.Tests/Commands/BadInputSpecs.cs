using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Commands;

/// <summary>Each gives one clear line, the right exit code, no stack trace and no password (<see cref="Cli"/> looks for these).</summary>
public sealed class BadInputSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Marker = "marker-of-a-password";

    [Theory(Timeout = Timeout)]
    [InlineData("", "no command is given")]
    [InlineData("upp", "'upp'")]
    [InlineData("up --settings-dir=", "--settings-dir")]
    [InlineData("up --colour=red", "'--colour=red'")]
    [InlineData("up extra", "'extra'")]
    [InlineData("up --dir", "'--dir'")]
    [InlineData("wait --lock-wait=1s", "'--lock-wait=1s'")]
    [InlineData("up --placeholder=nothing", "--placeholder takes name=value")]
    [InlineData("up --connect-wait=5", "--connect-wait (MIGRATE_CONNECT_WAIT) is '5', but takes a time such as")]
    [InlineData("up --lock-wait=-1s", "--lock-wait (MIGRATE_LOCK_WAIT) is '-1s'")]
    [InlineData("up --lock-timeout=soon", "--lock-timeout (MIGRATE_LOCK_TIMEOUT) is 'soon'")]
    [InlineData("up --statement-timeout=1.5s", "--statement-timeout (MIGRATE_STATEMENT_TIMEOUT) is '1.5s'")]
    [InlineData("up --timeout=99999h", "--timeout (MIGRATE_TIMEOUT) is '99999h'")]
    [InlineData("wait --timeout=x", "--timeout (MIGRATE_TIMEOUT) is 'x'")]
    [InlineData("up --target=V1", "--target (MIGRATE_TARGET) is 'V1', but takes a version such as 12 or 1.2")]
    [InlineData("up --output=xml", "--output (MIGRATE_OUTPUT) is 'xml', but takes text or json")]
    [InlineData("up --settings-dir=/nowhere", "the settings folder /nowhere cannot be read")]
    [InlineData("up --settings-dir=/dev/null", "--settings-dir /dev/null is a file, not a folder")]
    [InlineData("up --settings-dir=/etc --settings-map=PGPASWORD=hostname", "--settings-map PGPASWORD=hostname: there is no setting PGPASWORD")]
    [InlineData("up --settings-map=PGPASSWORD=pass", "--settings-map (MIGRATE_SETTINGS_MAP) is set, but no --settings-dir")]
    public async Task A_wrong_command_line(string arguments, string said)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:1/x", ["MIGRATE_DIR"] = scripts.Path };

        await SaysAsync(migrate, 2, said, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db:port/x", "DATABASE_URL cannot be read: the port is not a number")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}/y@db/x", "DATABASE_URL cannot be read: there is an unencoded")]
    [InlineData("DATABASE_URL", $"mysql://app:{Marker}@db/x", "DATABASE_URL cannot be read: it is neither a postgres:// URL nor")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db/x?sslmode={Marker}", "the connection setting 'sslmode' is unknown or has a value it cannot have")]
    [InlineData("DATABASE_URL", $"postgres://app:{Marker}@db/x?ssl=yes", "the connection setting 'ssl' is unknown")]
    [InlineData("MIGRATE_CONNECTION", $"Host=db;Password='{Marker}", "MIGRATE_CONNECTION cannot be read")]
    [InlineData("MIGRATE_CONNECTION", $"Host=db;Password={Marker};Colour=red", "the connection setting 'colour' is unknown")]
    [InlineData("DATABASE_URL", $"postgresql+psycopg2://app:{Marker}@db/x?sslmode=require", "DATABASE_URL cannot be read: it is neither a postgres:// URL nor")]
    [InlineData("DATABASE_URL", $"jdbc:postgresql://app:{Marker}@db/x?ssl=true", "DATABASE_URL cannot be read: it is a JDBC URL")]
    [InlineData("PGPASSFILE", "/nowhere", "passfile names a file that does not exist: /nowhere")]
    [InlineData("PGPORT", "65536", "the connection setting 'port' is unknown or has a value it cannot have")]
    [InlineData("PGPORT", "many", "the connection setting 'port' is unknown or has a value it cannot have")]
    [InlineData("PGSSLMODE", "maybe", "the connection setting 'sslmode' is unknown or has a value it cannot have")]
    [InlineData("DATABASE_URL", null, "no database connection is configured")]
    [InlineData("DATABASE_URL", "", "no database connection is configured")]
    public async Task A_wrong_connection(string variable, string? value, string said)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, [variable] = value };

        await SaysAsync(migrate, 2, said, "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("{", "migrate.json cannot be read")]
    [InlineData("[]", "migrate.json cannot be read")]
    [InlineData("", "migrate.json cannot be read")]
    [InlineData($$"""{"connection": { "password": "{{Marker}}" } }""", "'connection' takes one value, no list or object")]
    [InlineData("""{"schema": ["a", "b"]}""", "'schema' takes one value, no list or object")]
    [InlineData($$"""{"connection": "postgres://app:{{Marker}}@db/x" "dir"}""", "migrate.json cannot be read")]
    public async Task A_wrong_settings_file(string json, string said)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { SettingsFile = json, ["MIGRATE_DIR"] = scripts.Path };

        await SaysAsync(migrate, 2, said, "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("create.sql", "create.sql is not a valid script name: the name does not begin with V, U or R")]
    [InlineData("V1_create.sql", "V1_create.sql is not a valid script name: two underscores are missing")]
    [InlineData("Vx__create.sql", "Vx__create.sql is not a valid script name: the version 'x' must consist of numbers")]
    [InlineData("V99999999999999999999__create.sql", "contains a number above")]
    [InlineData("V01__uno.sql", "2 scripts have version ")]
    [InlineData("below/V1__one.sql", "2 scripts have version 1: ")]
    public async Task A_bad_or_duplicate_name(string name, string said)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "SELECT 1;", [name] = "SELECT 1;" };

        await SaysAsync(new Cli(database, scripts), 2, said, "up");
        await SaysAsync(new Cli(database, scripts), 2, said, "status");
        await SaysAsync(new Cli(database, scripts), 2, said, "wait");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_scripts_folder_that_is_missing_or_a_file()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__one.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);

        await SaysAsync(migrate, 2, "the scripts folder /nowhere does not exist", "up", "--dir=/nowhere");
        await SaysAsync(migrate, 2, "V1__one.sql is a file, not a folder", "up", $"--dir={scripts.Path}/V1__one.sql");
        await SaysAsync(migrate, 2, "the scripts folder /nowhere does not exist", "wait", "--dir=/nowhere", $"--dir={scripts.Path}");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("status")]
    [InlineData("wait")]
    public async Task A_database_that_cannot_be_reached(string command)
    {
        using var scripts = new ScriptFolder();
        var port = FreePort.Next();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{port}/x", ["MIGRATE_DIR"] = scripts.Path };

        await SaysAsync(
            migrate, 3, $"the database x on 127.0.0.1:{port} could not be reached within 0s: Connection refused", command, "--connect-wait=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_of_several_hosts_that_cannot_be_reached_has_its_cause()
    {
        using var scripts = new ScriptFolder();
        var (one, two) = (FreePort.Next(), FreePort.Next());
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{one},127.0.0.1:{two}/x", ["MIGRATE_DIR"] = scripts.Path };

        await SaysAsync(
            migrate, 3, $"Failed to connect to 127.0.0.1:{one}: Connection refused; Failed to connect to 127.0.0.1:{two}: Connection refused", "up", "--connect-wait=0s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("wait")]
    public async Task A_wrong_password_is_not_waited_for(string command)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(SharedServer.Role, Marker) };

        var result = await SaysAsync(migrate, 2, "refuses the connection: password authentication failed for user \"app\" (SQLSTATE 28P01)", command);
        Assert.Contains("Check the password of app", result.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task No_password_at_all_is_not_waited_for()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = $"postgres://app@{database.Host}:{database.Port}/{database.Name}" };

        await SaysAsync(migrate, 2, "password", "up", "--connect-wait=2s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_password_is_not_waited_for_when_the_first_of_two_hosts_is_down()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts)
        {
            ["DATABASE_URL"] = $"postgres://app:{Marker}@127.0.0.1:{FreePort.Next()},{database.Host}:{database.Port}/{database.Name}",
        };

        await SaysAsync(migrate, 2, "28P01", "up", "--connect-wait=2s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up --conection=postgres://app:{0}@db/x")]
    [InlineData("up postgres://app:{0}@db/x")]
    [InlineData("up --connection=postgres://app:12/{0}@127.0.0.1/x --connect-wait=0s")]
    [InlineData("up --connection=postgres://app:12?{0}=1@127.0.0.1/x")]
    public async Task A_password_in_the_wrong_place_is_not_repeated(string arguments)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path };

        await SaysAsync(migrate, 2, "", string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, Marker).Split(' '));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Multiplexing=true")]
    public async Task Npgsql_settings_that_contradict_each_other(string setting)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_CONNECTION"] = $"Host=127.0.0.1;Port=1;{setting}" };

        await SaysAsync(migrate, 2, "", "up", "--connect-wait=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_dir()
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = "postgres://127.0.0.1:1/x" };

        await SaysAsync(migrate, 2, "--dir", "up", "--dir", "");
    }

    [Theory(Timeout = Timeout)]
    [InlineData($"up --password={Marker}", "'--password=***'")]
    [InlineData($"up --password {Marker}", "'--password'")]
    [InlineData($"-url=jdbc:postgresql://db/x -user=app -password={Marker} migrate", "'-url=jdbc:postgresql://db/x'")]
    [InlineData($"up PGPASSWORD={Marker}", "'PGPASSWORD=***'")]
    [InlineData($"up --conection=mysql://app:{Marker}@db/x", "'--conection=***'")]
    [InlineData($"up postgres://app:{Marker}@db/x", "'postgres://app:***@db/x'")]
    public async Task A_password_where_none_is_taken_is_not_repeated(string arguments, string said)
        => await SaysAsync(new Cli(), 2, said, arguments.Split(' '));

    [Fact(Timeout = Timeout)]
    public async Task An_option_before_the_command_is_told_where_it_belongs_in_the_form_that_it_asks_for()
    {
        var json = (await new Cli().FailAsync(2, "--output", "json", "up")).Json;
        Assert.Equal(2, json.GetProperty("exitCode").GetInt32());
        Assert.Equal("Options stand behind the command: migrate up --output …", json.GetProperty("problems")[0].GetProperty("advice").GetString());

        var text = await new Cli().FailAsync(2, "--dir=/x", "status");
        Assert.Contains("next: Options stand behind the command: migrate status --dir …\n", text.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_that_does_not_exist()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        await SaysAsync(
            new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf("nobody", Marker) }, 2, "(SQLSTATE 28P01)", "up");
    }

    [Fact(Timeout = Timeout)]
    public async Task No_such_database()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.Url + "_not" };

        await SaysAsync(migrate, 2, $"refuses the connection: database \"{database.Name}_not\" does not exist (SQLSTATE 3D000)", "up");
    }

    [Fact(Timeout = Timeout)]
    public async Task TLS_that_the_server_does_not_speak()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        await SaysAsync(new Cli(database, scripts) { ["PGSSLMODE"] = "require" }, 2, "SSL", "up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT 'never closed;", "V1__a.sql:1:8: This string is never closed")]
    [InlineData("SELECT 1;\n\\i other.sql\n", "V1__a.sql:2:1: \\i is a psql command, not SQL")]
    [InlineData("SELECT 1;\nCOMMIT;", "V1__a.sql:2:1: the script begins or ends a transaction of its own (COMMIT)")]
    [InlineData("BEGIN;\nSELECT 1;\nROLLBACK;", "V1__a.sql:1:1: the script begins or ends a transaction of its own (BEGIN)")]
    [InlineData("SELECT 1;\n  VACUUM;", "V1__a.sql:2:3: this statement cannot run in a transaction (VACUUM)")]
    [InlineData("CREATE INDEX CONCURRENTLY i ON t (x);", "V1__a.sql:1:1: this statement cannot run in a transaction (CREATE)")]
    [InlineData("SELECT 1;\nCOPY (SELECT 1) TO STDOUT;", "V1__a.sql:2:1: ")]
    [InlineData("-- evolve-tx-off\nBEGIN;\nCREATE TABLE t ();", "V1__a.sql:2:1: ")]
    [InlineData("SELECT 1;\nSELECT '${colour}';", "V1__a.sql:2:9: the placeholder ${colour} has no value")]
    public async Task A_script_that_cannot_run_is_refused_before_the_first_one_does(string text, string said)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V0.1__first.sql"] = "CREATE TABLE first ();", ["V1__a.sql"] = text };

        await SaysAsync(new Cli(database, scripts), 2, said, "up");

        Assert.Empty(await database.TablesAsync());
    }

    private static async Task<CliResult> SaysAsync(Cli migrate, int exitCode, string said, params string[] arguments)
    {
        migrate.Secrets.Add(Marker);
        var result = await migrate.FailAsync(exitCode, arguments);
        Assert.StartsWith("error: ", result.FirstError, StringComparison.Ordinal);
        Assert.Contains(said, result.FirstError, StringComparison.Ordinal);
        Assert.Empty(result.Stdout);
        Assert.All(result.Stderr.TrimEnd().Split('\n'), line => Assert.Matches("^(error: |  (next|detail|hint|context): |waiting for )", line));

        // What kubectl describe shows is the same cause.
        Assert.Contains(said, result.Termination, StringComparison.Ordinal);
        Assert.Single(result.Termination.TrimEnd('\n').Split('\n'));
        return result;
    }
}
