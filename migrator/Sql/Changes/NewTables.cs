using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>The tables that scripts create, as their syntax shows. Other sessions do not use them yet.</summary>
/// <param name="currentSchema">The schema in which scripts create their objects; null if it is not known: <c>public</c>.</param>
/// <param name="knowsExisting">
/// Whether the scripts that created the existing tables were added. If not, a table that is created with IF NOT EXISTS may exist already, so it does not count
/// as new.
/// </param>
internal sealed class NewTables(string? currentSchema = null, bool knowsExisting = false)
{
    private readonly HashSet<SqlName> _new = [];
    private readonly HashSet<SqlName> _existing = [];
    private readonly Dictionary<SqlName, SchemaChange> _indexes = [];

    /// <summary>Resolves the names in statements. <see cref="Add"/> and the queries need resolved names.</summary>
    public NameScope Names { get; } = new(currentSchema);

    /// <summary>Whether a table is new, or is an index of a new table: ALTER TABLE accepts an index, too.</summary>
    public bool Contains(SqlName? table) => table is not null && (_new.Contains(table) || (TableOf(table) is { } own && _new.Contains(own)));

    /// <summary>The table of an index; null if the scripts do not show it.</summary>
    public SqlName? TableOf(SqlName? index) => index is null ? null : _indexes.GetValueOrDefault(index)?.Table;

    /// <summary>The columns of an index; nothing if the scripts do not show them.</summary>
    public IReadOnlyList<string> ColumnsOf(SqlName index) => _indexes.GetValueOrDefault(index)?.IndexColumns ?? [];

    /// <summary>The columns of each index with a name that CREATE INDEX creates on a table.</summary>
    public IEnumerable<IReadOnlyList<string>> IndexesOf(SqlName table)
        => _indexes.Values.Where(c => c.Kind == ChangeKind.CreateIndex && c.Table == table && c.IndexColumns.Count > 0).Select(c => c.IndexColumns);

    /// <summary>Whether a change affects a table or index in use.</summary>
    public bool IsInUse(SchemaChange change)
    {
        SqlName? target = change.Table ?? change.Name;
        return change.Kind != ChangeKind.CreateTable && target is not null && !Contains(target);
    }

    /// <summary>Adds a change of a statement.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isNew">Whether a created table counts as new. If false, it exists already.</param>
    public void Add(SchemaChange change, bool isNew = true)
    {
        switch (change)
        {
            case { Kind: ChangeKind.CreateTable, Table: { } created } when isNew && !(change.IsIfNotExists && MayExist(created)):
                _new.Add(created);
                break;
            case { Kind: ChangeKind.CreateTable, Table: { } created }:
                _existing.Add(created);
                break;
            case { Kind: ChangeKind.DropTable, Table: { } dropped }:
                _existing.Remove(dropped);
                break;
            case { Kind: ChangeKind.RenameTable, Table: { } before, Name: { } after }:
                Rename(before, after);
                break;
            case { Kind: ChangeKind.SetSchema, Table: { } before, Name: { } after }:
                Rename(before, after);
                break;
            case { Kind: ChangeKind.CreateIndex, Name: { } index } when !change.IsIfNotExists || TableOf(index) is null:
                _indexes[index] = change;
                break;
            case { Kind: ChangeKind.DropIndex, Name: { } dropped }:
                _indexes.Remove(dropped);
                break;
            case { Kind: ChangeKind.AddUnique, Name: { } constraint, Table: { } table }:
                _indexes[new SqlName(table.Schema, constraint.Name)] = change;
                break;
        }
    }

    /// <summary>Whether two names can refer to the same object. A name without a schema matches any schema.</summary>
    public static bool IsSame(SqlName one, SqlName other) => one.Name == other.Name && (one.Schema is null || other.Schema is null || one.Schema == other.Schema);

    private bool MayExist(SqlName table) => !_new.Contains(table) && (!knowsExisting || _existing.Contains(table));

    private void Rename(SqlName before, SqlName after)
    {
        if (_new.Remove(before))
        {
            _new.Add(after);
        }
        else if (_existing.Remove(before))
        {
            _existing.Add(after);
        }
    }
}
