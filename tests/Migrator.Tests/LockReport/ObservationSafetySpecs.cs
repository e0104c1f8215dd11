using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.LockReport;

/// <summary>Observation does not make a migration fail, and does not change its effects.</summary>
public sealed class ObservationSafetySpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_refuses_the_query_is_migrated_without_observation()
    {
        var database = await OrdersAsync();
        await database.ExecuteAsSuperuserAsync("REVOKE EXECUTE ON FUNCTION pg_lock_status() FROM PUBLIC");
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE orders ADD c int;" };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("stopped observing the locks of migrations: permission denied for function pg_lock_status\n", up.Stderr);
        Assert.Equal("V1__x.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("-- evolve-tx-off\n")]
    [InlineData("-- evolve-tx-off\nBEGIN;\n")]
    public async Task A_script_runs_again_without_observation_if_the_server_refuses_a_query(string head)
    {
        var database = await OrdersAsync();
        await database.ExecuteAsSuperuserAsync($"""
            REVOKE EXECUTE ON FUNCTION pg_lock_status() FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION pg_lock_status() TO {SharedServer.Role};
            CREATE ROLE {database.Name}_weak;
            GRANT {database.Name}_weak TO {SharedServer.Role};
            """);
        await database.ExecuteAsync($"GRANT ALL ON orders TO {database.Name}_weak; GRANT CREATE, USAGE ON SCHEMA public TO {database.Name}_weak");
        var tail = head.EndsWith("BEGIN;\n", StringComparison.Ordinal) ? "\nCOMMIT;" : "";
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = $"{head}SET ROLE {database.Name}_weak;\nINSERT INTO orders VALUES (101, 'once');{tail}",
            ["V2__x.sql"] = "ALTER TABLE orders ADD c int;",
        };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("stopped observing the locks of migrations: permission denied for function pg_lock_status\n", up.Stderr);
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM orders WHERE note = 'once'"));
        Assert.Equal("V1__x.sql,V2__x.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nALTER TABLE orders ADD c int;\nSELECT count(*) FROM orders;")]
    [InlineData("LOCK TABLE orders;\nSET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE;\nALTER TABLE orders ADD c int;")]
    [InlineData("CREATE TABLE fresh ();\nALTER TABLE orders ADD b int;\nset local transaction isolation level repeatable read;", 25001)]
    [InlineData("SAVEPOINT s;\nALTER TABLE orders ADD b int;\nROLLBACK TO s;\nALTER TABLE orders ADD c int;")]
    [InlineData("SET search_path = nowhere;\nALTER TABLE public.orders ADD c int;\nSET SESSION AUTHORIZATION DEFAULT;")]
    [InlineData("CREATE FUNCTION public.now() RETURNS text LANGUAGE sql RETURN 'mine';\nSET search_path = public, pg_catalog;\nCREATE TABLE fresh ();\nALTER TABLE orders ADD c int;")]
    [InlineData("SELECT id AS migrate_look, note FROM orders;\nCREATE TABLE fresh ();\nALTER TABLE orders ADD c int;")]
    [InlineData("COPY orders FROM STDIN;\n101\tx\n\\.\nALTER TABLE orders ADD c int;")]
    [InlineData("ALTER TABLE orders ADD c int;\nCOPY orders (id) FROM STDIN;\n101\n102\n\\.")]
    [InlineData("ALTER TABLE orders RENAME TO purchases;\nALTER TABLE purchases RENAME TO orders;\nALTER TABLE orders ADD c int;")]
    public async Task A_script_has_the_same_effect_with_and_without_observation(string script, int refused = 0)
    {
        foreach (var observe in new[] { "false", "true" })
        {
            var database = await OrdersAsync();
            using var scripts = new ScriptFolder { ["V1__x.sql"] = script };
            var migrate = new Cli(database, scripts) { ["MIGRATE_NO_OBSERVE"] = observe };
            if (refused != 0)
            {
                Assert.Contains($"V1__x.sql:3:1: ", (await migrate.FailAsync(1, "up")).Stderr, StringComparison.Ordinal);
                continue;
            }

            await migrate.SucceedAsync("up");
            Assert.Equal("c", await database.ScalarAsync("SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass ORDER BY attnum DESC LIMIT 1"));
            Assert.Equal("V1__x.sql", await database.HistoryAsync());
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Errors_and_notices_keep_their_places_with_observation()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "ALTER TABLE orders ADD a int;\nCREATE TABLE fresh ();\nALTER TABLE orders ADD b int;\nDO $$ BEGIN RAISE WARNING 'here'; END $$;\nALTER TABLE orders ADD a int;\nSELECT 1;",
        };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains("V1__x.sql:4:1: WARNING: here\n", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("error: V1__x.sql:5:1: column \"a\" of relation \"orders\" already exists (SQLSTATE 42701)\n", up.Stderr, StringComparison.Ordinal);
    }

    private async Task<TestDatabase> OrdersAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE orders (id int, note text); INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 100) i");
        return database;
    }
}
