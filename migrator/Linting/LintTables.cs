using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>What the scripts that were read so far say about tables: NOT NULL columns, keys and partitions.</summary>
internal sealed class LintTables
{
    // A table that is not a key of the dictionary was not created by the scripts that were read.
    private readonly Dictionary<SqlName, Table> _tables = [];

    private sealed class Table
    {
        public bool IsPartitioned { get; init; }

        public bool IsMaterializedView { get; init; }

        public bool IsForeign { get; init; }

        public bool HasExpressions { get; set; }

        public HashSet<string> NotNull { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, ColumnDefinition> Columns { get; } = new(StringComparer.Ordinal);

        public List<IReadOnlyList<string>> Indexes { get; } = [];

        public List<IReadOnlyList<string>> Unique { get; } = [];

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Whether a table is partitioned; null if the scripts do not show it.</summary>
    public bool? IsPartitioned(SqlName table) => _tables.TryGetValue(table, out Table? known) ? known.IsPartitioned : null;

    /// <summary>Whether the scripts show that a relation is a materialized view.</summary>
    public bool IsMaterializedView(SqlName table) => _tables.GetValueOrDefault(table) is { IsMaterializedView: true };

    /// <summary>Whether the scripts show that a table is a foreign table.</summary>
    public bool IsForeign(SqlName table) => _tables.GetValueOrDefault(table) is { IsForeign: true };

    /// <summary>
    /// Whether a table has a CHECK constraint, or an index with an expression or a WHERE clause. A new type of a column makes PostgreSQL check them again, or build
    /// them again.
    /// </summary>
    public bool HasExpressions(SqlName table) => _tables.GetValueOrDefault(table) is { HasExpressions: true };

    /// <summary>The definition of a column, with its current type; null if the scripts do not show it.</summary>
    public ColumnDefinition? ColumnOf(SqlName table, string column) => _tables.GetValueOrDefault(table)?.Columns.GetValueOrDefault(column);

    /// <summary>Whether the scripts show an index on these columns of a table.</summary>
    public bool HasIndex(SqlName table, IReadOnlyList<string> columns) => _tables.GetValueOrDefault(table) is { } known && known.Indexes.Exists(i => i.SequenceEqual(columns));

    /// <summary>Whether the scripts show that a column is NOT NULL.</summary>
    public bool IsNotNull(SqlName table, string column) => _tables.TryGetValue(table, out Table? known) && known.NotNull.Contains(column);

    /// <summary>Whether the scripts show that a column alone identifies a row. A column with the name <c>id</c> is assumed to.</summary>
    public bool IsKey(SqlName table, string column)
        => column == "id" || (_tables.TryGetValue(table, out Table? known) && known.Keys.Contains(column));

    /// <summary>Whether the scripts show that some of these columns, or all of them, are unique.</summary>
    public bool IsUnique(SqlName table, IReadOnlyList<string> columns)
        => _tables.GetValueOrDefault(table) is { } known && (columns.Any(known.Keys.Contains) || known.Unique.Exists(key => key.All(columns.Contains)));

    /// <summary>Adds a change of a statement.</summary>
    public void Add(SchemaChange change)
    {
        if (change.Table is not { } table)
        {
            return;
        }

        if (change.Kind == ChangeKind.CreateTable)
        {
            if (!change.IsIfNotExists || !_tables.ContainsKey(table))
            {
                _tables[table] = new Table { IsPartitioned = change.IsPartitioned, IsMaterializedView = change.IsMaterializedView, IsForeign = change.IsForeign, HasExpressions = change.HasCheck };
                AddColumns(_tables[table], change.Columns);
            }

            return;
        }

        if (!_tables.TryGetValue(table, out Table? known))
        {
            return;
        }

        switch (change)
        {
            case { Kind: ChangeKind.CreateIndex, IndexColumns.Count: > 0 }:
                known.Indexes.Add(change.IndexColumns);
                if (change.IsUnique)
                {
                    known.Unique.Add(change.IndexColumns);
                }

                break;
            case { Kind: ChangeKind.AddUnique, KeyColumns.Count: > 0 }:
                known.Unique.Add(change.KeyColumns);
                break;
            case { Kind: ChangeKind.AddCheck } or { Kind: ChangeKind.CreateIndex, IndexColumns: [] }:
                known.HasExpressions = true;
                break;
            case { Kind: ChangeKind.AddColumn, Column: { } column, Definition: { } definition }:
                AddColumns(known, [new(column, definition)]);
                break;
            case { Kind: ChangeKind.SetNotNull or ChangeKind.AddNotNull, IsNotValid: false, Column: { } column }:
                known.NotNull.Add(column);
                break;
            case { Kind: ChangeKind.AlterType, Column: { } column, Type: { } type } when known.Columns.TryGetValue(column, out ColumnDefinition? old):
                known.Columns[column] = old with { Type = type };
                break;
            case { Kind: ChangeKind.DropNotNull, Column: { } column }:
                known.NotNull.Remove(column);
                break;
            case { Kind: ChangeKind.RenameColumn, Column: { } column, Name: { } renamed }:
                Rename(known, column, renamed.Name);
                break;
            case { Kind: ChangeKind.DropColumn, Column: { } column }:
                known.NotNull.Remove(column);
                known.Keys.Remove(column);
                known.Columns.Remove(column);
                break;
            case { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Name: { } renamed }:
                _tables.Remove(table);
                _tables[renamed] = known;
                break;
            case { Kind: ChangeKind.DropTable }:
                _tables.Remove(table);
                break;
        }
    }

    private static void Rename(Table table, string before, string after)
    {
        if (table.Columns.Remove(before, out ColumnDefinition? definition))
        {
            table.Columns[after] = definition;
        }

        foreach (HashSet<string> columns in new[] { table.NotNull, table.Keys })
        {
            if (columns.Remove(before))
            {
                columns.Add(after);
            }
        }
    }

    private static void AddColumns(Table table, IEnumerable<KeyValuePair<string, ColumnDefinition>> columns)
    {
        foreach ((string column, ColumnDefinition definition) in columns)
        {
            table.Columns[column] = definition;
            table.HasExpressions |= definition.HasCheck;
            if (definition.IsNotNull || definition.IsSerial || definition.IsIdentity)
            {
                table.NotNull.Add(column);
            }

            if (definition.IsUnique)
            {
                table.Keys.Add(column);
            }
        }
    }
}
