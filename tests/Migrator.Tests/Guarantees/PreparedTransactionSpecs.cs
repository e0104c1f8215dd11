using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 7: if a prepared transaction holds the lock, the messages name it and the statements that end it.</summary>
public sealed class PreparedTransactionSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15, "INSERT INTO orders VALUES (2)", "ALTER TABLE orders ADD c int;", false)]
    [InlineData(18, "UPDATE orders SET id = 2", "UPDATE orders SET id = 3;", false)]
    [InlineData(18, "INSERT INTO orders VALUES (2)", "CREATE INDEX i ON orders (id);", true)]
    [InlineData(15, "LOCK TABLE orders IN SHARE MODE", "-- evolve-tx-off\nALTER TABLE orders ADD c int;", true)]
    public async Task A_prepared_transaction_that_holds_the_lock_is_named(int major, string prepared, string script, bool restarts)
    {
        await using var server = await StartAsync(major);
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1); CREATE TABLE other (id int)");
        await PrepareAsync(database, "INSERT INTO other VALUES (1)", "not this one");
        await PrepareAsync(database, prepared, "it''s paid");
        if (restarts)
        {
            await server.StopAsync(StopMode.Fast);
            await server.StartAgainAsync();
        }

        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };
        var migrate = new Cli(database, scripts);
        var up = await migrate.FailAsync(4, "up", "--lock-timeout=1s", "--lock-wait=2s");

        var holder = $"prepared transaction 'it''s paid' (owner {SharedServer.Role}, prepared at 20";
        Assert.Contains($"V1__x.sql waits for a lock that is held by {holder}", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"  detail: The lock is held by {holder}", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("run again: ROLLBACK PREPARED 'it''s paid'; or COMMIT PREPARED 'it''s paid';\n", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("not this one", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("Another session", up.Stderr, StringComparison.Ordinal);

        await database.ExecuteAsync("ROLLBACK PREPARED 'it''s paid'");
        await migrate.SucceedAsync("up", "--lock-wait=2s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_that_also_holds_the_lock_is_named_too()
    {
        await using var server = await StartAsync(15);
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE orders (id int)");
        await PrepareAsync(database, "SELECT FROM orders; SELECT txid_current()", "a b");
        await using var session = await database.ConnectAsync();
        await session.ExecuteAsync("BEGIN; SELECT FROM orders");
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "DROP TABLE orders;" };

        var up = await new Cli(database, scripts).FailAsync(4, "up", "--lock-timeout=1s", "--lock-wait=0s");

        Assert.Matches($"detail: The lock is held by pid {session.ProcessID} \\(.*\\), prepared transaction 'a b' \\(owner ", up.Stderr);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_prepared_transaction_that_holds_the_run_lock_is_named()
    {
        await using var own = await StartAsync(18);
        var database = await own.CreateDatabaseAsync();
        await PrepareAsync(database, "SELECT pg_advisory_xact_lock(12345)", "left behind");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };

        var up = await new Cli(database, scripts).FailAsync(4, "up", "--lock-wait=0s");

        Assert.Contains("a prepared transaction (left behind of app), which only COMMIT PREPARED or ROLLBACK PREPARED ends", up.Stderr, StringComparison.Ordinal);
    }

    private static Task<MigrationServer> StartAsync(int major) => MigrationServer.StartAsync(new PostgresOptions
    {
        Major = major,
        Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "5" },
    });

    private static async Task PrepareAsync(TestDatabase database, string statement, string transaction)
    {
        await using var session = await database.ConnectAsync();
        await session.ExecuteAsync("BEGIN");
        await session.ExecuteAsync(statement);
        await session.ExecuteAsync($"PREPARE TRANSACTION '{transaction}'");
    }
}
