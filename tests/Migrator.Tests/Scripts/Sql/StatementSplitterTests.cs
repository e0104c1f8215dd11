using Migrator.Scripts.Sql;
using Xunit;

namespace Migrator.Tests.Scripts.Sql;

/// <summary>Where statements end, case by case. The comparison with psql itself is in <c>PsqlComparisonTests</c>.</summary>
public sealed class StatementSplitterTests
{
    /// <summary>A script and its statements, separated by <c>‖</c>.</summary>
    public static TheoryData<string, string> Splits => new()
    {
        { "", "" },
        { " \n-- nothing\n/* at all */ ;;", "" },
        { "SELECT 1", "SELECT 1" },
        { "SELECT 1;", "SELECT 1" },
        { "SELECT 1;SELECT 2", "SELECT 1‖SELECT 2" },
        { "\uFEFFSELECT 1;", "SELECT 1" },
        { "-- first\nSELECT 1 -- one\n; -- last", "SELECT 1" },
        { "SELECT 1 -- ; '\n+ 2;", "SELECT 1 -- ; '\n+ 2" },
        { "SELECT 1 -- ; '\r+ 2;SELECT 3", "SELECT 1 -- ; '\r+ 2‖SELECT 3" },
        { "/* a /* ; */ ; */ SELECT 1;", "SELECT 1" },
        { "SELECT/**/1;/*/;*/SELECT 2;", "SELECT/**/1‖SELECT 2" },
        { "SELECT ';';SELECT 'it''s;';", "SELECT ';'‖SELECT 'it''s;'" },
        { @"SELECT '\';SELECT 2;'';", @"SELECT '\'‖SELECT 2‖''" },
        { @"SELECT E'\';SELECT 2;''\\';SELECT 3;", @"SELECT E'\';SELECT 2;''\\'‖SELECT 3" },
        { "SELECT $$;$$;SELECT $a$;$$;$b$;$a$;", "SELECT $$;$$‖SELECT $a$;$$;$b$;$a$" },
        { "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);SELECT 3;", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)‖SELECT 3" },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Splits))]
    public Task A_script_is_cut_where_psql_cuts_it(string script, string statements) => Task.Run(
        () =>
        {
            SplitResult result = StatementSplitter.Split(script);

            Assert.Empty(result.Problems);
            Assert.Equal(statements, string.Join('‖', result.Statements.Select(s => s.Text)));
            Assert.All(result.Statements, s => Assert.Equal(s.Text, script.Substring(s.Offset, s.Text.Length)));
        },
        TestContext.Current.CancellationToken);
}
