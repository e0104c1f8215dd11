using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>What is known about the schema from the scripts that were read so far: the new tables, and the constraints of all tables.</summary>
/// <param name="newTables">The tables that the linted scripts create. The application does not use them yet.</param>
internal sealed class LintSchema(NewTables newTables)
{
    private readonly List<KnownCheck> _checks = [];
    private readonly List<ProceduralCode> _procedures = [];

    /// <summary>A CHECK or NOT NULL constraint that a script added or validated.</summary>
    private sealed record KnownCheck(SqlName Table, string? Name, string? Expression, string? NotNullColumn, bool IsValid);

    /// <summary>The tables that the linted scripts create. The application does not use them yet.</summary>
    public NewTables NewTables => newTables;

    /// <summary>Whether a valid constraint proves that a column holds no null. SET NOT NULL then skips the full table scan.</summary>
    /// <remarks>A constraint that these scripts validate but do not add is assumed to prove it.</remarks>
    public bool IsProvenNotNull(SqlName? table, string? column) => table is not null && column is not null
        && _checks.Any(c => NewTables.IsSame(c.Table, table) && c.IsValid && (c.NotNullColumn == column || c.Expression is null || Proves(c.Expression, column)));

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
                _checks.RemoveAll(c => NewTables.IsSame(c.Table, table) && c.Name == dropped.Name);
                break;
        }
    }

    private bool EndsTransaction(ProceduralCode code, HashSet<ProceduralCode> seen) => seen.Add(code)
        && (code.EndsTransaction || code.Calls.SelectMany(c => _procedures.Where(p => NewTables.IsSame(p.Procedure!, c))).Any(p => EndsTransaction(p, seen)));

    private void Validate(SqlName table, string name)
    {
        int known = _checks.FindIndex(c => NewTables.IsSame(c.Table, table) && c.Name == name);
        if (known >= 0)
        {
            _checks[known] = _checks[known] with { IsValid = true };
        }
        else
        {
            _checks.Add(new KnownCheck(table, name, null, null, true));
        }
    }

    // PostgreSQL accepts IS NOT NULL in an AND expression as a proof, but not in an OR expression (NotNullImpliedByRelConstraints in tablecmds.c).
    private static bool Proves(string expression, string column)
    {
        StatementReader reader = new(expression);
        bool isProven = false;
        while (!reader.AtEnd)
        {
            if (reader.Is("or"))
            {
                return false;
            }

            if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) == column)
            {
                reader.Advance();
                isProven |= reader.Skip("is", "not") && reader.Is("null");
            }
            else
            {
                reader.Advance();
            }
        }

        return isProven;
    }
}
