using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>Problems in scripts that cannot be split: the position, the text there, and the advice.</summary>
public sealed class SqlProblemTests
{
    public static TheoryData<ProblemCase> Cases => [.. ProblemCases.All];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Cases))]
    public void A_problem_is_reported_once_with_its_position_and_advice(ProblemCase expected)
    {
        SqlProblem problem = SplitScript.Of(expected.Script).Problems[0];

        Assert.Equal(expected.Position, problem.Position.ToString());
        Assert.Equal(expected.Found, problem.Found);
        Assert.Contains(expected.Advice, problem.Message, StringComparison.Ordinal);
        Assert.Single(SplitScript.Of(expected.Script).Problems);
    }

    [Fact(Timeout = 10_000)]
    public void All_problems_of_a_script_are_reported_in_order()
    {
        const string script = "\\restrict x\nSELECT 1 \\gset\nSELECT '\0';\n\\unrestrict x\nSELECT (1";

        Assert.Equal(
            ["\\restrict", "\\gset", "NUL", "\\unrestrict", "("],
            SplitScript.Of(script).Problems.Select(p => p.Found));
    }

    [Fact(Timeout = 10_000)]
    public void Backslashes_in_quotes_comments_and_data_are_not_psql_commands()
    {
        const string script = """
            SELECT '\d', E'\\d', "\d", $$\d$$ /* \d */ -- \d
            ;
            COPY t FROM STDIN;
            \d	\N
            \.
            """;

        Assert.Empty(SplitScript.Of(script).Problems);
    }
}
