using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>A relation of another role that has the name of a history table is never read, whenever it gets the name.</summary>
public sealed class HostileTableSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // A view with the columns of the history. Reading it calls a function of its owner.
    private const string EvilView = """
        CREATE ROLE {other} LOGIN; GRANT CREATE ON SCHEMA public TO {other}, app; SET ROLE {other};
        CREATE FUNCTION evil() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE WARNING ''EVIL''; RETURN true; END';
        CREATE VIEW evil AS SELECT 1 AS id, 0::smallint AS type, '1'::text AS version, ''::text AS description, ''::text AS name, ''::text AS checksum,
            ''::text AS installed_by, now()::timestamp AS installed_on, evil() AS success;
        GRANT SELECT ON evil TO PUBLIC;
        """;

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("plan")]
    [InlineData("status")]
    public async Task A_view_that_gets_the_name_of_the_history_again_and_again_is_never_read(string command)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named(EvilView));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var renaming = RenameAsync();

        for (var i = 0; i < 10; i++)
        {
            var result = await new Cli(database, scripts).RunAsync(command);
            Assert.True(result.ExitCode is 0 or 2 or 1, result.ToString());
            Assert.DoesNotContain("EVIL", result.ToString(), StringComparison.Ordinal);
        }

        await end.CancelAsync();
        await renaming;

        async Task RenameAsync()
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    await database.ExecuteAsSuperuserAsync(database.Named("SET ROLE {other}; ALTER VIEW evil RENAME TO changelog"));
                    await database.ExecuteAsSuperuserAsync(database.Named("SET ROLE {other}; ALTER VIEW changelog RENAME TO evil"));
                }
                catch (Exception e) when (e is PostgresException or OperationCanceledException)
                {
                    // The run has created the table.
                    return;
                }
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_checks_the_history_before_each_read()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named(EvilView + "CREATE TABLE changelog AS SELECT * FROM evil WHERE false; GRANT SELECT ON changelog TO PUBLIC;"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var run = await new Cli(database, scripts).StartAsync("wait", "--timeout=20s", database.Named("--history-owner={other}"));
        await run.SaysAsync("waiting for V1__a.sql");

        await database.ExecuteAsSuperuserAsync(database.Named("SET ROLE {other}; ALTER TABLE changelog RENAME TO old; ALTER VIEW evil RENAME TO changelog"));

        Assert.Equal(2, await run.WaitAsync());
        Assert.DoesNotContain("EVIL", run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Reading_the_history_runs_no_cast_of_another_role()
    {
        // A column of a type with an implicit cast to boolean: the cast function would run in WHERE success.
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named("""
            CREATE ROLE {other} LOGIN; GRANT CREATE ON SCHEMA public TO {other}, app; SET ROLE {other};
            CREATE TYPE e AS ENUM ('yes');
            CREATE FUNCTION f(e) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''EVIL''; END';
            CREATE CAST (e AS boolean) WITH FUNCTION f(e) AS IMPLICIT;
            CREATE TABLE changelog (id int, type smallint, version text, description text, name text, checksum text, installed_by text, installed_on timestamp, success e);
            INSERT INTO changelog VALUES (1, 0, '1', '', '', '', '', now(), 'yes'); GRANT SELECT ON changelog TO PUBLIC;
            """));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);

        foreach (var command in new[] { "up", "plan", "status", "wait --timeout=0s" })
        {
            var result = await migrate.FailAsync(2, command.Split(' '));
            Assert.DoesNotContain("EVIL", result.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE VIEW w AS SELECT * FROM flyway_schema_history; GRANT INSERT ON w TO {other}", "{other} can write through the view public.w")]
    [InlineData("CREATE VIEW w AS SELECT * FROM flyway_schema_history; CREATE VIEW v AS SELECT * FROM w; GRANT UPDATE (success) ON v TO PUBLIC", "PUBLIC can write through the view public.v")]
    [InlineData("GRANT UPDATE (success) ON flyway_schema_history TO {other}", "{other} can write")]
    public async Task A_history_of_Flyway_that_another_role_can_write_to_is_not_adopted(string statements, string reason)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {other} LOGIN; GRANT CREATE ON SCHEMA public TO app"));
        await database.ExecuteAsync(database.Named("""
            CREATE TABLE flyway_schema_history (installed_rank int, version text, type text, script text, checksum int, success bool);
            INSERT INTO flyway_schema_history VALUES (1, '1', 'SQL', 'V1__a.sql', NULL, true);
            """ + statements));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };

        var result = await new Cli(database, scripts).FailAsync(2, "baseline", "--from-flyway");

        Assert.Contains(database.Named(reason), result.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE VIEW flyway_schema_history AS SELECT 1 AS installed_rank, '1'::text AS version, 'SQL'::text AS type, 'V1__a.sql'::text AS script, NULL::int AS checksum, evil() AS success")]
    [InlineData("CREATE TABLE flyway_schema_history (installed_rank int, version text, type text, script text, checksum int, success bool); INSERT INTO flyway_schema_history VALUES (1, '1', 'SQL', 'V1__a.sql', NULL, true); GRANT SELECT ON flyway_schema_history TO PUBLIC")]
    public async Task A_history_of_Flyway_that_another_role_owns_is_not_adopted(string create)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named($"""
            CREATE ROLE {"{other}"} LOGIN; GRANT CREATE ON SCHEMA public TO {"{other}"}, app; SET ROLE {"{other}"};
            CREATE FUNCTION evil() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''EVIL''; END';
            {create}; GRANT SELECT ON flyway_schema_history TO PUBLIC;
            """));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };

        var result = await new Cli(database, scripts).FailAsync(2, "baseline", "--from-flyway");

        Assert.Contains("another role could change the history", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("EVIL", result.Stderr, StringComparison.Ordinal);
    }
}
