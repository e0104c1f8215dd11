using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>What is known about the schema from the scripts that were read so far.</summary>
/// <param name="newTables">The tables that the linted scripts create. The application does not use them yet.</param>
internal sealed class LintSchema(NewTables newTables)
{
    private readonly List<KnownCheck> _checks = [];
    private readonly List<(SqlName Table, string Name)> _dropped = [];
    private readonly List<ProceduralCode> _procedures = [];

    /// <summary>A CHECK or NOT NULL constraint that a script added or validated.</summary>
    private sealed record KnownCheck(SqlName Table, string? Name, string? Expression, string? NotNullColumn, bool IsValid);

    /// <summary>The tables that the linted scripts create.</summary>
    public NewTables NewTables => newTables;

    /// <summary>The columns, keys and partitions of tables.</summary>
    public LintTables Tables { get; } = new();

    /// <summary>The columns that the linted scripts add to tables in use.</summary>
    public NewColumns NewColumns { get; } = new();

    /// <summary>The foreign keys and partitions of tables.</summary>
    public LintRelations Relations { get; } = new();

    /// <summary>The objects that are not tables.</summary>
    public LintObjects Objects { get; } = new();

    /// <summary>Whether a column is NOT NULL, or a valid constraint proves that it holds no null. SET NOT NULL then skips the full table scan.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="statement">The changes of the statement. A constraint that it drops proves nothing, because PostgreSQL drops it first.</param>
    /// <remarks>A constraint that these scripts validate but do not add is assumed to prove it.</remarks>
    public bool IsProvenNotNull(SqlName? table, string? column, IReadOnlyList<SchemaChange> statement) => table is not null && column is not null
        && (Tables.IsNotNull(table, column) || _checks.Any(c => c.Table == table && c.IsValid && !IsDropped(c, statement)
            && (c.NotNullColumn == column || c.Expression is null || NotNullProof.Proves(c.Expression, column))));

    /// <summary>Whether a table has a valid CHECK constraint. It is assumed to prove the bounds of the partition.</summary>
    public bool HasValidCheck(SqlName table) => _checks.Exists(c => c.Table == table && c is { IsValid: true, NotNullColumn: null });

    /// <summary>The locks of a change on tables that the statement does not name.</summary>
    public IEnumerable<SchemaChange> ImpliedLocks(SchemaChange change)
        => Relations.ImpliedLocks(change, isKey: change is { Table: { } table, Column: { } column } && Tables.IsKey(table, column));

    /// <summary>The constraints of a table that the linted scripts have dropped so far, or that the statement drops.</summary>
    public IReadOnlyList<string> DroppedConstraintsOf(SqlName? table, IReadOnlyList<SchemaChange> statement) =>
    [
        .. _dropped.Where(d => d.Table == table).Select(d => d.Name),
        .. statement.Where(c => c.Kind == ChangeKind.DropConstraint && c.Table == table).Select(c => c.Name?.Name).OfType<string>(),
    ];

    /// <summary>Whether code ends its transaction with COMMIT or ROLLBACK, itself or in a procedure that it calls and that the scripts create.</summary>
    public bool EndsTransaction(ProceduralCode code) => EndsTransaction(code, []);

    /// <summary>Adds the code of a statement. Only procedures are remembered; the last definition of a procedure counts.</summary>
    public void Add(ProceduralCode code)
    {
        if (code.Procedure is { } created)
        {
            _procedures.RemoveAll(p => NewTables.IsSame(p.Procedure!, created));
            _procedures.Add(code);
        }
    }

    /// <summary>Adds a change of a statement.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isLinted">True if the script is linted; false if it precedes the linted scripts.</param>
    public void Add(SchemaChange change, bool isLinted)
    {
        NewTables.Add(change, isLinted);
        NewColumns.Add(change, isLinted, Tables);
        Tables.Add(change);
        Relations.Add(change);
        Objects.Add(change, isLinted);
        switch (change)
        {
            case { Kind: ChangeKind.AddCheck, Table: { } table }:
                _checks.Add(new KnownCheck(table, change.Name?.Name, change.Expression ?? "", null, !change.IsNotValid));
                break;
            case { Kind: ChangeKind.AddNotNull, Table: { } table }:
                _checks.Add(new KnownCheck(table, change.Name?.Name, "", change.Column, !change.IsNotValid));
                break;
            case { Kind: ChangeKind.ValidateConstraint, Table: { } table, Name: { } validated }:
                Validate(table, validated.Name);
                break;
            case { Kind: ChangeKind.DropConstraint, Table: { } table, Name: { } dropped }:
                _checks.RemoveAll(c => c.Table == table && c.Name == dropped.Name);
                if (isLinted)
                {
                    _dropped.Add((table, dropped.Name));
                }

                break;
        }
    }

    private static bool IsDropped(KnownCheck check, IReadOnlyList<SchemaChange> statement)
        => statement.Any(c => c.Kind == ChangeKind.DropConstraint && c.Table == check.Table && c.Name?.Name == check.Name);

    private bool EndsTransaction(ProceduralCode code, HashSet<ProceduralCode> seen) => seen.Add(code)
        && (code.EndsTransaction || code.Calls.SelectMany(c => _procedures.Where(p => NewTables.IsSame(p.Procedure!, c))).Any(p => EndsTransaction(p, seen)));

    private void Validate(SqlName table, string name)
    {
        int known = _checks.FindIndex(c => c.Table == table && c.Name == name);
        if (known >= 0)
        {
            _checks[known] = _checks[known] with { IsValid = true };
        }
        else
        {
            _checks.Add(new KnownCheck(table, name, null, null, true));
        }
    }
}
