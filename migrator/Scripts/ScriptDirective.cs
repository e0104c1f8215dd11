using Migrator.Sql.Lexing;

namespace Migrator.Scripts;

/// <summary>
/// A comment line that changes how <c>migrate</c> reads or orders a script: <c>-- migrate: no-placeholders</c>, <c>-- migrate: after 13</c>. It must be in
/// the header, which consists of the comments above the first statement.
/// </summary>
internal static class ScriptDirective
{
    /// <summary>The directive that switches placeholders off for one script.</summary>
    public const string NoPlaceholders = "no-placeholders";

    /// <summary>The directive that names the version of a script which must run before this one.</summary>
    public const string After = "after";

    private const string Prefix = "migrate:";

    /// <summary>
    /// Reads the directive of a comment: the text after <c>-- migrate:</c>. Returns null if the comment is not a directive. Letter case is ignored
    /// only in directives that exist, because <c>-- Migrate: …</c> can be the start of a sentence.
    /// </summary>
    public static string? Parse(ReadOnlySpan<char> comment)
    {
        if (!comment.StartsWith("--"))
        {
            return null;
        }

        ReadOnlySpan<char> text = comment[2..].Trim();
        if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string directive = text[Prefix.Length..].Trim().ToString();
        return directive.Equals(NoPlaceholders, StringComparison.OrdinalIgnoreCase) ? NoPlaceholders
            : text.StartsWith(Prefix, StringComparison.Ordinal) ? directive
            : null;
    }

    /// <summary>Whether the header contains <c>-- migrate: no-placeholders</c>.</summary>
    /// <param name="start">The first part of the script.</param>
    public static bool DisablesPlaceholders(ReadOnlySpan<char> start)
    {
        SqlLexer lexer = new(start);
        while (lexer.Next() is { Kind: SqlTokenKind.Blank, IsUnclosed: false } token)
        {
            if (Parse(lexer.Slice(token)) == NoPlaceholders)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets the version of <c>-- migrate: after VERSION</c>; null for another directive, or if it is not valid.</summary>
    /// <param name="directive">The directive that <see cref="Parse"/> returned.</param>
    public static ScriptVersion? VersionOf(string directive)
        => directive.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [After, var label] && ScriptVersion.TryParse(label, out ScriptVersion? version, out _) ? version : null;

    /// <summary>Creates the problem for a directive that has no effect; null if it is valid.</summary>
    /// <param name="directive">The directive that <see cref="Parse"/> returned.</param>
    /// <param name="isInHeader">Whether it is in the header.</param>
    /// <param name="isInEffect">Whether placeholders are off.</param>
    public static Problem? Check(string directive, bool isInHeader, bool isInEffect)
    {
        string comment = $"-- {Prefix} {directive}";
        if (directive.Split(' ')[0] is "up" or "down")
        {
            return Problem($"'{comment}' is a directive of dbmate, which migrate does not read",
                "Remove it. Put the statements after '-- migrate:down' into an undo script (U1__….sql for V1__….sql).");
        }

        bool isAfter = VersionOf(directive) is not null;
        if (!isAfter && directive.Split(' ')[0] == After)
        {
            return Problem($"the directive '{comment}' does not name a version", $"Write one version: '-- {Prefix} {After} 13'. Repeat the line for other versions.");
        }

        if (!isAfter && directive != NoPlaceholders)
        {
            return Problem($"the directive '{comment}' is unknown", $"The directives are '-- {Prefix} {NoPlaceholders}' and '-- {Prefix} {After} VERSION'. If the line is an ordinary comment, begin it with another word.");
        }

        return !isInHeader ? Problem($"the directive '{comment}' is not in the header of the script", "Move it above the first statement.")
            : !isAfter && !isInEffect ? Problem($"the directive '{comment}' is too far from the start of the script", "Move it to the first lines of the script.")
            : null;
    }

    private static Problem Problem(string message, string advice) => new("directive", message) { Advice = advice };
}
