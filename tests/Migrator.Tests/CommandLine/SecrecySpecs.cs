using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>
/// No output contains a secret: neither on success nor on any type of failure, for every way to set the password.
/// <see cref="Cli"/> searches stdout, stderr and the termination message of each run.
/// </summary>
public sealed class SecrecySpecs(SharedServer server) : IClassFixture<Prepared>, IDisposable
{
    private const int Timeout = 180_000;

    private const string Wrong = "marker-of-a-wrong-password";

    private static readonly string[] Successes =
    [
        "up", "up --output=json", "status", "status --history", "status --output=json", "wait", "plan --sql", "plan --sql --output=json", "plan --down --to=0 --sql",
        "validate", "validate --offline", "repair", "down --steps=1", "version", "completion bash", "up --help", "--help",
    ];

    private readonly ScriptFolder _scripts = new() { ["V1__a.sql"] = "CREATE TABLE a ();", ["U1__a.sql"] = "DROP TABLE a;" };
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Ways =>
        ["flag", "flag keywords", "MIGRATE_CONNECTION", "DATABASE_URL", "DATABASE_URL keywords", "PGPASSWORD", "PGPASSFILE", "folder", "folder url", "migrate.json"];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Ways))]
    public async Task The_password_is_in_no_output_for_any_way_to_set_it(string way)
    {
        var database = await server.CreateDatabaseAsync();
        var (right, arguments) = Given(way, database.Url, SharedServer.Password, database);
        foreach (var command in Successes)
        {
            await right.SucceedAsync([.. command.Split(' '), .. command.Contains("help", StringComparison.Ordinal) || command is "version" or "completion bash" ? [] : arguments]);
        }

        var (wrong, wrongArguments) = Given(way, database.UrlOf(SharedServer.Role, Wrong), Wrong, database);
        wrong.Secrets.Add(Wrong);
        foreach (var failure in new[] { "up", "up --output=json", "wait --connect-wait=0s", "status --lock-wiat=1s", "up --connect-wait=soon" })
        {
            await wrong.FailAsync(2, [.. failure.Split(' '), .. wrongArguments]);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task The_password_is_in_no_output_of_any_type_of_failure()
    {
        var database = await server.CreateDatabaseAsync();
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        var migrate = new Cli(database, _scripts);

        // Exit code 1: message, detail and notice of the server contain the password. 6: a changed script. 3: no server. 4: the
        // lock. 5: pending.
        await migrate.SucceedAsync("up");
        _scripts["V2__b.sql"] = $"DO $do$ BEGIN RAISE NOTICE '%', '{quoted}'; RAISE EXCEPTION '%', '{quoted}' USING DETAIL = '{quoted}', HINT = 'x{quoted}y'; END $do$;";
        foreach (var form in new[] { "text", "json" })
        {
            Assert.Contains("***", (await migrate.FailAsync(1, "up", $"--output={form}")).Stderr, StringComparison.Ordinal);
            await migrate.SucceedAsync("status", "--history", $"--output={form}");
            await migrate.FailAsync(5, "wait", "--timeout=1s", $"--output={form}");
            await migrate.FailAsync(5, "status", "--exit-code", $"--output={form}");
            await migrate.SucceedAsync("plan", "--sql", $"--output={form}");
            await migrate.FailAsync(3, "up", "--connect-wait=0s", $"--connection=postgres://127.0.0.1:{FreePort.Next()}", $"--output={form}");
            await migrate.FailAsync(2, "up", "--settings-dir=/nowhere", $"--output={form}");
        }

        await using (var other = await database.ConnectAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(12345)", other);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await migrate.FailAsync(4, "up", "--lock-wait=0s");
        }

        _scripts["V1__a.sql"] = $"-- {SharedServer.Password}";
        await migrate.FailAsync(6, "up");
        await migrate.FailAsync(6, "validate");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_placeholder_that_may_be_secret_is_in_no_output()
    {
        const string Secret = "hunter2";
        const string Short = "cat";
        var database = await server.CreateDatabaseAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "MIGRATE_PLACEHOLDER_MOUNTED"), Secret + "mounted\n", TestContext.Current.CancellationToken);
        var migrate = new Cli(database, _scripts)
        {
            ["MIGRATE_SETTINGS_DIR"] = _folder.Path,
            ["MIGRATE_PLACEHOLDER_SECRET"] = Secret,
            ["MIGRATE_PLACEHOLDER_SHORT"] = Short,
        };
        migrate.Secrets.Add(Secret);
        _scripts["V1__a.sql"] = "CREATE TABLE ${open}_a AS SELECT 'x${secret}y' AS a, '${mounted}' AS b, '${short}' AS c;";
        _scripts["U1__a.sql"] = "DROP TABLE ${open}_a; SELECT '${secret}z';";

        // 'plan' masks the value.
        var plan = await migrate.SucceedAsync("plan", "--sql", "--placeholder=open=orders");
        Assert.Contains("CREATE TABLE orders_a AS SELECT 'x***y' AS a, '***' AS b, '***' AS c;", plan.Stdout, StringComparison.Ordinal);
        var json = await migrate.SucceedAsync("plan", "--sql", "--placeholder=open=orders", "--output=json");
        Assert.Contains("'x***y' AS a", json.Json.GetProperty("sql")[0].GetProperty("sql").GetString(), StringComparison.Ordinal);

        // 'up' uses the real value.
        await migrate.SucceedAsync("up", "--placeholder=open=orders");
        Assert.Equal($"x{Secret}y|{Secret}mounted|{Short}", await database.ScalarAsync("SELECT * FROM orders_a"));
        _scripts.Remove("U1__a.sql");
        await migrate.SucceedAsync("plan", "--down", "--to=0", "--sql");

        // Messages of the server are masked as well.
        _scripts["V2__b.sql"] = "DO $$ BEGIN RAISE NOTICE 'x${secret}y'; END $$; SELECT * FROM t_${secret};";
        var failed = await migrate.FailAsync(1, "up", "--placeholder=open=orders");
        Assert.Contains("NOTICE: x***y", failed.Stderr, StringComparison.Ordinal);
        Assert.Contains("relation \"t_***\" does not exist", failed.Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(1, "up", "--placeholder=open=orders", "--output=json");
        await migrate.SucceedAsync("status", "--history");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_process_list_shows_no_secret_from_the_environment()
    {
        var database = await server.CreateDatabaseAsync();
        _scripts["V2__b.sql"] = "SELECT pg_sleep(60);";
        await using var up = await new Cli(database, _scripts).StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        var commandLine = await File.ReadAllTextAsync($"/proc/{up.Id}/cmdline", TestContext.Current.CancellationToken);
        Assert.EndsWith("migrate\0up\0", commandLine, StringComparison.Ordinal);

        // The sessions in pg_stat_activity do not contain the password either.
        Assert.DoesNotContain(SharedServer.Password, await database.ScalarAsync("SELECT string_agg(a::text, ' ') FROM pg_stat_activity a WHERE datname = current_database() AND pid <> pg_backend_pid()"), StringComparison.Ordinal);
        up.Send(Signal.Terminate);
        Assert.Equal(143, await up.WaitAsync());
    }

    public void Dispose()
    {
        _scripts.Dispose();
        _folder.Dispose();
    }

    /// <summary>Returns the command with the password set in one way, and the arguments for it.</summary>
    private (Cli Migrate, string[] Arguments) Given(string way, string url, string password, TestDatabase database)
    {
        var keywords = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = password }.ConnectionString;
        var without = $"postgres://{SharedServer.Role}@{database.Host}:{database.Port}/{database.Name}";
        Cli Migrate(params (string Name, string Value)[] variables)
        {
            var migrate = new Cli { ["MIGRATE_DIR"] = _scripts.Path };
            foreach (var (name, value) in variables)
            {
                migrate[name] = value;
            }

            return migrate;
        }

        switch (way)
        {
            case "flag":
                return (Migrate(), ["--connection", url]);
            case "flag keywords":
                return (Migrate(), [$"--connection={keywords}"]);
            case "MIGRATE_CONNECTION":
                return (Migrate((way, url)), []);
            case "DATABASE_URL":
                return (Migrate((way, url)), []);
            case "DATABASE_URL keywords":
                return (Migrate(("DATABASE_URL", keywords)), []);
            case "PGPASSWORD":
                return (Migrate(("DATABASE_URL", without), (way, password)), []);
            case "PGPASSFILE":
                var file = Path.Combine(_folder.Path, "pgpass");
                var escaped = password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
                File.WriteAllText(file, $"*:*:*:*:{escaped}\n");
                return (Migrate(("DATABASE_URL", without), (way, file)), []);
            case "folder":
                File.WriteAllText(Path.Combine(_folder.Path, "password"), password);
                return (Migrate(("DATABASE_URL", without), ("MIGRATE_SETTINGS_DIR", _folder.Path)), []);
            case "folder url":
                File.WriteAllText(Path.Combine(_folder.Path, "uri"), url);
                return (Migrate(("MIGRATE_SETTINGS_DIR", _folder.Path)), []);
            default:
                return (new Cli { SettingsFile = $$"""{"connection": "{{url}}"}""", ["MIGRATE_DIR"] = _scripts.Path }, []);
        }
    }
}
