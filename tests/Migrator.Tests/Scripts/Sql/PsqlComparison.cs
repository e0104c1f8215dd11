using Migrator.Scripts.Sql;

namespace Migrator.Tests.Scripts.Sql;

/// <summary>Compares the splitter's statements with psql's, for one script.</summary>
internal static class PsqlComparison
{
    // Up to PostgreSQL 17, psql sends the marker after the data too, and in each version a last one that no line end follows.
    private static readonly string[] Markers = ["\\.", "\\.\n", "\\.\r\n"];

    /// <summary>
    /// Whether psql of 2025's minor releases loses statements of this script: it takes one without any keyword, such as an empty one,
    /// for a second COPY when it follows a COPY … FROM STDIN, and reads all that comes after it as data.
    /// </summary>
    public static bool IsMisreadByPsql(string script)
    {
        foreach (SqlStatement copy in StatementSplitter.Split(script).Statements.Where(s => s.CopyData is not null))
        {
            // After its data, and on the rest of its line, up to the semicolon.
            int data = copy.CopyData!.Offset + copy.CopyData.Text.Length;
            if (IsWithoutKeyword(script, copy.Offset + copy.Text.Length + 1)
                || IsWithoutKeyword(script, script.IndexOf('\n', data) is var end and >= 0 ? end : script.Length))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What differs, as text for a person; null when nothing does.</summary>
    public static string? Difference(string script, IReadOnlyList<SentQuery> sent)
    {
        SplitResult split = StatementSplitter.Split(script);
        SqlProblem? problem = split.Problems is [{ } first, ..] ? first : null;
        SqlStatement[] ours = [.. split.Statements.TakeWhile(s => problem is null || s.Offset + s.Text.Length <= problem.Offset)];
        (string Text, string? CopyData)[] theirs = [.. sent.Select(q => (Essence(q.Text), q.CopyData)).Where(q => q.Item1.Length > 0)];

        for (int i = 0; i < ours.Length; i++)
        {
            string text = WithoutLineEnds(ours[i].Text);
            if (i >= theirs.Length || text != theirs[i].Text)
            {
                return Describe($"statement {i + 1}", text, i < theirs.Length ? theirs[i].Text : "nothing");
            }

            if (problem is { Kind: SqlProblemKind.SplitByCopyData } && theirs[i].CopyData is not null && ours[i].CopyData is null)
            {
                // The problem is on this COPY's line; its data was not read.
                continue;
            }

            string? data = ours[i].CopyData?.Text.ToString();
            bool isTerminated = ours[i].CopyData is { IsTerminated: true };
            if (data != theirs[i].CopyData && !(isTerminated && Markers.Any(m => data + m == theirs[i].CopyData)))
            {
                return Describe($"the data of statement {i + 1}", data ?? "none", theirs[i].CopyData ?? "none");
            }
        }

        // What is unclosed, psql sends as one last statement, for the server to refuse (unless it is but a comment).
        // After other problems the two have nothing more in common.
        int expected = ours.Length + (problem is { Kind: SqlProblemKind.Unclosed } && theirs.Length > ours.Length ? 1 : 0);
        return problem is { Kind: not SqlProblemKind.Unclosed } || theirs.Length == expected
            ? null
            : Describe("what comes after them", problem?.ToString() ?? "nothing", string.Join(" ‖ ", theirs.Skip(expected)));
    }

    private static bool IsWithoutKeyword(string script, int start)
    {
        StatementReader reader = new(script.AsSpan(Math.Min(start, script.Length)));
        while (reader.Current.Kind is not (SqlTokenKind.Semicolon or SqlTokenKind.Identifier or SqlTokenKind.End))
        {
            reader.Advance();
        }

        return reader.Current.Kind == SqlTokenKind.Semicolon;
    }

    private static string Describe(string where, string ours, string theirs) => $"{where}\n  ours: {ours}\n  psql: {theirs}";

    // psql sends comments and the semicolon along.
    private static string Essence(string query)
    {
        SqlLexer lexer = new(query);
        int start = -1;
        int last = 0;
        int beforeLast = 0;
        SqlToken significant = default;
        for (SqlToken token = lexer.Next(); token.Kind != SqlTokenKind.End; token = lexer.Next())
        {
            if (token.Kind != SqlTokenKind.Blank)
            {
                start = start < 0 ? token.Start : start;
                (beforeLast, last, significant) = (last, token.End, token);
            }
        }

        int end = significant.Kind == SqlTokenKind.Semicolon ? beforeLast : last;
        return start < 0 || end <= start ? "" : WithoutLineEnds(query[start..end]);
    }

    // psql drops empty lines outside quotes.
    private static string WithoutLineEnds(string text) => text.Replace("\n", "", StringComparison.Ordinal);
}
