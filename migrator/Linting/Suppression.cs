using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>
/// A comment that allows a statement to break rules: <c>-- migrate-lint: allow drop-column, rename because v3 stopped using it</c>.
/// It is above the statement, inside it, or after it on its last line.
/// </summary>
/// <param name="Rules">The rule ids in the comment.</param>
/// <param name="Reason">The reason; null if the comment gives none.</param>
/// <param name="Position">The start of the comment in the script.</param>
/// <param name="Statement">The number of the statement to which the comment belongs, from 0. If no statement follows, the number of statements in the script.</param>
internal sealed record Suppression(IReadOnlyList<string> Rules, string? Reason, SourcePosition Position, int Statement)
{
    private const string Source = "docs/lint.md#allowing-what-a-rule-forbids";

    /// <summary>The start of such a comment.</summary>
    public const string Marker = "migrate-lint:";

    public static readonly LintRule WithoutReason = new(
        "suppression-without-reason",
        LintSeverity.Warning,
        "Without a reason, a later reader cannot decide whether the exception still applies. A comment without a reason allows nothing.",
        "Write -- migrate-lint: allow RULE because REASON.",
        Source)
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule Unused = new(
        "unused-suppression",
        LintSeverity.Warning,
        "The statement does not break the rule that the comment allows. A later change that breaks the rule would not be reported.",
        "Remove the rule from the comment, or remove the comment.",
        Source)
    { HarmlessTableSize = HarmlessTableSize.Never };

    /// <summary>Parses a comment; returns null if it is not a suppression.</summary>
    public static Suppression? Parse(SqlComment comment)
    {
        string text = comment.Text.ReplaceLineEndings(" ").TrimStart('-', '/', '*', ' ', '\t').TrimEnd('/', '*', ' ', '\t');
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
        return new Suppression(rules, reason.Length == 0 ? null : reason, comment.Position, comment.Statement);
    }
}
