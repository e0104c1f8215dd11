using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>The changes to tables in use that the current transaction has made so far.</summary>
/// <param name="isBlock">Whether the statements run in a transaction block; otherwise each statement is its own transaction.</param>
internal sealed class LintTransaction(bool isBlock)
{
    private readonly List<SchemaChange> _previous = [];
    private readonly List<EnumChange> _enumValues = [];
    private readonly List<SqlName> _enumTypes = [];
    private readonly HashSet<(ChangeKind, SqlName?, SqlName?, TableLock, bool)> _seen = [];

    /// <summary>The changes of the previous statements to tables that are not new.</summary>
    public IReadOnlyList<SchemaChange> Previous => _previous;

    /// <summary>The values that previous statements added to enum types.</summary>
    public IReadOnlyList<EnumChange> EnumValues => _enumValues;

    /// <summary>Whether PostgreSQL runs the statements in a transaction block.</summary>
    public bool IsBlock => isBlock;

    /// <summary>The change that acquired the strongest lock on a table; null if no change acquired a lock on the table.</summary>
    public SchemaChange? StrongestLockOn(SqlName table) => _previous.Where(c => c.Table is not null && NewTables.IsSame(c.Table, table)).MaxBy(c => c.Lock);

    /// <summary>Whether a previous statement created an enum type.</summary>
    public bool Creates(SqlName type) => _enumTypes.Exists(t => NewTables.IsSame(t, type));

    /// <summary>Adds a change of an enum type.</summary>
    public void Add(EnumChange change)
    {
        if (change.AddedValue is null)
        {
            _enumTypes.Add(change.Type);
        }
        else
        {
            _enumValues.Add(change);
        }
    }

    /// <summary>Adds a change. Repeated changes are dropped, because a script can contain millions of INSERTs.</summary>
    public void Add(SchemaChange change)
    {
        if (_seen.Add((change.Kind, change.Table, change.Name, change.Lock, change.IsNotValid)))
        {
            _previous.Add(change);
        }
    }
}
