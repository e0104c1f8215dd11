using Migrator.Sql.Changes;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>The effect of a statement on a relation that existed before the statement.</summary>
/// <param name="Kind">table, index, view, materialized view, sequence, type or foreign table.</param>
/// <param name="Name">The name, with the schema if it is not the schema of the case.</param>
/// <param name="Lock">The strongest lock.</param>
/// <param name="IsRewritten">Whether the relation has a new file that is not empty.</param>
/// <param name="IsScanned">Whether the statement read rows of the relation.</param>
internal sealed record RelationEffect(string Kind, string Name, TableLock Lock, bool IsRewritten, bool IsScanned)
{
    /// <summary>Parses the result of <see cref="ToString"/>.</summary>
    public static RelationEffect Parse(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var words = text[(colon + 2)..].Split(", ");
        var space = text.LastIndexOf(' ', colon);
        return new RelationEffect(
            space < 0 ? "table" : text[..space],
            text[(space + 1)..colon],
            TableLocks.Parse(words[0]),
            words.Contains("rewritten"),
            words.Contains("scanned"));
    }

    /// <summary>Formats the effect: <c>t: ACCESS EXCLUSIVE, rewritten, scanned</c>.</summary>
    public override string ToString()
        => $"{(Kind == "table" ? "" : Kind + " ")}{Name}: {TableLocks.NameOf(Lock)}{(IsRewritten ? ", rewritten" : "")}{(IsScanned ? ", scanned" : "")}";
}
