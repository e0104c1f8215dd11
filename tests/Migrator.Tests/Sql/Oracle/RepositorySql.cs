using System.Text.RegularExpressions;
using Migrator.Tooling;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>The SQL in this repository: its .sql files, the blocks in its documents, and the string literals of its C# files.</summary>
internal static partial class RepositorySql
{
    private static readonly string[] s_verbs =
    [
        "ALTER", "ANALYZE", "BEGIN", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DISCARD", "DO", "DROP", "EXPLAIN", "GRANT", "INSERT", "LOCK",
        "MERGE", "REFRESH", "REINDEX", "RESET", "REVOKE", "ROLLBACK", "SELECT", "SET", "TRUNCATE", "UPDATE", "VACUUM", "WITH",
    ];

    private static readonly string[] s_folders = ["chart", "docs", "migrator", "samples", "spinnaker", "tests"];

    /// <summary>The statements, each once. Some string literals only look like SQL; PostgreSQL's parser refuses them.</summary>
    public static IReadOnlyList<string> Statements() =>
    [
        .. Files("*.sql").Concat(Files("*.md").SelectMany(Blocks)).Concat(Files("*.cs").SelectMany(Literals)).SelectMany(StatementsOf).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The statements of a script. psql commands are removed, up to the end of the line.</summary>
    public static IEnumerable<string> StatementsOf(string script) => SplitScript.Of(PsqlCommand().Replace(script, "")).Statements.Select(s => s.Text);

    private static IEnumerable<string> Files(string pattern) =>
        s_folders.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), pattern, SearchOption.AllDirectories))
            .Where(file => !BuildOutput().IsMatch(file))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText);

    private static IEnumerable<string> Blocks(string document) => SqlBlock().Matches(document).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Literals(string code) => Literal().Matches(code)
        .Select(m => m.Groups["raw"].Success ? m.Groups["raw"].Value : Unescape(m.Groups["plain"].Value))
        .Where(text => s_verbs.Any(v => text.TrimStart().StartsWith(v + " ", StringComparison.OrdinalIgnoreCase)));

    private static string Unescape(string literal) => literal
        .Replace("\\n", "\n", StringComparison.Ordinal)
        .Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@"(?m)^\\(?!\.).*$")]
    private static partial Regex PsqlCommand();

    [GeneratedRegex("```sql\\s*\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();

    [GeneratedRegex("\"{3}\\s*\\n(?<raw>.*?)\"{3}|\"(?<plain>(?:[^\"\\\\\\n]|\\\\.)*)\"", RegexOptions.Singleline)]
    private static partial Regex Literal();

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex BuildOutput();
}
