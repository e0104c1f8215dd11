using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>
/// Where statements end, case by case. <see cref="PsqlComparisonTests"/> asks psql about the same cases.
/// </summary>
public sealed class StatementSplitterTests
{
    public static TheoryData<string, string> Cases =>
        [.. SplitterCases.All.Concat(SplitterCases.Newer).Select(c => new TheoryDataRow<string, string>(c.Script, c.Statements))];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Cases))]
    public void A_script_is_cut_where_psql_cuts_it(string script, string statements)
    {
        SplitResult result = StatementSplitter.Split(script);

        Assert.Empty(result.Problems);
        Assert.Equal(statements, string.Join('‖', result.Statements.Select(Show)));
        Assert.All(result.Statements, s => Assert.Equal(s.Text, script.Substring(s.Offset, s.Text.Length)));
        Assert.All(
            result.Statements.Select(s => s.CopyData).OfType<SqlCopyData>(),
            d => Assert.Equal(d.Text.ToString(), script.Substring(d.Offset, d.Text.Length)));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("COPY t FROM STDIN;\n1\n\\.\n", true)]
    [InlineData("COPY t FROM STDIN;\n1\n\\.", true)]
    [InlineData("COPY t FROM STDIN;\n\\.\r\n", true)]
    [InlineData("COPY t FROM STDIN;\n1\n", false)]
    [InlineData("COPY t FROM STDIN", false)]
    public void Data_tells_whether_a_marker_ended_it(string script, bool isTerminated) =>
        Assert.Equal(isTerminated, Assert.Single(StatementSplitter.Split(script).Statements).CopyData!.IsTerminated);

    [Fact(Timeout = 30_000)]
    public void A_large_script_takes_time_in_proportion_to_its_length()
    {
        // Quadratic work would need hours for these: each has 200,000 of what is searched for ahead or counted.
        string[] bodies =
        [
            "SELECT 1;", "(", ")", "'", "''", "$a$ $b$ ", "$a", "/*", "/* */", "*/", "--", "\\", "\\d\n",
            "COPY t FROM STDIN;", "\"", "E'\\'",
            "CREATE FUNCTION f BEGIN ", "case ", "\r", "\n", "E'a'\r", "\U0001F418", ":a", "1e-", "$1",
            "COPY t FROM STDIN;\n\\.\n",
        ];

        foreach (string body in bodies)
        {
            StatementSplitter.Split(string.Concat(Enumerable.Repeat(body, 200_000)));
        }
    }

    private static string Show(SqlStatement statement) =>
        statement.CopyData is { } data ? $"{statement.Text}{{{data.Text}}}" : statement.Text;
}
