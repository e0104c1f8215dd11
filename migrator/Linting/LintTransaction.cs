using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>What was done so far in the transaction that a statement runs in, to tables that are in use.</summary>
/// <param name="isOne">Whether there is one; otherwise each statement stands alone.</param>
internal sealed class LintTransaction(bool isOne)
{
    private readonly List<SchemaChange> _before = [];
    private readonly HashSet<(ChangeKind, SqlName?, SqlName?, TableLock, bool)> _seen = [];

    /// <summary>The changes of the statements before, to tables that are not new.</summary>
    public IReadOnlyList<SchemaChange> Before => _before;

    /// <summary>Whether PostgreSQL runs it in a transaction block.</summary>
    public bool IsOne => isOne;

    /// <summary>The change that took the strongest lock on a table.</summary>
    public SchemaChange? StrongestOn(SqlName table) => _before.Where(c => c.Table is not null && NewTables.IsSame(c.Table, table)).MaxBy(c => c.Lock);

    /// <summary>Takes note of a change. One that is like another one before adds nothing: a script may hold millions of INSERTs.</summary>
    public void Note(SchemaChange change)
    {
        if (_seen.Add((change.Kind, change.Table, change.Name, change.Lock, change.IsNotValid)))
        {
            _before.Add(change);
        }
    }
}
