using Migrator.Sql.Statements;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Sql;

public sealed class ConcurrentStatementTests(SharedServer server)
{
    public static TheoryData<string, string> Statements => new()
    {
        { "CREATE INDEX CONCURRENTLY i ON t (a)", "CreateIndex index \"i\" table \"t\"" },
        { "create unique index concurrently if not exists I on only T using btree (a)", "CreateIndex index \"i\" table \"t\"" },
        { "CREATE INDEX CONCURRENTLY ON s.t (a)", "CreateIndex table \"s\".\"t\"" },
        { "CREATE INDEX CONCURRENTLY \"My \"\"I\" ON \"S\".\"My T\" (a)", "CreateIndex index \"My \"\"I\" table \"S\".\"My T\"" },
        { "CREATE INDEX /* a */ CONCURRENTLY -- b\n i ON d.s.t (a)", "CreateIndex index \"i\" table \"s\".\"t\"" },
        { "CREATE INDEX CONCURRENTLY if ON t (a)", "CreateIndex index \"if\" table \"t\"" },
        { "CREATE INDEX CONCURRENTLY \"on\" ON t (a)", "CreateIndex index \"on\" table \"t\"" },
        { "CREATE INDEX CONCURRENTLY s.i ON t (a)", "CreateIndex index \"s\".\"i\" table \"t\"" },
        { "CREATE INDEX CONCURRENTLY Größe ON Äpfel (a)", "CreateIndex index \"größe\" table \"Äpfel\"" },
        { "CREATE INDEX CONCURRENTLY U&\"d\\0061t\\+000061\" ON U&\"t!0061\" UESCAPE '!' (a)", "CreateIndex index \"data\" table \"ta\"" },
        { "CREATE INDEX CONCURRENTLY i ON ONLY (t) (a)", "CreateIndex index \"i\" table \"t\"" },
        { "DROP INDEX CONCURRENTLY i", "DropIndex index \"i\"" },
        { "DROP INDEX CONCURRENTLY IF EXISTS s.\"I\" CASCADE", "DropIndex index \"s\".\"I\"" },
        { "REINDEX INDEX CONCURRENTLY i", "Reindex index \"i\"" },
        { "REINDEX (VERBOSE) TABLE CONCURRENTLY s.t", "Reindex table \"s\".\"t\"" },
        { "reindex (concurrently, verbose off) index i", "Reindex index \"i\"" },
        { "REINDEX (CONCURRENTLY true) TABLE t", "Reindex table \"t\"" },
        { "REINDEX (TABLESPACE x, CONCURRENTLY 'on') TABLE t", "Reindex table \"t\"" },
        { "REINDEX SCHEMA CONCURRENTLY s", "Reindex" },
        { "ALTER TABLE p DETACH PARTITION c CONCURRENTLY", "DetachPartition table \"p\" partition \"c\"" },
        { "ALTER TABLE IF EXISTS s.p DETACH PARTITION s.c CONCURRENTLY", "DetachPartition table \"s\".\"p\" partition \"s\".\"c\"" },
        { "CREATE INDEX i ON t (a)", "none" },
        { "CREATE INDEX \"concurrently\" ON t (a)", "none" },
        { "DROP INDEX i", "none" },
        { "REINDEX INDEX i", "none" },
        { "REINDEX (CONCURRENTLY false) INDEX i", "none" },
        { "REINDEX (CONCURRENTLY 0) INDEX i", "none" },
        { "REINDEX (concurrently OFF, VERBOSE) INDEX i", "none" },
        { "ALTER TABLE p DETACH PARTITION c", "none" },
        { "ALTER TABLE p DETACH PARTITION c FINALIZE", "none" },
        { "ALTER TABLE p DETACH PARTITION concurrently", "none" },
        // PostgreSQL allows it in a transaction block.
        { "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "none" },
        { "SELECT 'CREATE INDEX CONCURRENTLY i ON t (a)'", "none" },
        { "CREATE INDEX", "none" },
        { "REINDEX (", "none" },
        { "", "none" },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Statements))]
    public void A_CONCURRENTLY_statement_is_recognized_and_its_names_are_parsed(string statement, string description)
    {
        var found = ConcurrentStatement.Parse(statement);

        Assert.Equal(description, found is null ? "none" : Describe(found));
        Assert.Equal(found is not null, StatementKind.RunsConcurrently(statement));
    }

    [Fact(Timeout = 60_000)]
    public async Task Index_names_are_the_same_as_in_the_catalog()
    {
        string[] names =
        [
            "plain", "MixedCase", "\"MixedCase\"", "\"with \"\"quotes\"\"\"", "größe", "ÄÖÜ", "a$b$c", "_x", "\"a.b\"",
            "\U0001F418",
            "U&\"d\\0061t\\+000061\"", "u&\"\\\\ \\00e9\"", "U&\"\\D83D\\DC18\"", new string('x', 70), $"\"{new string('é', 40)}\"",
            $"\"{new string('x', 62)}é\"", string.Concat(Enumerable.Repeat("\U0001F418", 20)), "U&\"!0061\" UESCAPE '!'",
        ];
        var database = await server.CreateDatabaseAsync();

        foreach (var name in names)
        {
            await database.ExecuteAsync("DROP TABLE IF EXISTS t; CREATE TABLE t (a int);");
            var statement = $"CREATE INDEX CONCURRENTLY {name} ON t (a)";
            await database.ExecuteAsync(statement);

            var index = await database.ScalarAsync("SELECT relname FROM pg_class WHERE oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 't'::regclass)");
            Assert.Equal(index, ConcurrentStatement.Parse(statement)?.Index?.Name);
        }
    }

    private static string Describe(ConcurrentStatement statement)
    {
        string[] parts =
        [
            statement.Action.ToString(),
            statement.Index is { } index ? $"index {index}" : "",
            statement.Table is { } table ? $"table {table}" : "",
            statement.Partition is { } partition ? $"partition {partition}" : "",
        ];
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }
}
