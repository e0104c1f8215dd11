namespace Migrator.Tests.Sql.Oracle;

/// <summary>Creates random names, literals and comments that are hard to read.</summary>
internal sealed class SqlAtoms(Random random)
{
    // Unreserved keywords and keywords that can be the name of a column, so the grammar accepts them as names everywhere.
    private static readonly string[] s_keywords =
    [
        "access", "add", "after", "alter", "always", "at", "attach", "begin", "by", "cascade", "cluster", "comment", "commit", "compression", "copy", "cycle",
        "data", "delete", "detach", "disable", "discard", "drop", "enable", "exclude", "expression", "finalize", "first", "force", "generated", "identity", "if",
        "immediate", "include", "index", "inherit", "insert", "key", "level", "lock", "logged", "materialized", "method", "mode", "move", "name", "no", "nothing", "of",
        "off", "options", "over", "owner", "partition", "policy", "prepared", "recursive", "refresh", "reindex", "rename", "replace", "replica", "reset", "restart",
        "restrict", "row", "rule", "schema", "security", "sequence", "set", "start", "statistics", "storage", "stored", "temp", "temporary", "transaction", "trigger", "truncate",
        "type", "unlogged", "update", "uescape", "valid", "validate", "value", "view", "without", "zone",
    ];

    private static readonly string[] s_plain = ["a", "b2", "orders", "Orders", "_x", "n", "e", "u", "x", "é", "na$me", "表", "straße", "idx_a"];

    private static readonly string[] s_quoted =
    [
        "\"Mixed Case\"", "\"a\"\"b\"", "\"a.b\"", "\"a;b\"", "\"--x\"", "\"/*x\"", "\"é\"", "\"select\"", "\"if\"", "\"a,b\"", "\"(\"", "\"only\"", "\"constraint\"", "\"column\"",
        "U&\"d\\0061t\\+000061\"", "u&\"a\"\"\\\\b\"", "\"$a$\"", "\"'\"", "\"a_name_that_is_longer_than_the_limit_of_63_bytes_and_ends_here_with_an_ä\"",
        "a_name_that_is_longer_than_the_limit_of_63_bytes_and_not_quoted_at_all",
    ];

    private static readonly string[] s_strings =
    [
        "'x'", "''", "'it''s'", "'a;b'", "'a,b'", "'('", "'--'", "E'\\''", "e'a\\\\'", "E'\\n,'", "$$a;'b$$", "$a$ $$ , ) $a$", "U&'d\\0061t'", "'/*'", "'\\'",
    ];

    private static readonly string[] s_blanks =
    [
        " ", " ", " ", " ", " ", " ", "\n", "\t", "  ", "\r\n", "\f", " /* a */ ", "/**/", "/* ; ' , ( */", " /* a /* b */ \" */ ", " -- x\n", "--;,'(\n", " -- /*\n",
    ];

    public T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public string Name() => random.Next(10) switch
    {
        < 4 => Pick(s_plain),
        < 7 => Case(Pick(s_keywords)),
        < 9 => Pick(s_quoted),
        // The parser of the package, unlike the server, accepts no comment before or after UESCAPE.
        _ => "U&\"a!0041!!\" UESCAPE '!'",
    };

    public string String() => Pick(s_strings);

    /// <summary>White space or a comment between two tokens. It can be empty if the tokens do not merge.</summary>
    public string Blank(string before, string after)
        => random.Next(4) == 0 && (IsPunctuation(before) || IsPunctuation(after)) ? "" : random.Next(3) == 0 ? Pick(s_blanks) : " ";

    /// <summary>Changes the case of a keyword.</summary>
    public string Case(string keyword) => random.Next(4) switch
    {
        0 => keyword.ToLowerInvariant(),
        1 => string.Concat(keyword.Select((c, i) => i % 2 == 0 ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))),
        _ => keyword,
    };

    private static bool IsPunctuation(string token) => token is "(" or ")" or "," or "[" or "]" or ";";
}
