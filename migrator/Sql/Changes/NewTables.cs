using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Tables that scripts created, by their words: nobody uses them yet.</summary>
internal sealed class NewTables
{
    // By name without schema, so that ten thousand tables are no trouble.
    private readonly Dictionary<string, List<SqlName>> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(SqlName Index, SqlName? Table)>> _indexes = new(StringComparer.Ordinal);

    /// <summary>Whether a table is new, or an index of a table that is, which ALTER TABLE takes for one.</summary>
    public bool Contains(SqlName? table) => IsTable(table) || IsTable(TableOf(table));

    /// <summary>The table of an index, as far as scripts tell.</summary>
    public SqlName? TableOf(SqlName? index) => index is not null && _indexes.TryGetValue(index.Name, out List<(SqlName Index, SqlName? Table)>? named)
        ? named.FindLast(i => IsSame(i.Index, index)).Table
        : null;

    /// <summary>Whether a change is one to a table, or an index, that is in use.</summary>
    public bool IsInUse(SchemaChange change)
    {
        SqlName? what = change.Table ?? change.Name;
        return change.Kind != ChangeKind.CreateTable && what is not null && !Contains(what);
    }

    /// <summary>Takes note of what a statement does.</summary>
    /// <param name="change">A change.</param>
    /// <param name="isNew">Whether what it creates is new; otherwise only the index's table is noted.</param>
    public void Note(SchemaChange change, bool isNew = true)
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

    /// <summary>Whether two names can mean one thing: a schema that is left out may be any.</summary>
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
