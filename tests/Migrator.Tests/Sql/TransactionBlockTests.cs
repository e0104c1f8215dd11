using Migrator.Sql.Statements;
using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>
/// The statements that PostgreSQL refuses in a transaction block. Each one is also run on a server.
/// </summary>
public sealed class TransactionBlockTests
{
    private const string NotInTransaction = "25001";

    private static readonly string[] Refused =
    [
        "VACUUM", "vacuum (analyze) t", "VACUUM FULL t",
        "CREATE DATABASE d", "DROP DATABASE IF EXISTS d", "CREATE TABLESPACE x LOCATION '/nowhere'",
        "DROP TABLESPACE IF EXISTS x",
        "ALTER DATABASE postgres SET TABLESPACE pg_default", "ALTER DATABASE \"template1\" WITH TABLESPACE pg_default",
        "ALTER DATABASE template1 TABLESPACE pg_default",
        "ALTER SYSTEM SET work_mem = '8MB'", "alter system reset all", "DISCARD ALL",
        "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'",
        "CREATE INDEX CONCURRENTLY ON t (a)", "create /* x */ unique index concurrently if not exists i2 on t (a)",
        "DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY IF EXISTS nothing",
        "REINDEX INDEX CONCURRENTLY i", "REINDEX TABLE CONCURRENTLY t", "REINDEX (CONCURRENTLY) INDEX i",
        "REINDEX (VERBOSE, CONCURRENTLY ON) TABLE t",
        "REINDEX SCHEMA public", "REINDEX (VERBOSE) SCHEMA public", "REINDEX DATABASE postgres",
        "REINDEX SYSTEM postgres", "REINDEX SCHEMA CONCURRENTLY public",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "ALTER TABLE public.p DETACH PARTITION public.p1 CONCURRENTLY",
        "CLUSTER", "CLUSTER VERBOSE",
        "CREATE SUBSCRIPTION s2 CONNECTION 'port=1' PUBLICATION p",
        "CREATE SUBSCRIPTION s2 CONNECTION 'port=1' PUBLICATION p WITH (enabled = false)",
        "CREATE SUBSCRIPTION s2 CONNECTION 'port=1' PUBLICATION p WITH (create_slot, enabled = false)",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION s SET PUBLICATION q",
        "ALTER SUBSCRIPTION s ADD PUBLICATION r",
        "ALTER SUBSCRIPTION s ADD PUBLICATION r WITH (copy_data = false)",
    ];

    private static readonly string[] Allowed =
    [
        "SELECT 1", "CHECKPOINT", "ANALYZE t", "ANALYZE", "DISCARD PLANS", "DISCARD TEMP",
        "CREATE INDEX ON t (a)", "CREATE UNIQUE INDEX u ON t (a)", "DROP INDEX i", "CREATE TABLE vacuum (a int)",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "ALTER TYPE e ADD VALUE 'b'", "ALTER TABLE p DETACH PARTITION p1",
        "ALTER TABLE t SET (fillfactor = 50)",
        "ALTER DATABASE postgres SET work_mem = '8MB'", "ALTER DATABASE postgres CONNECTION LIMIT 50",
        "CREATE SUBSCRIPTION s2 CONNECTION 'port=1' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION s2 CONNECTION 'port=1' PUBLICATION p WITH (slot_name = NONE, enabled = 'off', create_slot = 'false', connect = 0)",
        "ALTER SUBSCRIPTION s DISABLE", "ALTER SUBSCRIPTION s SET PUBLICATION q WITH (refresh = false)",
        "ALTER SUBSCRIPTION s SET (synchronous_commit = off)",
        "ALTER SUBSCRIPTION s CONNECTION 'port=2'", "ALTER SUBSCRIPTION s OWNER TO CURRENT_USER",
        "ALTER SUBSCRIPTION s RENAME TO s3",
        "CREATE PUBLICATION p", "SAVEPOINT a", "LOCK TABLE t", "TRUNCATE t", "ALTER INDEX i RENAME TO i3",
        "CREATE SCHEMA x",
    ];

    private static readonly (string Statement, bool IsRefused)[] Depends =
    [
        ("REINDEX INDEX i", false), ("REINDEX TABLE t", false), ("REINDEX (CONCURRENTLY false) TABLE t", false),
        ("REINDEX (VERBOSE) INDEX i", false),
        ("REINDEX TABLE p", true), ("REINDEX INDEX pi", true), ("REINDEX (CONCURRENTLY off) INDEX pi", true),
        ("CLUSTER t USING i", false), ("CLUSTER VERBOSE t USING i", false), ("CLUSTER p USING pi", true),
        ("DROP SUBSCRIPTION s", true), ("DROP SUBSCRIPTION IF EXISTS nothing", false),
    ];

    [Fact(Timeout = 10_000)]
    public void Refused_statements_are_detected_by_their_syntax()
    {
        Assert.All(Refused, s => Assert.Equal(TransactionBlockRule.Refused, TransactionBlock.Of(s)));
        Assert.All(Refused, s => Assert.True(StatementKind.CannotRunInTransaction(s)));
        Assert.All(Allowed, s => Assert.Equal(TransactionBlockRule.Allowed, TransactionBlock.Of(s)));
        Assert.All(Depends, s => Assert.Equal(TransactionBlockRule.DependsOnCatalog, TransactionBlock.Of(s.Statement)));
        Assert.All(Depends, s => Assert.False(StatementKind.CannotRunInTransaction(s.Statement)));

        // Not in PostgreSQL 15.
        Assert.Equal(TransactionBlockRule.Refused, TransactionBlock.Of("CLUSTER (VERBOSE)"));
        Assert.Equal(TransactionBlockRule.DependsOnCatalog, TransactionBlock.Of("ALTER SUBSCRIPTION s SET (failover = true)"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_server_refuses_the_same_statements(int major)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(
            new PostgresOptions
            {
                Major = major,
                Settings = new Dictionary<string, string>
                {
                    ["max_prepared_transactions"] = "2",
                    ["max_logical_replication_workers"] = "0",
                    ["wal_level"] = "logical",
                },
            },
            cancellation);
        await server.ExecuteAsync("""
            CREATE TABLE t (a int); CREATE INDEX i ON t (a);
            CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX pi ON p (a);
            CREATE TYPE e AS ENUM ('a'); CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE UNIQUE INDEX vi ON v (a);
            CREATE SUBSCRIPTION s CONNECTION 'port=1' PUBLICATION p WITH (connect = false); ALTER SUBSCRIPTION s ENABLE;
            """, cancellationToken: cancellation);
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync(cancellation);

        (string Statement, bool IsRefused)[] expected = [.. Refused.Select(s => (s, true)), .. Allowed.Select(s => (s, false)), .. Depends];
        var seen = new List<(string, bool)>();
        foreach (var (statement, _) in expected)
        {
            seen.Add((statement, await TryAsync(connection, statement) == NotInTransaction));
        }

        Assert.Equal(expected, seen);
    }

    // Returns the SQLSTATE if the statement fails inside a transaction block, and rolls it back.
    private static async Task<string?> TryAsync(NpgsqlConnection connection, string statement)
    {
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(statement, connection, transaction);
        try
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return null;
        }
        catch (PostgresException e)
        {
            Assert.False(e.SqlState.StartsWith("42601", StringComparison.Ordinal), $"{statement}: {e.MessageText}");
            return e.SqlState;
        }
    }
}
