using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>The foreign keys and partitions of tables, as the scripts that were read so far define them, and the locks that follow from them.</summary>
internal sealed class LintRelations
{
    private readonly List<(SqlName Table, ForeignKey Key)> _foreignKeys = [];
    private readonly Dictionary<SqlName, SqlName> _parents = [];
    private readonly Dictionary<SqlName, SqlName> _defaults = [];

    /// <summary>The default partition of a partitioned table; null if it has none, or if the scripts do not show it.</summary>
    public SqlName? DefaultPartitionOf(SqlName table) => _defaults.GetValueOrDefault(table);

    /// <summary>The foreign keys of a table.</summary>
    public IEnumerable<ForeignKey> ForeignKeysOf(SqlName table) => _foreignKeys.Where(f => f.Table == table).Select(f => f.Key);

    /// <summary>The tables with a foreign key to a table.</summary>
    public IEnumerable<SqlName> Referencing(SqlName table) => _foreignKeys.Where(f => f.Key.Referenced == table && f.Table != table).Select(f => f.Table).Distinct();

    /// <summary>Whether a table has a foreign key with the same columns to the same table.</summary>
    public bool HasEqual(SqlName table, ForeignKey key) => ForeignKeysOf(table).Any(k => k.Referenced == key.Referenced && k.Columns.SequenceEqual(key.Columns));

    /// <summary>The locks of a change on tables that the statement does not name.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isKey">Whether the changed column is a key, which foreign keys can reference.</param>
    public IEnumerable<SchemaChange> ImpliedLocks(SchemaChange change, bool isKey) => change.Table is not { } table ? [] : Implied(change, table, isKey)
        .Where(l => l.Table != table)
        .Select(l => new SchemaChange(ChangeKind.Reference, l.Table) { Lock = l.Lock, Offset = change.Offset, StatementName = change.StatementName });

    /// <summary>Adds a change of a statement.</summary>
    public void Add(SchemaChange change)
    {
        if (change.Table is not { } table)
        {
            return;
        }

        switch (change)
        {
            case { Kind: ChangeKind.CreateTable or ChangeKind.AddForeignKey or ChangeKind.AddColumn }:
                _foreignKeys.AddRange(change.ForeignKeys.Select(k => (table, k)));
                foreach ((string column, ColumnDefinition definition) in change is { Column: { } added, Definition: { } one } ? [new(added, one)] : change.Columns)
                {
                    _foreignKeys.AddRange(definition.References.Select(r => (table, new ForeignKey(null, [column], r))));
                }

                break;
            case { Kind: ChangeKind.CreatePartition or ChangeKind.AttachPartition, Other: { } partition }:
                _parents[partition] = table;
                if (change.IsDefaultPartition)
                {
                    _defaults[table] = partition;
                }

                break;
            case { Kind: ChangeKind.DetachPartition, Other: { } partition }:
                Remove(partition);
                break;
            case { Kind: ChangeKind.DropTable }:
                Remove(table);
                _foreignKeys.RemoveAll(f => f.Table == table || f.Key.Referenced == table);
                break;
            case { Kind: ChangeKind.DropConstraint or ChangeKind.DropColumn }:
                _foreignKeys.RemoveAll(f => f.Table == table && IsRemoved(f.Key, change));
                break;
            case { Kind: ChangeKind.RenameColumn, Column: { } column, Name: { } renamed }:
                for (int i = 0; i < _foreignKeys.Count; i++)
                {
                    if (_foreignKeys[i] is var (owner, key) && owner == table)
                    {
                        _foreignKeys[i] = (owner, key with { Columns = [.. key.Columns.Select(c => c == column ? renamed.Name : c)] });
                    }
                }

                break;
            case { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Name: { } renamed }:
                Rename(table, renamed);
                break;
        }
    }

    private IEnumerable<(SqlName Table, TableLock Lock)> Implied(SchemaChange change, SqlName table, bool isKey)
    {
        const TableLock Exclusive = TableLock.AccessExclusive;
        // Removing a foreign key drops its triggers, also those of the referenced table. A new type of a column removes it and adds it again.
        IEnumerable<ForeignKey> removed = ForeignKeysOf(table).Where(k => IsRemoved(k, change));
        IEnumerable<SqlName> locked = change.Kind switch
        {
            ChangeKind.DropTable => removed.Select(k => k.Referenced).Concat(change.IsCascade ? Referencing(table) : []).Concat(ParentOf(table)),
            ChangeKind.DropConstraint => removed.Select(k => k.Referenced).Concat(change.IsCascade && !removed.Any() ? Referencing(table) : []),
            ChangeKind.DropColumn => removed.Select(k => k.Referenced),
            ChangeKind.AlterType => removed.Select(k => k.Referenced).Concat(isKey ? Referencing(table) : []),
            // A detached partition is locked from PostgreSQL 14 on.
            ChangeKind.DetachPartition => new[] { change.Other, change.IsConcurrent ? null : DefaultPartitionOf(table) }.OfType<SqlName>()
                .Concat(change.IsConcurrent ? [] : Referencing(table)),
            ChangeKind.AttachPartition or ChangeKind.CreatePartition when DefaultPartitionOf(table) is { } partition => [partition],
            _ => change.StatementName == AlterConstraintReader.NotEnforced ? removed.Select(k => k.Referenced) : [],
        };
        IEnumerable<(SqlName, TableLock)> weaker = change.Kind switch
        {
            ChangeKind.EnforceConstraint => removed.Select(k => (k.Referenced, TableLock.ShareRowExclusive)),
            // A partition gets the foreign keys of its parent. An equal foreign key of the partition is replaced.
            ChangeKind.AttachPartition or ChangeKind.CreatePartition => ForeignKeysOf(table)
                .Select(k => (k.Referenced, change.Other is { } partition && HasEqual(partition, k) ? Exclusive : TableLock.ShareRowExclusive))
                .Concat(Referencing(table).Select(t => (t, TableLock.ShareRowExclusive))),
            _ => [],
        };
        return [.. locked.Select(t => (t, Exclusive)), .. weaker];
    }

    // PostgreSQL names a foreign key table_column_fkey. The name of the table is the name that it had at that time.
    private static bool IsRemoved(ForeignKey key, SchemaChange change) => change.Kind switch
    {
        ChangeKind.DropTable => true,
        ChangeKind.DropColumn or ChangeKind.AlterType => change.Column is { } column && key.Columns.Contains(column),
        _ => change.Name is { } name && (key.Name == name.Name || (key.Name is null && name.Name.EndsWith($"_{string.Join('_', key.Columns)}_fkey", StringComparison.Ordinal))),
    };

    private IEnumerable<SqlName> ParentOf(SqlName partition)
        => _parents.TryGetValue(partition, out SqlName? parent) ? [parent, .. DefaultPartitionOf(parent) is { } found && found != partition ? new[] { found } : []] : [];

    private void Remove(SqlName partition)
    {
        if (_parents.Remove(partition, out SqlName? parent) && DefaultPartitionOf(parent) == partition)
        {
            _defaults.Remove(parent);
        }
    }

    private void Rename(SqlName before, SqlName after)
    {
        for (int i = 0; i < _foreignKeys.Count; i++)
        {
            (SqlName table, ForeignKey key) = _foreignKeys[i];
            _foreignKeys[i] = (table == before ? after : table, key.Referenced == before ? key with { Referenced = after } : key);
        }

        foreach (Dictionary<SqlName, SqlName> names in new[] { _parents, _defaults })
        {
            foreach ((SqlName one, SqlName other) in names.Where(n => n.Key == before || n.Value == before).ToList())
            {
                names.Remove(one);
                names[one == before ? after : one] = other == before ? after : other;
            }
        }
    }
}
