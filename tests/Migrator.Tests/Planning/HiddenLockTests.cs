using Migrator.Planning;
using Xunit;

namespace Migrator.Tests.Planning;

/// <summary>The statements that can lock tables that their syntax does not name.</summary>
public sealed class HiddenLockTests
{
    [Theory]
    [InlineData("DO $$ BEGIN NULL; END $$", "Statement")]
    [InlineData("call refresh()", "Statement")]
    [InlineData("DROP TYPE mood CASCADE", "Statement")]
    [InlineData("DROP SCHEMA IF EXISTS app /* with tables */ cascade", "Statement")]
    [InlineData("DROP TABLE customers CASCADE", "Statement")]
    [InlineData("TRUNCATE customers RESTART IDENTITY CASCADE", "Statement")]
    [InlineData("ALTER TABLE customers DROP CONSTRAINT pk CASCADE", "Statement")]
    [InlineData("ALTER DOMAIN positive ADD CHECK (VALUE > 0)", "Statement")]
    [InlineData("DROP OWNED BY app", "Statement")]
    [InlineData("DROP EXTENSION postgis", "Statement")]
    [InlineData("CREATE EXTENSION postgis", "Statement")]
    [InlineData("ALTER TABLE ALL IN TABLESPACE old SET TABLESPACE new", "Statement")]
    [InlineData("SELECT refresh()", "Query")]
    [InlineData("SELECT app.now()", "Query")]
    [InlineData("SELECT count(*), \"Refresh\"(1) FROM orders", "Query")]
    [InlineData("WITH x AS (SELECT refresh(id) FROM orders) SELECT 1", "Query")]
    [InlineData("SELECT pg_sleep(2)", "None")]
    [InlineData("SELECT pg_catalog.set_config('search_path', '', false)", "None")]
    [InlineData("SELECT count(*) FROM orders WHERE id IN (SELECT max(id) FROM orders) AND (a = 1 OR exists (SELECT 1))", "None")]
    [InlineData("WITH x AS (SELECT 1) SELECT * FROM x", "None")]
    [InlineData("DROP FUNCTION refresh()", "None")]
    [InlineData("DROP TABLE cascade_rules", "None")]
    [InlineData("ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers ON DELETE CASCADE ON UPDATE CASCADE", "None")]
    [InlineData("CREATE TABLE lines (o int REFERENCES orders ON DELETE CASCADE)", "None")]
    [InlineData("INSERT INTO orders VALUES (1)", "None")]
    public void The_statements_with_hidden_locks_are_known(string statement, string expected)
        => Assert.Equal(expected, HiddenLock.Of(statement).ToString());
}
