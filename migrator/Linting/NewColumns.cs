using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>
/// The columns that the linted scripts add to tables in use. An old version of the application does not know them: its INSERTs leave them out. Also the triggers
/// and policies that decide what such an INSERT may do.
/// </summary>
internal sealed class NewColumns
{
    private readonly Dictionary<(SqlName Table, string Column), NewColumn> _columns = [];
    private readonly HashSet<SqlName> _triggers = [];
    private readonly HashSet<(SqlName Table, string Policy)> _restrictive = [];

    /// <param name="HasValue">Whether PostgreSQL sets the column if an INSERT leaves it out.</param>
    /// <param name="IsConstant">Whether that is the same value for each row.</param>
    private sealed record NewColumn(bool HasValue, bool IsConstant);

    /// <summary>Whether the linted scripts add a column.</summary>
    public bool Contains(SqlName table, string column) => _columns.ContainsKey((table, column));

    /// <summary>Whether a new column is not null in the rows that an old version inserts: it has a default, or a new trigger of its table may set it.</summary>
    public bool IsFilled(SqlName table, string column) => _columns.TryGetValue((table, column), out NewColumn? known) && (known.HasValue || _triggers.Contains(table));

    /// <summary>Whether the rows that an old version inserts have different values in a new column, or null, so that a unique key over it refuses none of them.</summary>
    public bool IsDistinct(SqlName table, string column) => _columns.TryGetValue((table, column), out NewColumn? known) && !known.IsConstant;

    /// <summary>Whether the scripts show that a policy is restrictive, so that more is allowed without it.</summary>
    public bool IsRestrictive(SqlName table, string policy) => _restrictive.Contains((table, policy));

    /// <summary>Adds a change of a statement.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isLinted">Whether the script is linted.</param>
    /// <param name="tables">The tables before the change.</param>
    public void Add(SchemaChange change, bool isLinted, LintTables tables)
    {
        if (change.Table is not { } table)
        {
            return;
        }

        switch (change)
        {
            // ADD COLUMN IF NOT EXISTS does nothing for a column that exists.
            case { Kind: ChangeKind.AddColumn, Column: { } column, Definition: { } definition } when isLinted && tables.ColumnOf(table, column) is null:
                _columns[(table, column)] = Of(definition);
                break;
            case { Action: TableAction.SetDefault or TableAction.GenerateAlways, Column: { } column } when Contains(table, column):
                _columns[(table, column)] = new NewColumn(HasValue: true, IsConstant: false);
                break;
            case { Action: TableAction.DropDefault, Column: { } column } when Contains(table, column):
                _columns[(table, column)] = new NewColumn(HasValue: false, IsConstant: false);
                break;
            case { Action: TableAction.CreateTrigger } when isLinted:
                _triggers.Add(table);
                break;
            case { Action: TableAction.CreateRestrictivePolicy, Part: { } policy }:
                _restrictive.Add((table, policy));
                break;
            case { Action: TableAction.DropPolicy, Part: { } policy }:
                _restrictive.Remove((table, policy));
                break;
            case { Kind: ChangeKind.DropColumn, Column: { } column }:
                _columns.Remove((table, column));
                break;
            case { Kind: ChangeKind.RenameColumn, Column: { } column, Name: { } renamed } when _columns.Remove((table, column), out NewColumn? known):
                _columns[(table, renamed.Name)] = known;
                break;
            case { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Name: { } renamed }:
                Rename(table, renamed);
                break;
        }
    }

    private void Rename(SqlName before, SqlName after)
    {
        foreach ((SqlName Table, string Column) key in _columns.Keys.Where(k => k.Table == before).ToList())
        {
            _columns.Remove(key, out NewColumn? known);
            _columns[(after, key.Column)] = known!;
        }

        if (_triggers.Remove(before))
        {
            _triggers.Add(after);
        }
    }

    // A default that calls a function, such as gen_random_uuid(), is assumed to return another value for each row.
    private static NewColumn Of(ColumnDefinition column)
    {
        bool isComputed = column.IsSerial || column.IsIdentity || column.IsGenerated;
        bool hasDefault = column.Default is { } value && !value.Equals("null", StringComparison.OrdinalIgnoreCase);
        return new NewColumn(isComputed || hasDefault, !isComputed && hasDefault && !column.Default!.Contains('(', StringComparison.Ordinal));
    }
}
