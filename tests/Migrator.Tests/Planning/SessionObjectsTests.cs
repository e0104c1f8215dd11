using System.Text;
using Migrator.Planning;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Planning;

/// <summary>A script that runs outside a transaction must not depend on objects of its session: a run that resumes it does not have them.</summary>
public sealed class SessionObjectsTests
{
    private static readonly string[] s_refused =
    [
        "CREATE TEMP TABLE a (x int); INSERT INTO a VALUES (1);",
        "CREATE TEMPORARY TABLE IF NOT EXISTS a AS SELECT 1; SELECT 2; UPDATE t SET x = 1 FROM A;",
        "CREATE LOCAL TEMP TABLE \"A b\" (); DROP TABLE \"A b\";",
        "CREATE TABLE pg_temp.a (); SELECT * FROM pg_temp.a;",
        "SELECT 1 AS x INTO TEMP a; DELETE FROM a;",
        "CREATE OR REPLACE TEMP VIEW a AS SELECT 1; SELECT * FROM a;",
        "CREATE TEMP SEQUENCE a; SELECT nextval('x'), 1 FROM a;",
        "BEGIN; CREATE TEMP TABLE a (); COMMIT; CREATE INDEX CONCURRENTLY i ON a (x);",
        "PREPARE a AS SELECT 1; EXECUTE a;",
        "BEGIN; DECLARE a CURSOR WITH HOLD FOR SELECT 1; COMMIT; FETCH ALL FROM a;",
        "SELECT pg_advisory_lock(1); CREATE INDEX CONCURRENTLY i ON t (x);",
        "SELECT pg_catalog.pg_try_advisory_lock_shared(1, 2); SELECT 1;",
    ];

    private static readonly string[] s_accepted =
    [
        "CREATE TEMP TABLE a (x int);",
        "BEGIN; CREATE TEMP TABLE a (x int); INSERT INTO a VALUES (1); DROP TABLE a; COMMIT; SELECT * FROM a;",
        "BEGIN; CREATE TEMP TABLE a (x int) ON COMMIT DROP; INSERT INTO a VALUES (1); COMMIT; SELECT * FROM a;",
        "CREATE TEMP TABLE a (x int); UPDATE t SET b = t.a;",
        "CREATE TEMP TABLE a (x int); INSERT INTO t VALUES ('a');",
        "CREATE TABLE a (x int); INSERT INTO a VALUES (1);",
        "SELECT x INTO b FROM t; SELECT * FROM b;",
        "BEGIN; PREPARE a AS SELECT 1; EXECUTE a; DEALLOCATE a; COMMIT; SELECT 1;",
        "BEGIN; DECLARE a CURSOR FOR SELECT 1; FETCH ALL FROM a; COMMIT; SELECT a FROM t;",
        "SELECT pg_advisory_xact_lock(1); SELECT 1;",
        "SELECT 1; SELECT pg_advisory_lock(1);",
        "SELECT pg_advisory_lock(1); SELECT pg_advisory_unlock(1);",
        "LISTEN a; NOTIFY a;",
    ];

    public static TheoryData<string> Refused => [.. s_refused];

    public static TheoryData<string> Accepted => [.. s_accepted];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_step_that_needs_an_object_of_an_earlier_step_is_refused(string sql)
    {
        var problem = Assert.Single(Check("-- evolve-tx-off\n" + sql));

        Assert.Equal("lost-with-session", problem.Id);
        Assert.Equal(2, problem.Position?.Line);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Objects_that_no_later_step_needs_are_accepted(string sql) => Assert.Empty(Check("-- evolve-tx-off\n" + sql));

    [Theory]
    [InlineData("CREATE TEMP TABLE a (x int); INSERT INTO a VALUES (1);")]
    [InlineData("PREPARE a AS SELECT 1; EXECUTE a;")]
    [InlineData("SELECT pg_advisory_lock(1); SELECT 1;")]
    public void A_script_in_one_transaction_may_use_objects_of_its_session(string sql) => Assert.Empty(Check(sql));

    private static List<Problem> Check(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        var problems = new List<Problem>();
        new ScriptChecker(placeholders: null, problems).Check(Script.FromContent(name, "V1__x.sql", Encoding.UTF8.GetBytes(text)));
        return problems;
    }
}
