using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

public sealed class StatementKindTests
{
    public static TheoryData<string, string> TransactionStatements => new()
    {
        { "BEGIN", nameof(TransactionControl.Begin) },
        { "begin transaction isolation level serializable", nameof(TransactionControl.Begin) },
        { "/* x */ BEGIN -- y", nameof(TransactionControl.Begin) },
        { "START TRANSACTION READ ONLY", nameof(TransactionControl.Begin) },
        { "start /**/ transaction", nameof(TransactionControl.Begin) },
        { "COMMIT", nameof(TransactionControl.Commit) },
        { "COMMIT WORK AND CHAIN", nameof(TransactionControl.Commit) },
        { "END", nameof(TransactionControl.Commit) },
        { "End Transaction", nameof(TransactionControl.Commit) },
        { "ROLLBACK", nameof(TransactionControl.Rollback) },
        { "ROLLBACK WORK", nameof(TransactionControl.Rollback) },
        { "ROLLBACK TRANSACTION AND NO CHAIN", nameof(TransactionControl.Rollback) },
        { "ABORT", nameof(TransactionControl.Rollback) },
        { "PREPARE TRANSACTION 'x'", nameof(TransactionControl.Prepare) },
        { "COMMIT PREPARED 'x'", nameof(TransactionControl.FinishPrepared) },
        { "ROLLBACK PREPARED 'x'", nameof(TransactionControl.FinishPrepared) },
        { "ROLLBACK TO a", nameof(TransactionControl.None) },
        { "ROLLBACK WORK TO SAVEPOINT a", nameof(TransactionControl.None) },
        { "ROLLBACK TRANSACTION TO a", nameof(TransactionControl.None) },
        { "SAVEPOINT a", nameof(TransactionControl.None) },
        { "RELEASE SAVEPOINT a", nameof(TransactionControl.None) },
        { "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", nameof(TransactionControl.None) },
        { "PREPARE transaction AS SELECT 1", nameof(TransactionControl.None) },
        { "PREPARE transaction (int) AS SELECT $1", nameof(TransactionControl.None) },
        { "\"begin\"", nameof(TransactionControl.None) },
        { "beginning", nameof(TransactionControl.None) },
        { "SELECT 'BEGIN'", nameof(TransactionControl.None) },
        { "DO $$ BEGIN COMMIT; END $$", nameof(TransactionControl.None) },
        { "START", nameof(TransactionControl.None) },
        { "", nameof(TransactionControl.None) },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(TransactionStatements))]
    public void A_statement_has_this_effect_on_its_transaction(string statement, string control)
    {
        Assert.Equal(control, StatementKind.TransactionControlOf(statement).ToString());
        Assert.Equal(control != "None", StatementKind.IsTransactionControl(statement));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("COPY t FROM STDIN", true)]
    [InlineData("/* x */ copy /* y */ t (a, b) from\nstdin with (format csv)", true)]
    [InlineData("COPY \"from\" FROM stdin", true)]
    [InlineData("COPY t TO STDOUT", false)]
    [InlineData("COPY t FROM 'stdin'", false)]
    [InlineData("COPY (SELECT 1 FROM stdin) TO STDOUT", false)]
    [InlineData("SELECT 1 FROM stdin", false)]
    [InlineData("", false)]
    public void Only_copy_from_stdin_is_followed_by_data(string statement, bool follows) =>
        Assert.Equal(follows, StatementKind.IsCopyFromStdin(statement));

    [Theory(Timeout = 10_000)]
    [InlineData("DISCARD ALL", true)]
    [InlineData("discard /* x */ all", true)]
    [InlineData("DISCARD PLANS", false)]
    [InlineData("SELECT pg_advisory_unlock_all()", true)]
    [InlineData("select pg_catalog.PG_ADVISORY_UNLOCK_ALL ()", true)]
    [InlineData("SELECT \"pg_advisory_unlock_all\"()", true)]
    [InlineData("DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$", true)]
    [InlineData("SELECT 'pg_advisory_unlock_all'", false)]
    [InlineData("SELECT 1 -- pg_advisory_unlock_all", false)]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_unlock_all() $$", false)]
    [InlineData("SELECT pg_advisory_unlock(1)", false)]
    [InlineData("SELECT my_pg_advisory_unlock_all()", false)]
    public void Statements_that_release_session_locks_are_detected(string statement, bool releases) =>
        Assert.Equal(releases, StatementKind.ReleasesSessionLocks(statement));
}
