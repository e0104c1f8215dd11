using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 4: the changes of a script to its session are reset before its history row is written.</summary>
public sealed class SessionResetSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Seen = "session_user AS who, current_user AS role, current_setting('search_path') AS path, current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement, current_setting('work_mem') AS mem";

    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            foreach (var text in new[]
            {
                "SET SESSION AUTHORIZATION app;",
                "SET LOCAL SESSION AUTHORIZATION app;",
                "SET ROLE app;",
                "SET ROLE app; SET search_path = '';",
                "SELECT pg_catalog.set_config('search_path', '', false);",
                "CREATE SCHEMA other; CREATE TABLE other.changelog (); CREATE TABLE other.changelog_audit (); SET search_path = other;",
                "SET lock_timeout = '1ms'; SET statement_timeout = '7s'; SET work_mem = '5MB'; SET standard_conforming_strings = off;",
                "SET default_transaction_isolation = 'serializable'; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
                "CREATE TEMP TABLE changelog (x int); CREATE TEMP TABLE after (x int);",
                "PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1; LISTEN x;",
            })
            {
                cases.Add(15, text);
                cases.Add(18, text);
                if (!text.Contains("LOCAL", StringComparison.Ordinal) && !text.Contains("TRANSACTION", StringComparison.Ordinal))
                {
                    cases.Add(15, "-- evolve-tx-off\n" + text);
                }
            }

            return cases;
        }
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Cases))]
    public async Task Session_state_does_not_affect_the_history_row_or_the_next_script(int major, string text)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder
        {
            ["V1__before.sql"] = $"CREATE TABLE before AS SELECT {Seen};",
            // Enough scripts for a pipelined batch with prepared statements.
            ["V1.1__a.sql"] = "CREATE TABLE a ();",
            ["V1.2__b.sql"] = "CREATE TABLE b ();",
            ["V1.3__c.sql"] = "CREATE TABLE c ();",
            ["V2__it's state.sql"] = text,
            ["V3__after.sql"] = $"CREATE TABLE after AS SELECT {Seen};",
            ["V4__steps.sql"] = $"-- evolve-tx-off\nCREATE TABLE steps AS SELECT {Seen};",
        };

        await new Cli(database, scripts) { ["DATABASE_URL"] = database.SuperuserUrl }.SucceedAsync("up");

        await database.ExecuteAsSuperuserAsync("GRANT SELECT ON ALL TABLES IN SCHEMA public TO app");
        var before = await database.RowsAsync("SELECT * FROM public.before");
        Assert.Equal(before, await database.RowsAsync("SELECT * FROM public.after"));
        Assert.Equal(before, await database.RowsAsync("SELECT * FROM public.steps"));
        Assert.Equal("V1__before.sql,V1.1__a.sql,V1.2__b.sql,V1.3__c.sql,V2__it's state.sql,V3__after.sql,V4__steps.sql", await database.HistoryAsync());
        Assert.Equal("postgres", Assert.Single(await database.RowsAsync("SELECT DISTINCT installed_by FROM changelog")));
        Assert.Equal("postgres", Assert.Single(await database.RowsAsync("SELECT DISTINCT role FROM changelog_audit")));
    }
}
