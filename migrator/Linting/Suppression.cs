using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>
/// A comment that allows a statement to break rules: <c>-- migrate-lint: allow drop-column, rename because v3 stopped using it</c>.
/// It stands above the statement, in it, or behind it on its last line.
/// </summary>
/// <param name="Rules">The ids that it names.</param>
/// <param name="Reason">Why; null when it does not say.</param>
/// <param name="Position">Where the comment begins in the script.</param>
/// <param name="Statement">The number of the statement that it is for, from 0; the number of statements when none follows.</param>
internal sealed record Suppression(IReadOnlyList<string> Rules, string? Reason, SourcePosition Position, int Statement)
{
    private const string Source = "migrator/README.md#allowing-what-a-rule-forbids";
    /// <summary>What such a comment begins with.</summary>
    public const string Marker = "migrate-lint:";

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

    /// <summary>The suppression in a comment; null when it is none.</summary>
    public static Suppression? Of(SqlComment comment)
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
