using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>
/// Splits scripts case by case. <see cref="PsqlComparisonTests"/> compares the same cases with psql.
/// </summary>
public sealed class StatementSplitterTests
{
    public static TheoryData<string, string> Cases =>
        [.. SplitterCases.All.Concat(SplitterCases.Newer).Select(c => new TheoryDataRow<string, string>(c.Script, c.Statements))];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Cases))]
    public void A_script_is_split_where_psql_splits_it(string script, string statements)
    {
        SplitScript result = SplitScript.Of(script);

        Assert.Empty(result.Problems);
        Assert.Equal(statements, string.Join('‖', result.Statements.Select(Show)));
        Assert.All(result.Statements, s => Assert.Equal(s.Text, script.Substring(s.Offset, s.Text.Length)));
        Assert.All(result.Statements.Where(s => s.CopyData is not null), s => Assert.Equal(s.CopyData, script.Substring(s.DataOffset, s.CopyData!.Length)));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_length_of_the_pieces_does_not_change_the_result(int length)
    {
        foreach (string script in SplitterCases.All.Concat(SplitterCases.Newer).Select(c => c.Script).Concat(ProblemCases.All.Select(c => c.Script)))
        {
            SplitScript whole = SplitScript.Of(script);
            SplitScript pieces = SplitScript.Of(script, length);

            Assert.Equal(whole.Statements, pieces.Statements);
            Assert.Equal(whole.Problems, pieces.Problems);
        }
    }

    [Fact(Timeout = 10_000)]
    public void Unread_data_is_skipped()
    {
        var splitter = new StatementSplitter(new StringSource("COPY t FROM STDIN; SELECT 1;\n1\n2\n\\.\nSELECT 2;", 3));

        Assert.Equal(["COPY t FROM STDIN", "SELECT 1", "SELECT 2", null], Enumerable.Range(0, 4).Select(_ => splitter.Read()?.Text));
    }

    [Fact(Timeout = 10_000)]
    public void A_comment_belongs_to_the_statement_on_its_line_or_to_the_next_statement()
    {
        const string script = "-- a\nSELECT /* b */ 1; -- c\n-- d\nSELECT 2 -- e\n; /* f */\nCOPY t FROM STDIN; -- g\n1\n\\.\n-- h\nSELECT 3;\n-- i";
        var comments = new List<string>();
        var splitter = new StatementSplitter(new StringSource(script, 5)) { OnComment = c => comments.Add($"{c.Text} {c.Statement} {c.Position}") };

        while (splitter.Read() is not null)
        {
        }

        Assert.Equal(
            ["-- a 0 1:1", "/* b */ 0 2:8", "-- c 0 2:19", "-- d 1 3:1", "-- e 1 4:10", "/* f */ 2 5:3", "-- g 2 6:20", "-- h 3 9:1", "-- i 4 11:1"],
            comments);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("COPY t FROM STDIN;\n1\n\\.\n", "1\n")]
    [InlineData("COPY t FROM STDIN;\n1\n\\.", "1\n")]
    [InlineData("COPY t FROM STDIN;\n\\.\r\n", "")]
    [InlineData("COPY t FROM STDIN;\n1\n", "1\n")]
    [InlineData("COPY t FROM STDIN", "")]
    public void Data_ends_at_the_marker_or_at_the_end_of_the_script(string script, string data) =>
        Assert.Equal(data, Assert.Single(SplitScript.Of(script).Statements).CopyData);

    [Theory(Timeout = 30_000)]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 15)]
    public void A_large_script_is_read_in_linear_time(int pieceLength)
    {
        // Each script repeats 200,000 times a token that needs a search ahead or a count. Quadratic time would be hours.
        string[] bodies =
        [
            "SELECT 1;", "(", ")", "'", "''", "$a$ $b$ ", "$a", "/*", "/* */", "*/", "--", "\\", "\\d\n",
            "COPY t FROM STDIN;", "\"", "E'\\'",
            "CREATE FUNCTION f BEGIN ", "case ", "\r", "\n", "E'a'\r", "\U0001F418", ":a", "1e-", "$1",
            "COPY t FROM STDIN;\n\\.\n",
        ];

        foreach (string body in bodies)
        {
            Read(new StringSource(string.Concat(Enumerable.Repeat(body, 200_000)), pieceLength));
        }
    }

    private static void Read(StringSource source)
    {
        var splitter = new StatementSplitter(source);
        while (splitter.Read() is not null)
        {
        }
    }

    private static string Show(SplitStatement statement) =>
        statement.CopyData is { } data ? $"{statement.Text}{{{data}}}" : statement.Text;
}
