using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>The tables that scripts create, as their syntax shows. Other sessions do not use them yet.</summary>
internal sealed class NewTables
{
    // The key is the name without the schema. This keeps lookups fast with ten thousand tables.
    private readonly Dictionary<string, List<SqlName>> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(SqlName Index, SqlName? Table)>> _indexes = new(StringComparer.Ordinal);

    /// <summary>Whether a table is new, or is an index of a new table: ALTER TABLE accepts an index, too.</summary>
    public bool Contains(SqlName? table) => IsTable(table) || IsTable(TableOf(table));

    /// <summary>The table of an index; null if the scripts do not show it.</summary>
    public SqlName? TableOf(SqlName? index) => index is not null && _indexes.TryGetValue(index.Name, out List<(SqlName Index, SqlName? Table)>? named)
        ? named.FindLast(i => IsSame(i.Index, index)).Table
        : null;

    /// <summary>Whether a change affects a table or index in use.</summary>
    public bool IsInUse(SchemaChange change)
    {
        SqlName? target = change.Table ?? change.Name;
        return change.Kind != ChangeKind.CreateTable && target is not null && !Contains(target);
    }

    /// <summary>Adds a change of a statement.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isNew">Whether a created table counts as new. If false, only indexes and their tables are added.</param>
    public void Add(SchemaChange change, bool isNew = true)
    {
        switch (change)
        {
            case { Kind: ChangeKind.CreateTable, Table: { } created } when isNew:
                Add(_tables, created.Name, created);
                break;
            case { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Table: { } before, Name: { } name } when Contains(before):
                SqlName renamed = change.Kind == ChangeKind.RenameTable ? name : new SqlName(name.Name, before.Name);
                Add(_tables, renamed.Name, renamed);
                break;
            case { Kind: ChangeKind.CreateIndex, Name: { } index }:
                Add(_indexes, index.Name, (index, change.Table));
                break;
            case { Kind: ChangeKind.AddUnique, Name: { } constraint, Table: { } table }:
                Add(_indexes, constraint.Name, (new SqlName(table.Schema, constraint.Name), table));
                break;
        }
    }

    /// <summary>Whether two names can refer to the same object. A name without a schema matches any schema.</summary>
    public static bool IsSame(SqlName one, SqlName other) => one.Name == other.Name && (one.Schema is null || other.Schema is null || one.Schema == other.Schema);

    private bool IsTable(SqlName? table) => table is not null && _tables.TryGetValue(table.Name, out List<SqlName>? named) && named.Exists(n => IsSame(n, table));

    private static void Add<T>(Dictionary<string, List<T>> all, string name, T one)
    {
        if (!all.TryGetValue(name, out List<T>? named))
        {
            all.Add(name, named = []);
        }

        named.Add(one);
    }
}
