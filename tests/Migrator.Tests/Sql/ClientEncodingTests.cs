using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

public sealed class ClientEncodingTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("SET client_encoding = 'LATIN1'", "LATIN1", 0)]
    [InlineData("set session Client_Encoding to win1252", "win1252", 0)]
    [InlineData("SET LOCAL \"client_encoding\" TO \"latin9\"", "latin9", 0)]
    [InlineData("SET client_encoding = E'SQL_ASCII'", "SQL_ASCII", 0)]
    [InlineData("SET NAMES 'EUC_JP'", "EUC_JP", 0)]
    [InlineData("SET SESSION NAMES $$latin1$$", "latin1", 0)]
    [InlineData("SELECT pg_catalog.set_config('client_encoding', 'LATIN1', false)", "LATIN1", 18)]
    [InlineData("WITH x AS (SELECT set_config('Client_Encoding', current_setting('a.b'), true)) SELECT 1", "current_setting", 18)]
    [InlineData("ALTER ROLE app SET client_encoding = 'LATIN1'", "LATIN1", 15)]
    [InlineData("ALTER DATABASE app SET client_encoding TO 'BIG5'", "BIG5", 19)]
    [InlineData("ALTER SYSTEM SET client_encoding TO LATIN2", "latin2", 13)]
    [InlineData("ALTER FUNCTION f(int) SET client_encoding TO 'LATIN1'", "LATIN1", 22)]
    [InlineData("DO $x$ BEGIN SET client_encoding = 'LATIN1'; END $x$", "LATIN1", 13)]
    [InlineData("DO LANGUAGE plpgsql $$ BEGIN PERFORM 1; PERFORM set_config('client_encoding', 'KOI8R', true); END $$", "KOI8R", 48)]
    public void A_statement_that_sets_another_encoding_is_found(string statement, string value, int offset)
        => Assert.Equal((offset, value), ClientEncoding.FindOther(statement));

    [Theory(Timeout = 10_000)]
    [InlineData("SET client_encoding = 'UTF8'")]
    [InlineData("SET client_encoding TO utf8")]
    [InlineData("SET client_encoding TO \"UTF-8\"")]
    [InlineData("SET LOCAL client_encoding = 'Unicode'")]
    [InlineData("SET NAMES 'utf-8'")]
    [InlineData("SET NAMES DEFAULT")]
    [InlineData("SET NAMES")]
    [InlineData("SET client_encoding TO DEFAULT")]
    [InlineData("ALTER FUNCTION f() SET client_encoding FROM CURRENT")]
    [InlineData("RESET client_encoding")]
    [InlineData("SELECT set_config('client_encoding', 'UTF8', false)")]
    [InlineData("SELECT set_config('search_path', 'client_encoding', false)")]
    [InlineData("UPDATE settings SET client_encoding = 'LATIN1'")]
    [InlineData("DO $$ BEGIN UPDATE settings SET client_encoding = 'LATIN1'; END $$")]
    [InlineData("INSERT INTO t VALUES ('SET client_encoding = LATIN1')")]
    [InlineData("SHOW client_encoding")]
    [InlineData("SET search_path = names")]
    [InlineData("DO ''")]
    public void Any_other_statement_is_allowed(string statement)
        => Assert.Null(ClientEncoding.FindOther(statement));
}
