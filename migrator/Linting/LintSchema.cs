using Migrator.Scripts.Sql;
using Migrator.Scripts.Sql.Changes;

namespace Migrator.Linting;

/// <summary>What the scripts that were read so far say of the schema: which tables are new, and what is known of the others.</summary>
internal sealed class LintSchema
{
    // By name without schema, so that ten thousand tables are no trouble.
    private readonly Dictionary<string, List<SqlName>> _new = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(SqlName Index, SqlName? Table)>> _indexes = new(StringComparer.Ordinal);
    private readonly List<KnownCheck> _checks = [];

    /// <summary>A constraint that scripts added.</summary>
    private sealed record KnownCheck(SqlName Table, string? Name, string? Expression, string? NotNullColumn, bool IsValid);

    /// <summary>
    /// Whether the table was created by the scripts that are linted: nobody uses it yet, and it is empty or filled by them. So is an
    /// index of such a table, which ALTER TABLE takes for one.
    /// </summary>
    public bool IsNew(SqlName? table) => IsNewTable(table) || IsNewTable(TableOf(table));

    private bool IsNewTable(SqlName? table) => table is not null && _new.TryGetValue(table.Name, out List<SqlName>? named) && named.Exists(n => IsSame(n, table));

    /// <summary>The table of an index, as far as scripts tell.</summary>
    public SqlName? TableOf(SqlName? index) => index is not null && _indexes.TryGetValue(index.Name, out var named)
        ? named.FindLast(i => IsSame(i.Index, index)).Table
        : null;

    /// <summary>Whether a valid constraint proves that a column holds no null: SET NOT NULL then reads no rows.</summary>
    /// <remarks>A constraint that was validated, but not added by these scripts, is trusted to be the one.</remarks>
    public bool IsProvenNotNull(SqlName? table, string? column) => table is not null && column is not null
        && _checks.Any(c => IsSame(c.Table, table) && c.IsValid && (c.NotNullColumn == column || c.Expression is null || Proves(c.Expression, column)));

    /// <summary>Takes note of what a statement does.</summary>
    /// <param name="change">A change.</param>
    /// <param name="isLinted">Whether its script is one of those that are linted; otherwise it ran before them.</param>
    public void Note(SchemaChange change, bool isLinted)
    {
        switch (change)
        {
            case { Kind: ChangeKind.CreateTable, Table: { } created } when isLinted:
                Add(created);
                break;
            case { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Table: { } before, Name: { } name } when IsNew(before):
                Add(change.Kind == ChangeKind.RenameTable ? name : new SqlName(name.Name, before.Name));
                break;
            case { Kind: ChangeKind.CreateIndex, Name: { } index }:
                AddIndex(index, change.Table);
                break;
            case { Kind: ChangeKind.AddUnique, Name: { } constraint, Table: { } table }:
                AddIndex(new SqlName(table.Schema, constraint.Name), table);
                break;
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
                _checks.RemoveAll(c => IsSame(c.Table, table) && c.Name == dropped.Name);
                break;
        }
    }

    /// <summary>Whether two names can mean one thing: a schema that is left out may be any.</summary>
    public static bool IsSame(SqlName one, SqlName other) => one.Name == other.Name && (one.Schema is null || other.Schema is null || one.Schema == other.Schema);

    private void Add(SqlName table)
    {
        if (!_new.TryGetValue(table.Name, out List<SqlName>? named))
        {
            _new.Add(table.Name, named = []);
        }

        named.Add(table);
    }

    private void AddIndex(SqlName index, SqlName? table)
    {
        if (!_indexes.TryGetValue(index.Name, out List<(SqlName Index, SqlName? Table)>? named))
        {
            _indexes.Add(index.Name, named = []);
        }

        named.Add((index, table));
    }

    private void Validate(SqlName table, string name)
    {
        int known = _checks.FindIndex(c => IsSame(c.Table, table) && c.Name == name);
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
