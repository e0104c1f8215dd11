using System.Text.RegularExpressions;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Tests.Sql;

/// <summary>Compares the statements of the splitter with those of psql, for one script.</summary>
internal static partial class PsqlComparison
{
    // Up to PostgreSQL 17, psql sends the end marker with the data. Every version sends a marker that ends the script
    // without a line break.
    private static readonly string[] Markers = ["\\.", "\\.\n", "\\.\r\n"];

    /// <summary>Describes the first difference; null if there is none.</summary>
    public static string? Difference(string script, IReadOnlyList<SentQuery> sent)
    {
        SplitScript split = SplitScript.Of(script);
        SqlProblem? problem = split.Problems is [{ } first, ..] ? first : null;
        int end = problem is null ? script.Length : new LineIndex(script).OffsetOf(problem.Position);
        SplitStatement[] ours = [.. split.Statements.TakeWhile(s => s.Offset + s.Text.Length <= end)];
        SentQuery[] theirs = [.. sent.Where(q => !IsEmpty(q.Text))];

        for (int i = 0; i < ours.Length; i++)
        {
            string text = AsSent(script, ours[i]);
            if (i >= theirs.Length || !IsSameExceptComments(WithoutLineEnds(theirs[i].Text), text))
            {
                return Describe($"statement {i + 1}", text, i < theirs.Length ? theirs[i].Text : "nothing");
            }

            if (!IsSame(ours[i].CopyData, theirs[i].CopyData))
            {
                return Describe(
                    $"the data of statement {i + 1}", ours[i].CopyData ?? "none", theirs[i].CopyData ?? "none");
            }
        }

        // psql sends unclosed text as one last statement, unless it is only a comment. The server refuses it.
        // After any other problem, the results cannot be compared.
        int expected = ours.Length + (problem is { Kind: SqlProblemKind.Unclosed } && theirs.Length > ours.Length ? 1 : 0);
        return problem is { Kind: not SqlProblemKind.Unclosed } || theirs.Length == expected
            ? null
            : Describe("the remaining statements", problem?.ToString() ?? "nothing", string.Join(" ‖ ", theirs.Skip(expected)));
    }

    /// <summary>
    /// Whether psql may not find the end of a statement of this script, because it searches an END for a BEGIN or CASE that is a name.
    /// </summary>
    public static bool HasNamesThatPsqlMisreads(string script) => KeywordAsName.IsMatch(script);

    // Also matches in quotes and comments, which does not matter.
    [GeneratedRegex(@"\bbegin\b(?!\s+atomic\b)|\.(\s|--[^\r\n]*|/\*.*?\*/)*(begin|case|end)\b", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex KeywordAsName { get; }

    /// <summary>
    /// Whether psql 17.11 and 18.6 lose statements of this script. After COPY … FROM STDIN, they treat a statement without
    /// any keyword, such as an empty statement, as a second COPY and read the rest of the script as data.
    /// </summary>
    public static bool IsMisreadByPsql(string script)
    {
        foreach (SplitStatement copy in SplitScript.Of(script).Statements.Where(s => s.CopyData is not null))
        {
            // Check the statement on the rest of the line, and the statement after the data.
            int data = copy.DataOffset + copy.CopyData!.Length;
            if (IsWithoutKeyword(script, copy.Offset + copy.Text.Length + 1)
                || IsWithoutKeyword(script, script.IndexOf('\n', data) is var end and >= 0 ? end : script.Length))
            {
                return true;
            }
        }

        return false;
    }

    // The exact text from the first token to the semicolon or the end of the script. psql must therefore find the same start
    // and the same end.
    private static string AsSent(string script, SplitStatement statement)
    {
        SqlLexer lexer = new(script) { Position = statement.Offset + statement.Text.Length };
        SqlToken next = lexer.NextSignificant();
        return WithoutLineEnds(script[statement.Offset..next.End]);
    }

    // psql sends block comments before a statement together with the statement, but not line comments.
    private static bool IsSameExceptComments(string sent, string text) =>
        sent.EndsWith(text, StringComparison.Ordinal)
        && (sent.Length == text.Length || (sent.StartsWith("/*", StringComparison.Ordinal) && IsEmpty(sent[..^text.Length])));

    private static bool IsEmpty(string query)
    {
        SqlLexer lexer = new(query);
        return lexer.NextSignificant().Kind is SqlTokenKind.End or SqlTokenKind.Semicolon
            && (query.Length == 0 || query == ";" || query.StartsWith("/*", StringComparison.Ordinal));
    }

    private static bool IsSame(string? ours, string? theirs) => ours == theirs || (ours is not null && Markers.Any(m => ours + m == theirs));

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

    // psql drops empty lines outside quotes.
    private static string WithoutLineEnds(string text) => text.Replace("\n", "", StringComparison.Ordinal);
}
