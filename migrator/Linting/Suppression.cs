using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>
/// A comment that allows a statement to break rules: <c>-- migrate-lint: allow drop-column, rename because v3 stopped using it</c>.
/// It stands above the statement, in it, or behind it on its last line.
/// </summary>
/// <param name="Rules">The ids that it names.</param>
/// <param name="Reason">Why; null when it does not say.</param>
/// <param name="Offset">Where the comment begins in the script.</param>
/// <param name="Statement">The statement that it is for; null when none follows.</param>
internal sealed record Suppression(IReadOnlyList<string> Rules, string? Reason, int Offset, SqlStatement? Statement)
{
    private const string Source = "migrator/README.md#allowing-what-a-rule-forbids";
    private const string Marker = "migrate-lint:";

    public static readonly LintRule WithoutReason = new(
        "suppression-without-reason",
        LintSeverity.Warning,
        "Whoever reads the script later cannot tell whether the reason still holds. Without one, nothing is allowed.",
        "Write -- migrate-lint: allow RULE because REASON.",
        Source)
    { Relief = LintRelief.Never };

    public static readonly LintRule Unused = new(
        "unused-suppression",
        LintSeverity.Warning,
        "The comment allows what does not happen: it hides the next thing that does.",
        "Remove it.",
        Source)
    { Relief = LintRelief.Never };

    /// <summary>The suppressions in a script.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="statements">Its statements.</param>
    public static IReadOnlyList<Suppression> In(string script, IReadOnlyList<SqlStatement> statements)
    {
        var found = new List<Suppression>();
        if (!script.Contains(Marker, StringComparison.OrdinalIgnoreCase))
        {
            return found;
        }

        int at = 0;
        SqlStatement? before = null;
        foreach (SqlStatement statement in statements)
        {
            Gap(at, statement.Offset, before, statement);
            Comments(statement.Offset, statement.Offset + statement.Text.Length, _ => statement);
            at = statement.CopyData is { } data ? data.Offset + data.Text.Length : statement.Offset + statement.Text.Length;
            before = statement;
        }

        Gap(at, script.Length, before, null);
        return found;

        // Behind a statement, on its line, a comment is for that one; else for the one that follows.
        void Gap(int start, int end, SqlStatement? previous, SqlStatement? next)
        {
            int lineEnd = previous is null ? -1 : script.IndexOf('\n', start);
            Comments(start, end, offset => previous is not null && (lineEnd < 0 || offset < lineEnd) ? previous : next);
        }

        void Comments(int start, int end, Func<int, SqlStatement?> statementAt)
        {
            SqlLexer lexer = new(script) { Limit = end, Position = start };
            for (SqlToken token = lexer.Next(); token.Kind != SqlTokenKind.End; token = lexer.Next())
            {
                ReadOnlySpan<char> text = lexer.Slice(token);
                if (token.Kind == SqlTokenKind.Blank && (text.StartsWith("--") || text.StartsWith("/*")) && Parse(text.ToString()) is { } allowed)
                {
                    found.Add(new Suppression(allowed.Rules, allowed.Reason, token.Start, statementAt(token.Start)));
                }
            }
        }
    }

    private static (IReadOnlyList<string> Rules, string? Reason)? Parse(string comment)
    {
        string text = comment.ReplaceLineEndings(" ").TrimStart('-', '/', '*', ' ', '\t').TrimEnd('/', '*', ' ', '\t');
        if (!text.StartsWith(Marker, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        text = text[Marker.Length..].Trim();
        if (text.StartsWith("allow", StringComparison.OrdinalIgnoreCase))
        {
            text = text["allow".Length..];
        }

        int because = $" {text} ".IndexOf(" because ", StringComparison.OrdinalIgnoreCase);
        string reason = because < 0 ? "" : text[(because + "because".Length)..].Trim();
        string[] rules = (because < 0 ? text : text[..because]).Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        return (rules, reason.Length == 0 ? null : reason);
    }
}
