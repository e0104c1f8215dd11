using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>What the scripts that were read so far say of the schema: which tables are new, and what is known of the others.</summary>
internal sealed class LintSchema
{
    private readonly List<KnownCheck> _checks = [];

    /// <summary>A constraint that scripts added.</summary>
    private sealed record KnownCheck(SqlName Table, string? Name, string? Expression, string? NotNullColumn, bool IsValid);

    /// <summary>What was created by the scripts that are linted: nobody uses it yet, and it is empty or filled by them.</summary>
    public NewTables New { get; } = new();

    /// <summary>Whether a valid constraint proves that a column holds no null: SET NOT NULL then reads no rows.</summary>
    /// <remarks>A constraint that was validated, but not added by these scripts, is trusted to be the one.</remarks>
    public bool IsProvenNotNull(SqlName? table, string? column) => table is not null && column is not null
        && _checks.Any(c => NewTables.IsSame(c.Table, table) && c.IsValid && (c.NotNullColumn == column || c.Expression is null || Proves(c.Expression, column)));

    /// <summary>Takes note of what a statement does.</summary>
    /// <param name="change">A change.</param>
    /// <param name="isLinted">Whether its script is one of those that are linted; otherwise it ran before them.</param>
    public void Note(SchemaChange change, bool isLinted)
    {
        New.Note(change, isLinted);
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

    // AND keeps the proof, OR does not (NotNullImpliedByRelConstraints in tablecmds.c).
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
