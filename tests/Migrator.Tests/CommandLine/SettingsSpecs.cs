using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>Every source of settings, in the documented order, with the published command.</summary>
public sealed class SettingsSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 90_000;

    [Fact(Timeout = Timeout)]
    public async Task Precedence_is_option_environment_settings_folder_file_default()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        using var folder = new MountedSecret(("MIGRATE_HISTORY_TABLE", "from_folder\n"));
        var file = $$"""{"historyTable": "from_file", "$schema": "for editors", "settings-dir": "{{folder.MountPath}}" }""";

        async Task<string> TableAsync(Cli migrate, params string[] arguments)
        {
            migrate["DATABASE_URL"] = database.Url;
            migrate["MIGRATE_DIR"] = scripts.Path;
            return (await migrate.SucceedAsync(["status", "--output=json", .. arguments])).Json.GetProperty("historyTable").GetString()!;
        }

        Assert.Equal("public.changelog", await TableAsync(new Cli()));
        Assert.Equal("public.from_file", await TableAsync(new Cli { SettingsFile = """{"history-table": "from_file"}""" }));
        Assert.Equal("public.from_folder", await TableAsync(new Cli { SettingsFile = file }));
        Assert.Equal("public.from_environment", await TableAsync(new Cli { SettingsFile = file, ["MIGRATE_HISTORY_TABLE"] = "from_environment" }));
        Assert.Equal(
            "public.from_flag",
            await TableAsync(new Cli { SettingsFile = file, ["MIGRATE_HISTORY_TABLE"] = "from_environment" }, "--history-table=from_flag"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("url")]
    [InlineData("uri")]
    [InlineData("DATABASE_URL")]
    [InlineData("MIGRATE_CONNECTION")]
    [InlineData("host,port,dbname,username,password")]
    [InlineData("host,port,database,user,password")]
    [InlineData("PGHOST,PGPORT,PGDATABASE,PGUSER,PGPASSWORD")]
    public async Task A_settings_folder_with_common_Secret_keys_works(string names)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        using var secret = new MountedSecret([.. names.Split(',').Select(name => (name, ValueOf(name, database))), ("ca.crt", "something else")]);

        await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_SETTINGS_DIR"] = secret.MountPath }.SucceedAsync("status");
        await new Cli().SucceedAsync("status", $"--dir={scripts.Path}", $"--settings-dir={secret.MountPath}");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--settings-map=DATABASE_URL=fqdn-uri")]
    [InlineData("--settings-map=url=fqdn-uri")]
    [InlineData("--settings-map=PGPASSWORD=pg.pass --settings-map=PGUSER=role --settings-map=PGDATABASE=db --settings-map=host=endpoint --settings-map=port=tcp")]
    public async Task A_settings_folder_with_mapped_names_works(string options)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        using var secret = new MountedSecret(
            ("fqdn-uri", database.Url), ("pg.pass", SharedServer.Password), ("role", SharedServer.Role), ("db", database.Name), ("endpoint", database.Host), ("tcp", $"{database.Port}"));
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_SETTINGS_DIR"] = secret.MountPath };

        await migrate.SucceedAsync(["status", .. options.Split(' ')]);

        migrate["MIGRATE_SETTINGS_MAP"] = string.Join(',', options.Split(' ').Select(o => o["--settings-map=".Length..]));
        await migrate.SucceedAsync("status");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_connection_is_merged_keyword_by_keyword_from_all_sources()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a AS SELECT current_setting('application_name') AS name, current_setting('work_mem') AS work_mem;" };
        using var secret = new MountedSecret(("password", SharedServer.Password), ("username", "nobody"), ("port", "1"));

        await new Cli
        {
            SettingsFile = """{"connection": "Application Name=file;Host=nowhere.invalid;Options=-c work_mem=7MB"}""",
            ["MIGRATE_DIR"] = scripts.Path,
            ["MIGRATE_SETTINGS_DIR"] = secret.MountPath,
            ["PGUSER"] = SharedServer.Role,
            ["PGHOST"] = "nowhere.invalid",
            ["PGDATABASE"] = "nothing",
            ["DATABASE_URL"] = $"postgres://{database.Host}:1/{database.Name}",
        }.SucceedAsync("up", $"--connection=Port={database.Port}");

        Assert.Equal("file|7MB", await database.ScalarAsync("SELECT name, work_mem FROM a"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_primary_of_several_hosts_is_used()
    {
        await using var replica = await MigrationServer.StartAsync();
        var there = await replica.CreateDatabaseAsync();
        await replica.BecomeStandbyAsync();
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync($"CREATE DATABASE {there.Name} OWNER {SharedServer.Role}");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var hosts = $"postgres://127.0.0.1:{there.Port},127.0.0.1:{database.Port}/{there.Name}";
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["PGUSER"] = SharedServer.Role, ["PGPASSWORD"] = SharedServer.Password };

        await migrate.SucceedAsync("up", $"--connection={hosts}");
        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await migrate.SucceedAsync("up", $"--connection={hosts}?target_session_attrs=read-write");
    }

    [Fact(Timeout = Timeout)]
    public async Task All_invalid_settings_are_reported_together_without_secrets()
    {
        using var scripts = new ScriptFolder();
        const string Marker = "marker-of-a-password";
        var migrate = new Cli
        {
            SettingsFile = """{"lock-wiat": "1m", "timeout": "ages", "connection": "Color=red"}""",
            ["MIGRATE_DIR"] = scripts.Path,
            ["DATABASE_URL"] = $"postgres://app:{Marker}@db:port/x",
            ["PGSSLMODE"] = "maybe",
            ["MIGRATE_LOCK_WAIT"] = "soon",
            ["MIGRATE_OUT_OF_ORDER"] = "perhaps",
            ["MIGRATE_SETTINGS_DIR"] = "/nowhere",
        };
        migrate.Secrets.Add(Marker);

        var refused = await migrate.FailAsync(2, "up", "--target=one", "--output=xml", "--schema=\"x\"", $"--placeholder={Marker}");

        var errors = refused.Stderr.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)).ToList();
        Assert.All(
            [
                "migrate.json: there is no setting 'lock-wiat'", "invalid value 'ages' for --timeout (MIGRATE_TIMEOUT)", "DATABASE_URL cannot be read", "'sslmode'", "'color'",
                "invalid value 'soon' for --lock-wait (MIGRATE_LOCK_WAIT)", "invalid value 'perhaps' for --out-of-order (MIGRATE_OUT_OF_ORDER)", "the settings folder /nowhere cannot be read",
                "invalid value 'one' for --target (MIGRATE_TARGET)", "invalid value 'xml' for --output (MIGRATE_OUTPUT)", "invalid value '\"x\"' for --schema (MIGRATE_SCHEMA)", "invalid value for --placeholder: expected name=value",
            ],
            expected => Assert.Single(errors, line => line.Contains(expected, StringComparison.Ordinal)));
        Assert.Equal(12, errors.Count);
        Assert.EndsWith("(and 11 more problems)\n", refused.Termination, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_password_that_changes_during_the_wait_for_the_server_is_read_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var late = await PostgresServer.StartAsync(cancellationToken: cancel);
        await late.StopAsync(cancellationToken: cancel);
        (string, string)[] Files(string password) => [("host", late.Host), ("port", $"{late.Port}"), ("username", late.Superuser), ("dbname", "postgres"), ("password", password)];
        using var secret = new MountedSecret(Files("marker-of-the-old-one"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var up = await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_SETTINGS_DIR"] = secret.MountPath }.StartAsync("up");
        await up.SaysAsync("waiting for the database postgres on 127.0.0.1");

        secret.Replace(Files(late.Password));
        await late.StartAgainAsync(cancel);

        Assert.Equal(0, await up.WaitAsync());
        Assert.DoesNotContain("28P01", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("marker-of-the-old-one", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(late.Password, up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_password_that_changes_during_the_login_is_read_again()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        await using var proxy = new Proxy(database);
        string Url(string password) => proxy.Url.Replace(Uri.EscapeDataString(SharedServer.Password), password, StringComparison.Ordinal);
        using var secret = new MountedSecret(("uri", Url("old")));

        // The Secret changes after the client read it and before the server replies.
        proxy.At(2, Moment.BeforeRequest, () =>
        {
            secret.Replace(("uri", proxy.Url));
            return Task.CompletedTask;
        });
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_SETTINGS_DIR"] = secret.MountPath };

        await migrate.SucceedAsync("status");

        // A password that stays wrong fails at once.
        secret.Replace(("uri", Url("old")));
        await migrate.FailAsync(2, "status");
    }

    private static string ValueOf(string name, TestDatabase database) => name switch
    {
        "url" or "uri" or "DATABASE_URL" => database.Url,
        "MIGRATE_CONNECTION" => database.ConnectionString,
        "host" or "PGHOST" => database.Host,
        "port" or "PGPORT" => $"{database.Port}",
        "dbname" or "database" or "PGDATABASE" => database.Name,
        "username" or "user" or "PGUSER" => SharedServer.Role,
        _ => SharedServer.Password + "\n",
    };
}
