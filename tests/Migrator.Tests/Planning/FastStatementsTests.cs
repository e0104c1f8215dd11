using Migrator.Planning;
using Migrator.Sql.Changes;
using Xunit;

namespace Migrator.Tests.Planning;

/// <summary>
/// The statements that are expected to be fast, judging from their syntax. The run has created <c>fresh</c> and <c>app.lines</c>;
/// <c>old</c> existed before.
/// </summary>
public sealed class FastStatementsTests
{
    [Theory]
    [InlineData("CREATE TABLE t (id int DEFAULT nextval('s'), at timestamptz DEFAULT now())")]
    [InlineData("CREATE INDEX i ON fresh USING btree (x)")]
    [InlineData("INSERT INTO fresh VALUES (1, 'from old', gen_random_uuid())")]
    [InlineData("INSERT INTO fresh SELECT l.x FROM ONLY app.lines AS l, fresh f JOIN app.lines ON true")]
    [InlineData("INSERT INTO fresh SELECT x FROM (SELECT x FROM app.lines) AS s")]
    [InlineData("UPDATE fresh SET x = 1 FROM app.lines WHERE lines.x = fresh.x")]
    [InlineData("DELETE FROM fresh USING app.lines")]
    [InlineData("CREATE VIEW v AS SELECT * FROM public.fresh")]
    [InlineData("/* first */ comment on column fresh.x is 'from old'")]
    [InlineData("CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM old $$")]
    [InlineData("CREATE VIEW v AS SELECT * FROM fresh LEFT JOIN app.lines USING (x)")]
    [InlineData("ALTER TABLE fresh ADD y int, ADD CHECK (y > 0)")]
    [InlineData("DROP TABLE fresh")]
    [InlineData("SET search_path = app")]
    [InlineData("GRANT SELECT ON fresh TO public")]
    public void Statement_is_expected_to_be_fast(string statement) => Assert.True(IsFast(statement));

    [Theory]
    [InlineData("INSERT INTO fresh SELECT x FROM old")]
    [InlineData("INSERT INTO fresh SELECT x FROM lines")]
    [InlineData("INSERT INTO fresh SELECT x FROM fresh, old")]
    [InlineData("INSERT INTO fresh SELECT x FROM fresh f, app.lines AS l, old")]
    [InlineData("INSERT INTO fresh SELECT x FROM fresh JOIN old ON true")]
    [InlineData("INSERT INTO fresh SELECT x FROM (SELECT x FROM old) AS s")]
    [InlineData("INSERT INTO fresh SELECT 1 FROM generate_series(1, 1000000000)")]
    [InlineData("INSERT INTO fresh SELECT 1 FROM fresh, LATERAL pg_sleep(1)")]
    [InlineData("CREATE TABLE t AS SELECT * FROM other.lines")]
    [InlineData("CREATE MATERIALIZED VIEW v AS SELECT * FROM old")]
    [InlineData("UPDATE fresh SET x = (SELECT max(x) FROM old)")]
    [InlineData("DELETE FROM fresh USING old")]
    [InlineData("SELECT * FROM fresh")]
    [InlineData("ALTER VIEW v SET (security_barrier)")]
    [InlineData("DROP SCHEMA app CASCADE")]
    [InlineData("DROP FUNCTION f() CASCADE")]
    [InlineData("ANALYZE")]
    [InlineData("LOCK TABLE fresh, old")]
    [InlineData("REFRESH MATERIALIZED VIEW v")]
    [InlineData("NOTIFY x")]
    [InlineData("")]
    public void Statement_may_be_slow(string statement) => Assert.False(IsFast(statement));

    private static bool IsFast(string statement)
    {
        var tables = new NewTables();
        foreach (var change in StatementChanges.Of("CREATE TABLE fresh (x int)").Concat(StatementChanges.Of("CREATE TABLE app.lines (x int)")))
        {
            tables.Add(tables.Names.Resolve([change])[0]);
        }

        return FastStatements.IsFast(statement, StatementChanges.Of(statement), tables);
    }
}
