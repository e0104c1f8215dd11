using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>What a statement does to tables that are in use, told from its words.</summary>
/// <param name="Locks">The locks that it takes.</param>
/// <param name="Rows">The table whose rows it changes; null for none.</param>
/// <param name="IsOpaque">Whether its words do not show what it does: DO, CALL, SELECT of a function.</param>
internal sealed record TableAccess(IReadOnlyList<(SqlName? Table, TableLock Lock)> Locks, SqlName? Rows, bool IsOpaque);

/// <summary>Reads, once for each script, what its statements touch: where nothing is to be seen, nobody looks.</summary>
internal sealed class AccessedTables
{
    // Of a longer one every word would have to be read.
    private const int LongestQuick = 1 << 14;

    private readonly NewTables _new = new();
    private readonly Dictionary<SqlStatement, TableAccess> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<SqlStatement> _quick = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads the scripts of a run, in their order.</summary>
    public AccessedTables(IEnumerable<CheckedScript> scripts)
    {
        foreach (SqlStatement statement in scripts.SelectMany(s => s.Statements))
        {
            IReadOnlyList<SchemaChange> changes = StatementChanges.Of(statement.Text);
            SchemaChange[] inUse = [.. changes.Where(c => c.Lock >= TableLock.RowShare && _new.IsInUse(c))];
            bool isOpaque = changes is [{ Kind: ChangeKind.Other, Table: null }] && IsOpaque(statement.Text);
            if (inUse.Length > 0 || isOpaque)
            {
                _statements.Add(statement, new TableAccess(
                    [.. inUse.Select(c => (c.Table, c.Lock))],
                    inUse.FirstOrDefault(c => c.Lock == TableLock.RowExclusive)?.Table,
                    isOpaque));
            }
            else if (statement.Text.Length <= LongestQuick && FastStatements.IsQuick(statement.Text, changes, _new))
            {
                _quick.Add(statement);
            }

            foreach (SchemaChange change in changes)
            {
                _new.Note(change);
            }
        }
    }

    /// <summary>Whether there is nothing to see.</summary>
    public bool IsEmpty => _statements.Count == 0;

    /// <summary>What a statement touches; null for nothing.</summary>
    public TableAccess? Of(SqlStatement statement) => _statements.GetValueOrDefault(statement);

    /// <summary>Whether a statement is over soon, by its words, and waits for nobody.</summary>
    public bool IsQuick(SqlStatement statement) => _quick.Contains(statement);

    // pg_dump writes SELECT pg_catalog.set_config('search_path', '', false).
    private static bool IsOpaque(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Is("do") || reader.Is("call") || reader.Is("execute") || reader.Is("with")
            || (reader.Is("select") && statement.Contains('(', StringComparison.Ordinal) && !statement.Contains("set_config", StringComparison.OrdinalIgnoreCase));
    }
}
