using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.History;

/// <summary>A changed search path or role never starts a second history, and never moves the objects of the scripts.</summary>
public sealed class HistoryLocationSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // The changes of the search path after the first run, for the database {0} and the role app. PGOPTIONS and the URL are in the tests below.
    public static TheoryData<string> PathChanges =>
    [
        "CREATE SCHEMA app; ALTER DATABASE {0} SET search_path = app, public",
        "CREATE SCHEMA app; ALTER ROLE app IN DATABASE {0} SET search_path = 'app', public",
        "CREATE SCHEMA app",
        "CREATE SCHEMA \"App, x\"; ALTER DATABASE {0} SET search_path = \"App, x\", public",
    ];

    // Search paths without the schema of the history.
    public static TheoryData<string> OtherPaths => ["app", "\"$user\"", "app, pg_catalog", "missing, app"];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(PathChanges))]
    public async Task A_schema_that_comes_before_the_one_of_earlier_scripts_stops_up_and_down_with_6(string change)
    {
        var (database, scripts, migrate) = await AppliedAsync();
        using var _ = scripts;
        await ChangeAsync(database, change);

        foreach (var command in new[] { "up", "plan", "down --to=0", "plan --down --to=0" })
        {
            var refused = await migrate.FailAsync(6, command.Split(' '));
            Assert.Contains(", but V1__orders.sql ran with the schema public\n", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("set --schema public.", refused.Stderr, StringComparison.Ordinal);
        }

        await migrate.SucceedAsync("wait", "--timeout=0s");
        await migrate.SucceedAsync("status", "--exit-code");
        await migrate.SucceedAsync("up", "--schema=public");
        Assert.Equal("2", await database.ScalarAsync("SELECT count(*) FROM public.orders"));
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(OtherPaths))]
    public async Task A_search_path_without_the_history_stops_every_command_with_6_and_wait_with_5(string path)
    {
        var (database, scripts, migrate) = await AppliedAsync();
        using var _ = scripts;
        await ChangeAsync(database, $"CREATE SCHEMA app; ALTER DATABASE {{0}} SET search_path = {path}");

        foreach (var command in new[] { "up", "plan", "status", "validate", "repair", "baseline 1", "down --to=0" })
        {
            var refused = await migrate.FailAsync(6, command.Split(' '));
            Assert.Contains("app.changelog does not exist, but this database has a history in public.changelog", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("To continue the history there: --schema public.", refused.Stderr, StringComparison.Ordinal);
        }

        var waited = await migrate.FailAsync(5, "wait", "--timeout=1s");
        Assert.StartsWith("waiting for V1__orders.sql; app.changelog does not exist, but this database has a history in public.changelog", waited.Stderr, StringComparison.Ordinal);
        Assert.Equal("2", await database.ScalarAsync("SELECT count(*) FROM public.orders"));
        await migrate.SucceedAsync("wait", "--timeout=0s", "--schema=public");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("?options=-c%20search_path%3Dapp", null)]
    [InlineData("", "-c search_path=app")]
    public async Task A_search_path_of_the_connection_is_refused_when_it_hides_the_history(string query, string? options)
    {
        var (database, scripts, _) = await AppliedAsync();
        using var __ = scripts;
        await ChangeAsync(database, "CREATE SCHEMA app AUTHORIZATION app");

        await new Cli(database, scripts) { ["DATABASE_URL"] = database.Url + query, ["PGOPTIONS"] = options }.FailAsync(6, "up");

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'app'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_history_of_the_connections_search_path_is_not_repeated_without_it()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync("CREATE SCHEMA service AUTHORIZATION app");
        using var scripts = Scripts();
        await new Cli(database, scripts) { ["PGOPTIONS"] = "-c search_path=service" }.SucceedAsync("up");

        var refused = await new Cli(database, scripts).FailAsync(6, "up");

        Assert.Contains("public.changelog does not exist, but this database has a history in service.changelog", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Another_role_stops_up_with_6_because_it_would_own_the_new_objects()
    {
        var (database, scripts, _) = await AppliedAsync();
        using var __ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {other} LOGIN PASSWORD 'other'; GRANT app TO {other}; GRANT ALL ON SCHEMA public TO {other}"));
        scripts["V2__items.sql"] = "CREATE TABLE items ();";
        var other = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(database.Named("{other}"), "other") };

        var refused = await other.FailAsync(6, "up", "--history-owner=app");
        Assert.Contains(database.Named("scripts would run as the role {other}, but V1__orders.sql ran as app"), refused.Stderr, StringComparison.Ordinal);

        await other.SucceedAsync("up", "--history-owner=app", "--schema=public");
        Assert.Equal(database.Named("{other}"), await database.ScalarAsync("SELECT tableowner FROM pg_tables WHERE tablename = 'items'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_logins_that_work_as_the_same_role_continue_each_others_history()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync(database.Named("""
            CREATE ROLE {group}; GRANT ALL ON SCHEMA public TO {group}; CREATE ROLE {other} LOGIN NOINHERIT PASSWORD 'other'; GRANT {group} TO {other};
            ALTER ROLE {other} SET role = '{group}';
            """));
        using var scripts = Scripts();
        scripts["V2__concurrently.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON orders (id);\nUPDATE orders SET total = 5;";
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(database.Named("{other}"), "other") };

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait", "--timeout=0s");

        Assert.Equal(
            database.Named("{group}|{group}"),
            await database.ScalarAsync("SELECT min(tableowner), max(tableowner) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("\"hidden\", public")]
    [InlineData("public, hidden")]
    [InlineData("\"$user\", public")]
    public async Task A_schema_of_the_path_that_the_role_may_not_use_is_an_error_with_the_grant(string path)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts();
        var schema = path.StartsWith("\"$", StringComparison.Ordinal) ? "app" : "hidden";
        await ChangeAsync(database, $"CREATE SCHEMA {schema}; ALTER DATABASE {{0}} SET search_path = {path}", grant: false);
        var migrate = new Cli(database, scripts);

        foreach (var command in new[] { "up", "plan", "wait --timeout=0s" })
        {
            var refused = await migrate.FailAsync(2, command.Split(' '));
            Assert.Contains($"contains {schema}, which the role app may not use", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains($"GRANT USAGE ON SCHEMA \"{schema}\" TO \"app\";", refused.Stderr, StringComparison.Ordinal);
        }

        await migrate.SucceedAsync("up", "--schema=public");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("changelog", "(id bigserial PRIMARY KEY, entry text)", "it has no column type")]
    [InlineData("changelog", "(id serial, type text, version text, description text, name text, checksum text, installed_by text, installed_on timestamp, success bool)", "its column type has the type text")]
    [InlineData("changelog_audit", "(id int, at timestamptz, who text)", "it has no column role")]
    [InlineData("changelog_progress", "(script text, percent int)", "it has no column step")]
    [InlineData("changelog_undo", "()", "it has no column version")]
    public async Task A_table_of_the_application_with_the_name_of_one_of_migrates_tables_is_an_error(string table, string columns, string reason)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON SCHEMA public TO app; CREATE TABLE {table} {columns}; ALTER TABLE {table} OWNER TO app");
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);

        foreach (var command in new[] { "up", "plan", "status", "wait --timeout=0s" })
        {
            var refused = await migrate.FailAsync(2, command.Split(' '));
            Assert.Contains($"public.{table} is not a table of migrate: {reason}", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("--history-table", refused.Stderr, StringComparison.Ordinal);
        }

        await migrate.SucceedAsync("up", "--history-table=migrations");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_with_a_schema_of_its_own_has_its_history_and_tables_there()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync("CREATE SCHEMA AUTHORIZATION app");
        using var scripts = Scripts();
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("plan");
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait", "--timeout=0s");

        Assert.Equal("5", await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'app'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"app\"")]
    [InlineData("--schema=other", "GRANT CREATE ON DATABASE ")]
    public async Task A_role_that_cannot_create_the_history_is_told_so_by_plan_and_up(string option, string advice)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync($"REVOKE ALL ON SCHEMA public FROM PUBLIC, app; GRANT USAGE ON SCHEMA public TO app; ALTER DATABASE {database.Name} OWNER TO postgres");
        using var scripts = Scripts();

        foreach (var command in new[] { "plan", "up" })
        {
            var refused = await new Cli(database, scripts).FailAsync(2, option.Length == 0 ? [command] : [command, option]);
            Assert.Contains(advice, refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("--schema", refused.Stderr, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_finds_a_history_that_is_created_later_in_another_schema_of_the_path()
    {
        var database = await server.CreateDatabaseAsync(18);
        await ChangeAsync(database, "CREATE SCHEMA app; GRANT ALL ON SCHEMA public TO app; ALTER DATABASE {0} SET search_path = app, public");
        using var scripts = Scripts();
        await using var wait = await new Cli(database, scripts).StartAsync("wait", "--timeout=30s");
        await wait.SaysAsync("waiting for V1__orders.sql");

        await new Cli(database, scripts).SucceedAsync("up", "--schema=public");

        Assert.Equal(0, await wait.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_first_script_may_create_the_schema_of_the_role_in_concurrent_runs()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder { ["V1__schema.sql"] = "CREATE SCHEMA app; SELECT pg_sleep(1);", ["V2__orders.sql"] = "CREATE TABLE orders ();" };
        var migrate = new Cli(database, scripts);

        await Task.WhenAll(migrate.SucceedAsync("up"), migrate.SucceedAsync("up"), migrate.SucceedAsync("up"));
        scripts["V3__items.sql"] = "CREATE TABLE items ();";
        await migrate.SucceedAsync("up");

        Assert.Equal("app,app", await database.ScalarAsync("SELECT string_agg(schemaname, ',') FROM pg_tables WHERE tablename IN ('orders', 'items')"));
        Assert.Equal("public", await database.ScalarAsync("SELECT schemaname FROM pg_tables WHERE tablename = 'changelog'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_finds_a_history_in_a_schema_that_is_created_later()
    {
        var database = await server.CreateDatabaseAsync(18);
        await ChangeAsync(database, "ALTER DATABASE {0} SET search_path = later, public; GRANT CREATE ON SCHEMA public TO app");
        using var scripts = Scripts();
        await using var wait = await new Cli(database, scripts).StartAsync("wait", "--timeout=30s");
        await wait.SaysAsync("waiting for V1__orders.sql");

        await database.ExecuteAsync("CREATE SCHEMA later");
        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(0, await wait.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_schema_that_is_created_while_up_waits_for_the_lock_stops_it_with_6()
    {
        var (database, scripts, migrate) = await AppliedAsync();
        using var _ = scripts;
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(12345)");
        await using var up = await migrate.StartAsync("up");
        await up.SaysAsync("another run holds the lock");

        await database.ExecuteAsync("CREATE SCHEMA app");
        await holder.ExecuteAsync("SELECT pg_advisory_unlock(12345)");

        Assert.Equal(6, await up.WaitAsync());
        Assert.Contains("scripts would create objects in the schema app", up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_run_that_waited_while_another_one_extended_the_tables_of_an_older_version_reads_the_new_columns()
    {
        var (database, scripts, migrate) = await AppliedAsync();
        using var _ = scripts;
        await database.ExecuteAsync("ALTER TABLE changelog_audit DROP COLUMN schema; ALTER TABLE changelog_progress DROP COLUMN session");
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(12345)");
        await using var up = await migrate.StartAsync("up");
        await up.SaysAsync("another run holds the lock");

        await database.ExecuteAsync("ALTER TABLE changelog_audit ADD COLUMN schema text; ALTER TABLE changelog_progress ADD COLUMN session text; UPDATE changelog_audit SET schema = 'elsewhere'");
        await holder.ExecuteAsync("SELECT pg_advisory_unlock(12345)");

        Assert.Equal(6, await up.WaitAsync());
        Assert.Contains("V1__orders.sql ran with the schema elsewhere", up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_temporary_table_of_another_session_is_no_history()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        await using var other = await database.ConnectAsSuperuserAsync();
        await other.ExecuteAsync("""
            CREATE TEMP TABLE changelog (id serial PRIMARY KEY, type smallint, version text, description text, name text, checksum text,
                                         installed_by text, installed_on timestamp, success boolean)
            """);
        using var scripts = Scripts();

        await new Cli(database, scripts).SucceedAsync("up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("a baseline", "baseline 1")]
    [InlineData("an interrupted first script", "up")]
    public async Task A_schema_that_comes_before_the_one_of_the_history_stops_up_with_6_if_no_script_is_recorded(string _, string command)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder { ["V1__orders.sql"] = "-- evolve-tx-off\nCREATE TABLE orders ();\nSELECT pg_sleep(60);", ["V2__items.sql"] = "CREATE TABLE items ();" };
        var migrate = new Cli(database, scripts);
        await using (var first = await migrate.StartAsync(command.Split(' ')))
        {
            if (command == "up")
            {
                await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep(60)"));
                await first.KillAsync();
            }

            await first.WaitAsync();
        }

        await ChangeAsync(database, "CREATE SCHEMA app; ALTER DATABASE {0} SET search_path = app, public");

        foreach (var refused in new[] { await migrate.FailAsync(6, "up", "--lock-wait=30s"), await migrate.FailAsync(6, "plan") })
        {
            Assert.Contains("scripts would create objects in the schema app, but the history is in the schema public\n", refused.Stderr, StringComparison.Ordinal);
            Assert.Contains("set --schema public.", refused.Stderr, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", 1)]
    [InlineData("--schema={0}", 2)]
    public async Task Two_first_runs_with_different_search_paths_create_two_histories_only_if_both_name_the_schema(string option, int expected)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync("CREATE SCHEMA one AUTHORIZATION app; CREATE SCHEMA two AUTHORIZATION app");
        using var scripts = Scripts();
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync($"SELECT pg_advisory_lock({CreationKey})");
        string[] schemas = ["one", "two"];
        RunningCli[] runs = [.. await Task.WhenAll(schemas.Select(s =>
            new Cli(database, scripts) { ["PGOPTIONS"] = $"-c search_path={s}" }.StartAsync($"up {string.Format(System.Globalization.CultureInfo.InvariantCulture, option, s)}".TrimEnd().Split(' '))))];
        try
        {
            await database.WaitUntilAsync("SELECT count(*) = 2 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");

            await holder.ExecuteAsync($"SELECT pg_advisory_unlock({CreationKey})");

            int[] exitCodes = [.. await Task.WhenAll(runs.Select(r => r.WaitAsync()))];
            Assert.Equal([0, expected == 2 ? 0 : 6], exitCodes.Order());
            Assert.Equal($"{expected}", await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE tablename = 'changelog'"));
        }
        finally
        {
            foreach (var run in runs)
            {
                await run.DisposeAsync();
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_schema_that_another_session_creates_at_the_same_moment_does_not_fail_the_first_run()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON DATABASE {database.Name} TO app");
        using var scripts = Scripts();
        await using var other = await database.ConnectAsync();
        await other.ExecuteAsync("BEGIN; CREATE SCHEMA service");
        await using var up = await new Cli(database, scripts).StartAsync("up", "--schema=service");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE SCHEMA%')");

        await other.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_first_run_that_may_not_create_its_history_in_time_exits_with_4()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = Scripts();
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync($"SELECT pg_advisory_lock({CreationKey})");

        var refused = await new Cli(database, scripts).FailAsync(4, "up", "--lock-timeout=100ms");

        Assert.Contains("creating public.changelog and its audit, progress and undo tables failed: canceling statement due to lock timeout", refused.Stderr, StringComparison.Ordinal);
    }

    private const string CreationKey = "('x' || left(md5('migrator:creation of a history'), 16))::bit(64)::bigint";

    private static ScriptFolder Scripts() => new()
    {
        ["V1__orders.sql"] = "CREATE TABLE orders (id int PRIMARY KEY, total int); INSERT INTO orders VALUES (1, 100);",
        ["U1__orders.sql"] = "DROP TABLE orders;",
    };

    private static Task ChangeAsync(TestDatabase database, string change, bool grant = true)
        => database.ExecuteAsSuperuserAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, change, database.Name)
            + (grant ? "; DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname ILIKE 'app%' LOOP EXECUTE format('GRANT ALL ON SCHEMA %I TO app', s); END LOOP; END $$" : ""));

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> AppliedAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = Scripts();
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("INSERT INTO orders VALUES (2, 200)");
        Assert.Equal("2", await database.ScalarAsync("SELECT count(*) FROM orders"));
        return (database, scripts, migrate);
    }
}
