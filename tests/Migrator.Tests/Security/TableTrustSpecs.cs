using System.Text.RegularExpressions;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>Only the migration role can own and write migrate's tables, and no object on them can run code of another role.</summary>
public sealed partial class TableTrustSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // {other} is a role without rights. {group} is a role that {other} is a member of.
    private static readonly string[] s_refused =
    [
        "GRANT INSERT ON changelog TO {other}",
        "GRANT UPDATE ON changelog_audit TO {other}",
        "GRANT DELETE ON changelog_progress TO {other}",
        "GRANT TRUNCATE ON changelog_undo TO {other}",
        "GRANT TRIGGER ON changelog TO {other}",
        "GRANT REFERENCES ON changelog TO {other}",
        "GRANT REFERENCES (script, step) ON changelog_progress TO PUBLIC",
        "ALTER SCHEMA public OWNER TO {other}",
        "ALTER SCHEMA public OWNER TO {group}",
        "GRANT ALL ON changelog_undo TO {other}",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}",
        "GRANT INSERT ON changelog TO PUBLIC",
        "GRANT INSERT ON changelog TO {group}",
        "GRANT UPDATE (content) ON changelog_undo TO {other}",
        "GRANT INSERT (version) ON changelog TO {group}",
        "GRANT UPDATE (success) ON changelog TO PUBLIC",
        "ALTER TABLE changelog OWNER TO {other}",
        "GRANT {group} TO app; ALTER TABLE changelog OWNER TO {group}",
        "ALTER ROLE {other} LOGIN; GRANT {other} TO app; ALTER TABLE changelog OWNER TO {other}",
        "GRANT UPDATE ON SEQUENCE changelog_id_seq TO {other}",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC",
        "ALTER TABLE changelog_undo OWNER TO {other}",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON changelog FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON changelog_audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE RULE r AS ON INSERT TO changelog_audit DO ALSO NOTHING",
        "CREATE POLICY p ON changelog; ALTER TABLE changelog ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE changelog ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "CREATE TABLE parent (script text NOT NULL); ALTER TABLE changelog_progress INHERIT parent",
        "CREATE TABLE child () INHERITS (changelog)",
        "ALTER TABLE changelog_audit ALTER COLUMN message SET DEFAULT 'x'",
        "CREATE FUNCTION f() RETURNS timestamp LANGUAGE sql AS 'SELECT now()::timestamp'; ALTER TABLE changelog ALTER COLUMN installed_on SET DEFAULT f()",
        "ALTER TABLE changelog ADD COLUMN x int GENERATED ALWAYS AS (id + 1) STORED",
        "ALTER TABLE changelog ADD CONSTRAINT c CHECK (id > 0)",
        "CREATE INDEX i ON changelog (lower(name))",
        "CREATE INDEX i ON changelog (name) WHERE success",
        "CREATE STATISTICS st (dependencies) ON name, version FROM changelog",
        "CREATE SEQUENCE s; GRANT ALL ON SEQUENCE s TO {other}; ALTER TABLE changelog ALTER COLUMN id SET DEFAULT nextval('s')",
        "CREATE DOMAIN d AS text; ALTER TABLE changelog_audit ALTER COLUMN message TYPE d",
        "CREATE TYPE e AS ENUM ('applied'); ALTER TABLE changelog_audit ADD COLUMN e e",
        "CREATE TABLE f (id int REFERENCES changelog (id))",
    ];

    private static readonly string[] s_accepted =
    [
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {other}, PUBLIC",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {other}",
        "GRANT INSERT ON changelog TO app",
        "GRANT app TO {other}; GRANT INSERT ON changelog TO {other}",
        "GRANT {other} TO app; ALTER TABLE changelog OWNER TO {other}",
        "GRANT {other} TO app; ALTER SCHEMA public OWNER TO {other}",
        "ALTER SCHEMA public OWNER TO postgres",
        "ALTER SCHEMA public OWNER TO app",
        "ALTER TABLE changelog ENABLE ROW LEVEL SECURITY",
        "CREATE INDEX i ON changelog (name)",
        "ALTER TABLE changelog ADD COLUMN note text",
    ];

    public static TheoryData<int, string> Refused => [.. PostgresMajors.Tested.SelectMany(m => s_refused.Select(s => (m.Data, s)))];

    public static TheoryData<int, string> Accepted => [.. PostgresMajors.Tested.SelectMany(m => s_accepted.Select(s => (m.Data, s)))];

    public static TheoryData<int> Majors => PostgresMajors.Tested;

    public static TheoryData<int> MajorsWithWriteAllData => [.. PostgresMajors.Tested.Where(m => m.Data >= 14)];

    [GeneratedRegex("Run, as the owner or a superuser: (.*;)")]
    private static partial Regex Fixes { get; }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Refused))]
    public async Task A_table_that_another_role_could_use_is_refused_until_the_advice_is_followed(int major, string change)
    {
        var (database, scripts, migrate) = await MigratedAsync(major);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named(change));

        var refused = await migrate.FailAsync(2, "up");

        Assert.Matches("another role could change the history|rows of the history are hidden", refused.Stderr);
        foreach (var command in new[] { "plan", "validate", "repair", "down --to=0" })
        {
            await migrate.FailAsync(2, command.Split(' '));
        }

        var fixes = Fixes.Match(refused.Stderr).Groups[1].Value;
        await database.ExecuteAsSuperuserAsync(fixes.Replace("a type of pg_catalog", "text", StringComparison.Ordinal));
        await migrate.SucceedAsync("up");
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Accepted))]
    public async Task A_change_that_gives_no_other_role_access_is_accepted(int major, string change)
    {
        var (database, scripts, migrate) = await MigratedAsync(major);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named(change));

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("plan", "--down", "--to=0");
    }

    [Theory(Timeout = 180_000)]
    [MemberData(nameof(Majors))]
    public async Task Of_the_predefined_roles_only_pg_write_all_data_gives_access(int major)
    {
        await using var own = await MigrationServer.StartAsync(major);
        var database = await own.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE member LOGIN NOINHERIT");
        await migrate.SucceedAsync("up");

        var refused = new List<string>();
        foreach (var role in await database.RowsAsync("SELECT rolname FROM pg_roles WHERE oid < 16384 AND NOT rolsuper AND rolname <> 'pg_database_owner'"))
        {
            await database.ExecuteAsSuperuserAsync($"GRANT {role} TO member");
            var result = await migrate.RunAsync("up");
            await database.ExecuteAsSuperuserAsync($"REVOKE {role} FROM member");
            if (result.ExitCode != 0)
            {
                Assert.Equal(2, result.ExitCode);
                Assert.Contains($"member can write as a member of {role}", result.Stderr, StringComparison.Ordinal);
                refused.Add(role);
            }
        }

        Assert.Equal(major < 14 ? [] : ["pg_write_all_data"], refused);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(MajorsWithWriteAllData))]
    public async Task A_member_of_pg_write_all_data_is_reported_by_the_first_run_before_a_script_is_applied(int major)
    {
        await using var own = await MigrationServer.StartAsync(major);
        var database = await own.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE etl LOGIN; GRANT pg_write_all_data TO etl");

        await migrate.FailAsync(2, "up");
        Assert.Equal("", await database.TablesAsync());

        await migrate.SucceedAsync("up", "--trust-role=etl");
        Assert.Equal("a", await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task Default_privileges_give_only_SELECT_on_the_new_tables(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync(database.Named("""
            GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other} LOGIN;
            ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT ALL ON TABLES TO {other}, PUBLIC;
            ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT ALL ON SEQUENCES TO {other};
            """));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["U1__a.sql"] = "DROP TABLE a;" };
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");

        Assert.Equal(
            ["changelog SELECT", "changelog_audit SELECT", "changelog_id_seq SELECT", "changelog_progress SELECT"],
            await database.RowsAsync("""
                SELECT DISTINCT relname || ' ' || privilege_type FROM pg_class, aclexplode(relacl)
                 WHERE relname LIKE 'changelog%' AND relkind IN ('r', 'S') AND grantee <> relowner ORDER BY 1
                """));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(13, "GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {other};")]
    [InlineData(18, "GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}, PUBLIC; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {other};")]
    [InlineData(18, "-- evolve-tx-off\nGRANT ALL ON ALL TABLES IN SCHEMA public TO {other};\nGRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {other};")]
    [InlineData(18, "DO $$ BEGIN EXECUTE 'GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}'; END $$;")]
    [InlineData(18, "DO $$ BEGIN EXECUTE 'GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}'; EXCEPTION WHEN undefined_object THEN NULL; END $$;")]
    [InlineData(13, "SAVEPOINT a; GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}; RELEASE SAVEPOINT a;")]
    public async Task A_grant_on_all_tables_leaves_no_privilege_to_write_to_the_tables_of_migrate(int major, string script)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other} LOGIN"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__grant.sql"] = database.Named(script), ["V3__b.sql"] = "CREATE TABLE b ();" };
        var migrate = new Cli(database, scripts);

        var up = await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");

        Assert.Contains(database.Named("WARNING: the script gives {other} privileges on public.changelog, a table of migrate: they are revoked, except for SELECT"), up.Stderr, StringComparison.Ordinal);
        Assert.Equal(
            ["changelog SELECT", "changelog_audit SELECT", "changelog_progress SELECT"],
            await database.RowsAsync("SELECT DISTINCT relname || ' ' || privilege_type FROM pg_class, aclexplode(relacl) WHERE relname LIKE 'changelog%' AND relkind = 'r' AND grantee <> relowner ORDER BY 1"));
        Assert.Equal("True", await database.ScalarAsync(database.Named("SELECT has_table_privilege('{other}', 'a', 'INSERT')")));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("ALTER TABLE changelog OWNER TO {group};")]
    [InlineData("GRANT INSERT (name) ON changelog TO {other};")]
    [InlineData("-- evolve-tx-off\nGRANT UPDATE (message) ON changelog_audit TO {other};")]
    [InlineData("GRANT INSERT (name) ON changelog TO {other};", "--trust-role=unrelated")]
    [InlineData("CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON changelog FOR EACH ROW EXECUTE FUNCTION t();")]
    [InlineData("SELECT 1; ALTER TABLE changelog_undo ENABLE ROW LEVEL SECURITY;")]
    [InlineData("CREATE TABLE n (x int); INSERT INTO n VALUES (open.up());")]
    [InlineData("CREATE TABLE n (x int DEFAULT open.up()); INSERT INTO n DEFAULT VALUES;")]
    [InlineData("CREATE TABLE n AS SELECT open.up();")]
    [InlineData("CREATE TABLE n () INHERITS (changelog);")]
    [InlineData("CREATE VIEW n AS SELECT * FROM changelog_undo; GRANT UPDATE ON n TO {other};")]
    [InlineData("CREATE VIEW n AS SELECT * FROM changelog; CREATE VIEW m AS SELECT * FROM n; GRANT UPDATE (name) ON m TO {other};")]
    [InlineData("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; GRANT INSERT ON changelog TO {other};")]
    [InlineData("-- evolve-tx-off\nDO $$ BEGIN PERFORM open.up(); COMMIT; END $$;")]
    [InlineData("-- evolve-tx-off\nDO $$ BEGIN EXECUTE 'GRANT INSERT ON changelog TO {other}'; COMMIT; END $$;")]
    public async Task A_script_after_which_another_role_can_change_the_history_is_rolled_back(string script, params string[] options)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other} LOGIN; CREATE ROLE {group} LOGIN; GRANT {group} TO app; GRANT CREATE ON SCHEMA public TO {group}"));
        await database.ExecuteAsync(database.Named("CREATE SCHEMA open; CREATE FUNCTION open.up() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'GRANT INSERT ON public.changelog TO {other}'; RETURN 1; END $$"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__open.sql"] = database.Named(script), ["V3__b.sql"] = "CREATE TABLE b ();", ["V4__grant.sql"] = database.Named("GRANT SELECT ON b TO {other};") };
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(1, ["up", .. options]);

        Assert.StartsWith("error: V2__open.sql: after this script, another role could change the history", up.FirstError, StringComparison.Ordinal);
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        if (script.Contains("COMMIT", StringComparison.Ordinal))
        {
            // The grant is committed, so the other role may have used it. A later GRANT of a script must not hide that.
            await migrate.FailAsync(2, "up");
            return;
        }

        scripts["V2__open.sql"] = "CREATE TABLE c ();";
        await migrate.SucceedAsync("up");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_grant_of_another_session_during_a_script_with_a_GRANT_is_not_hidden()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other} LOGIN; CREATE ROLE {group}"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__grant.sql"] = database.Named("SELECT pg_advisory_xact_lock(1); GRANT ALL ON ALL TABLES IN SCHEMA public TO {group};");
        await using var gate = await database.ConnectAsync();
        await gate.ExecuteAsync("SELECT pg_advisory_lock(1)");
        await using var up = await migrate.StartAsync("up", "--lock-timeout=30s");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))");

        // The other session waits until the script's transaction has ended.
        await using var other = await database.ConnectAsync();
        var granting = other.ExecuteAsync(database.Named("GRANT INSERT ON changelog TO {other}"));
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(granting.IsCompleted);
        await gate.ExecuteAsync("SELECT pg_advisory_unlock(1)");

        Assert.Equal(0, await up.WaitAsync());
        await Record.ExceptionAsync(() => granting);
        Assert.Equal("", await database.ScalarAsync(database.Named("SELECT string_agg(grantee::regrole::text, ',') FROM pg_class, aclexplode(relacl) WHERE relname = 'changelog' AND grantee = '{group}'::regrole AND privilege_type <> 'SELECT'")));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE VIEW public.v AS SELECT * FROM public.changelog; GRANT INSERT ON public.v TO {other}", "{other} can write through the view public.v")]
    [InlineData("CREATE VIEW public.v AS SELECT * FROM public.changelog_undo; CREATE VIEW public.w AS SELECT * FROM public.v; GRANT UPDATE ON public.w TO PUBLIC", "PUBLIC can write through the view public.w")]
    [InlineData("CREATE VIEW public.u AS SELECT * FROM public.changelog; CREATE VIEW public.v AS SELECT * FROM public.u; CREATE VIEW public.w AS SELECT * FROM public.v; GRANT DELETE ON public.w TO {other}", "{other} can write through the view public.w")]
    public async Task A_view_through_which_another_role_can_write_is_found(string statements, string reason)
    {
        var (database, scripts, migrate) = await MigratedAsync(18);
        using var _ = scripts;
        await database.ExecuteAsync("CREATE VIEW harmless AS SELECT * FROM changelog; CREATE VIEW more AS SELECT * FROM harmless");
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT SELECT ON harmless, more TO {other}"));
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync(database.Named(statements));

        var up = await migrate.FailAsync(2, "up");

        Assert.Contains(database.Named(reason), up.Stderr, StringComparison.Ordinal);
        Assert.Contains("REVOKE INSERT, UPDATE, DELETE ON ", up.Stderr, StringComparison.Ordinal);
        await migrate.SucceedAsync("status");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Views_through_which_no_other_role_can_write_are_accepted(int major)
    {
        var (database, scripts, migrate) = await MigratedAsync(major);
        using var _ = scripts;

        // A view of a role that may not write to the table, and views that cannot be written to.
        await database.ExecuteAsSuperuserAsync(database.Named("""
            CREATE SCHEMA foreign_views AUTHORIZATION {other};
            SET ROLE {other};
            CREATE VIEW foreign_views." FROM app; GRANT app TO PUBLIC; --" AS SELECT * FROM public.changelog;
            GRANT INSERT ON foreign_views." FROM app; GRANT app TO PUBLIC; --" TO PUBLIC;
            """));
        scripts["V8__views.sql"] = database.Named("""
            CREATE VIEW newest AS SELECT max(id) FROM changelog; CREATE VIEW again AS SELECT * FROM newest; CREATE VIEW plain AS SELECT * FROM changelog; CREATE VIEW plainer AS SELECT * FROM plain;
            GRANT SELECT, INSERT ON newest, again TO {other}; GRANT SELECT ON plain, plainer TO {other}; GRANT SELECT (version, name) ON changelog, plain TO {other};
            """);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up");
    }

    [Fact(Timeout = Timeout)]
    public async Task Names_in_advice_are_not_cut()
    {
        var (database, scripts, migrate) = await MigratedAsync(18);
        using var _ = scripts;
        var view = new string('v', 61) + " x";
        await database.ExecuteAsync($"CREATE VIEW \"{view}\" AS SELECT * FROM changelog; GRANT INSERT ON \"{view}\" TO PUBLIC");

        var up = await migrate.FailAsync(2, "up");

        Assert.Contains($"REVOKE INSERT, UPDATE, DELETE ON public.\"{view}\" FROM PUBLIC;", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Trusted_roles_and_owners_are_accepted()
    {
        var (database, scripts, migrate) = await MigratedAsync(18);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT INSERT ON changelog TO {group}; GRANT UPDATE ON changelog_undo TO {other}"));

        await migrate.SucceedAsync("up", database.Named("--trust-role={group}"));
        await migrate.FailAsync(2, "up", "--trust-role=unrelated");

        await database.ExecuteAsSuperuserAsync(database.Named("ALTER TABLE changelog OWNER TO {other}; GRANT ALL ON changelog TO app"));
        await migrate.FailAsync(2, "up", database.Named("--trust-role={group}"));
        await migrate.SucceedAsync("up", database.Named("--trust-role={group}"), database.Named("--history-owner={other}"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_superuser_does_not_use_a_table_of_a_role_that_it_is_not_a_member_of()
    {
        var database = await server.CreateDatabaseAsync(18);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        await new Cli(database, scripts).SucceedAsync("up");
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.SuperuserUrl };

        await migrate.FailAsync(2, "up");
        await migrate.SucceedAsync("up", "--history-owner=app", "--schema=public");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_reader_is_told_that_row_level_security_hides_the_history()
    {
        var (database, scripts, migrate) = await MigratedAsync(18);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("""
            ALTER ROLE {other} LOGIN PASSWORD 'reader'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {other};
            ALTER TABLE changelog ENABLE ROW LEVEL SECURITY
            """));
        var reader = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(database.Named("{other}"), "reader") };

        foreach (var command in new[] { "wait --timeout=0s", "status" })
        {
            var result = await reader.FailAsync(2, command.Split(' '));
            Assert.Contains("row-level security hides rows from", result.Stderr, StringComparison.Ordinal);
        }

        await database.ExecuteAsSuperuserAsync("ALTER TABLE changelog DISABLE ROW LEVEL SECURITY");
        await reader.SucceedAsync("wait", "--timeout=0s");
        await reader.SucceedAsync("wait", "--timeout=0s", "--history-owner=app");
        await reader.FailAsync(2, "wait", "--timeout=0s", "--history-owner=postgres");
    }

    // When the server plans a query, it executes immutable functions in these expressions.
    [Theory(Timeout = Timeout)]
    [InlineData(13, "CREATE INDEX i ON changelog ((id + run(1)))")]
    [InlineData(18, "CREATE INDEX i ON changelog ((id + run(1)))")]
    [InlineData(18, "CREATE INDEX i ON changelog (id) WHERE run(id) > 0")]
    [InlineData(18, "CREATE STATISTICS st ON (id + run(1)), id FROM changelog")]
    [InlineData(18, "ALTER TABLE changelog ADD CHECK (run(id) > 0)")]
    [InlineData(18, "ALTER TABLE changelog ADD COLUMN g int GENERATED ALWAYS AS (run(id)) STORED")]
    public async Task A_reader_does_not_execute_expressions_of_a_table_that_another_role_has_created(int major, string change)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        await new Cli(database, scripts).SucceedAsync("up");
        await database.ExecuteAsSuperuserAsync(database.Named($$"""
            CREATE ROLE {other}; GRANT CREATE ON SCHEMA public TO {other}; ALTER TABLE changelog OWNER TO {other}; CREATE TABLE victims (role text); GRANT SELECT, INSERT ON victims TO PUBLIC;
            SET ROLE {other};
            CREATE FUNCTION note() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN IF current_user <> '{other}' THEN INSERT INTO public.victims VALUES (current_user); END IF; END $f$;
            CREATE FUNCTION run(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN PERFORM public.note(); RETURN n; END $f$;
            {{change}};
            """));

        foreach (var url in new[] { database.SuperuserUrl, database.Url })
        {
            var reader = new Cli(database, scripts) { ["DATABASE_URL"] = url };
            foreach (var command in new[] { "status", "wait --timeout=0s", "plan", "up" })
            {
                await reader.FailAsync(2, command.Split(' '));
            }
        }

        Assert.Empty(await database.RowsAsync("SELECT role FROM victims"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_reader_accepts_only_owners_that_it_can_trust_or_that_are_named()
    {
        var (database, scripts, _) = await MigratedAsync(18);
        using var __ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("REVOKE {group} FROM {other}; ALTER ROLE {other} LOGIN PASSWORD 'reader'; GRANT SELECT ON changelog TO {other}; REVOKE ALL ON changelog_audit, changelog_progress, changelog_undo FROM PUBLIC; ALTER TABLE changelog OWNER TO {group}"));
        var reader = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(database.Named("{other}"), "reader") };

        foreach (var command in new[] { "wait --timeout=0s", "status" })
        {
            var refused = await reader.FailAsync(2, command.Split(' '));
            Assert.EndsWith(database.Named("public.changelog: the owner is {group}"), refused.FirstError, StringComparison.Ordinal);
            Assert.Contains("next: If the owner is the right one, set --history-owner.\n", refused.Stderr, StringComparison.Ordinal);
        }

        await reader.SucceedAsync("wait", "--timeout=0s", database.Named("--history-owner={group}"));
        await database.ExecuteAsSuperuserAsync("ALTER TABLE changelog OWNER TO postgres");
        await reader.SucceedAsync("wait", "--timeout=0s");
        await database.ExecuteAsSuperuserAsync(database.Named("ALTER TABLE changelog OWNER TO {group}; ALTER SCHEMA public OWNER TO {group}"));
        await reader.FailAsync(2, "wait", "--timeout=0s");
        await database.ExecuteAsSuperuserAsync(database.Named($"ALTER DATABASE {database.Name} OWNER TO {{group}}"));
        await reader.SucceedAsync("wait", "--timeout=0s");
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task A_reader_does_not_believe_a_history_in_a_schema_that_another_role_has_created(int major)
    {
        var (database, scripts, _) = await MigratedAsync(major);
        using var __ = scripts;
        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await database.ExecuteAsSuperuserAsync(database.Named($$"""
            CREATE ROLE gate_{{database.Name}} LOGIN PASSWORD 'gate'; GRANT SELECT ON changelog TO PUBLIC;
            CREATE SCHEMA gate_{{database.Name}} AUTHORIZATION {other};
            SET ROLE {other};
            GRANT USAGE ON SCHEMA gate_{{database.Name}} TO PUBLIC;
            CREATE TABLE gate_{{database.Name}}.changelog AS SELECT * FROM public.changelog;
            INSERT INTO gate_{{database.Name}}.changelog SELECT id + 1, type, '2', 'b', 'V2__b.sql', '', installed_by, installed_on, true FROM public.changelog;
            GRANT SELECT ON gate_{{database.Name}}.changelog TO PUBLIC;
            """));
        var gate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf($"gate_{database.Name}", "gate") };

        foreach (var command in new[] { "wait --timeout=0s", "status --exit-code" })
        {
            Assert.Contains(database.Named("the owner is {other}"), (await gate.FailAsync(2, command.Split(' '))).Stderr, StringComparison.Ordinal);
        }

        await gate.FailAsync(5, "wait", "--timeout=0s", "--schema=public", "--history-owner=app");
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task A_first_run_does_not_trust_a_schema_that_another_role_has_created_for_it(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {other}; CREATE SCHEMA app AUTHORIZATION {other}; GRANT ALL ON SCHEMA app TO PUBLIC; GRANT CREATE ON SCHEMA public TO app"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);

        var refused = await migrate.FailAsync(2, "up");

        Assert.Contains(database.Named("{other} owns the schema, and can replace the table"), refused.Stderr, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE tablename = 'a'"));
        await migrate.SucceedAsync("up", database.Named("--trust-role={other}"));
    }

    // Up to PostgreSQL 15, a role with ADMIN OPTION can grant a role to the migration role, and then revoke it from itself.
    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task A_role_that_another_role_has_granted_to_the_migration_role_is_no_trusted_owner(int major)
    {
        var (database, scripts, migrate) = await MigratedAsync(major);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("""
            REVOKE {group} FROM {other}; GRANT {group} TO {other} WITH ADMIN OPTION; GRANT CREATE ON SCHEMA public TO {group};
            SET ROLE {other}; GRANT {group} TO app; RESET ROLE;
            ALTER TABLE changelog OWNER TO {group}; ALTER TABLE changelog_audit OWNER TO {group}; ALTER TABLE changelog_progress OWNER TO {group}; ALTER TABLE changelog_undo OWNER TO {group};
            """));
        if (major < 16)
        {
            await database.ExecuteAsSuperuserAsync(database.Named("REVOKE {group} FROM {other}"));
        }

        foreach (var command in new[] { "up", "plan", "down --to=0" })
        {
            Assert.Contains(database.Named("the owner is {group}"), (await migrate.FailAsync(2, command.Split(' '))).Stderr, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stored_undo_script_that_was_changed_is_restored_and_reported()
    {
        var (database, scripts, migrate) = await MigratedAsync(18);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync("UPDATE changelog_undo SET content = 'DROP TABLE a; SELECT 1/0;'");

        var restored = await migrate.SucceedAsync("up");

        Assert.Contains("the undo script of version 1 in \"public\".\"changelog_undo\" was different from U1__a.sql, and was replaced", restored.Stderr, StringComparison.Ordinal);
        Assert.Equal("DROP TABLE a;", await database.ScalarAsync("SELECT content FROM changelog_undo"));
        Assert.DoesNotContain("undo script", (await migrate.SucceedAsync("up")).Stderr, StringComparison.Ordinal);
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> MigratedAsync(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other}; CREATE ROLE {group}; GRANT {group} TO {other}"));
        var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["U1__a.sql"] = "DROP TABLE a;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        return (database, scripts, migrate);
    }
}
