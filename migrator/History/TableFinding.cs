using Migrator.Database;

namespace Migrator.History;

/// <summary>A reason not to use one of migrate's tables.</summary>
/// <param name="Table">The schema and name of the table, for messages.</param>
/// <param name="QuotedTable">The table's name in SQL.</param>
/// <param name="Kind">The kind of the reason: one of the constants of this class, or the kind of the object, such as <c>trigger</c>.</param>
/// <param name="Name">The name of the object or of the role.</param>
/// <param name="Via">The object that the name belongs to, or the role that has the privilege.</param>
internal sealed record TableFinding(string Table, string QuotedTable, string Kind, string Name, string Via)
{
    public const string Owner = "owner";
    public const string SchemaOwner = "schema owner";
    public const string Writer = "writer";
    public const string View = "view";
    public const string OpenWrite = "uncommitted write";
    public const string Type = "type";
    public const string Policy = "policy";
    public const string Inheritance = "inheritance";
    public const string Child = "child table";
    public const string Hidden = "row-level security";
    public const string NoTable = "no table";
    public const string Sequence = "sequence";
    public const string Statistics = "statistics object";
    public const string Index = "index";
    public const string Generated = "generated column";
    public const string Constraint = "constraint";

    /// <summary>Whether reading the table could run code of another role, or show other rows than the table has.</summary>
    public bool IsUnsafeToRead => Kind is NoTable or Type or Policy or Inheritance or Child or Hidden or Statistics or Index or Generated or Constraint;

    /// <summary>Creates the problem for findings: the reasons, and the statements that fix them.</summary>
    public static Problem ProblemOf(IReadOnlyList<TableFinding> findings)
    {
        IEnumerable<string> reasons = findings.GroupBy(f => f.Describe()).Select(g => $"{string.Join(", ", g.Select(f => f.Table))}: {g.Key}");
        string what = findings.All(f => f.Kind == Hidden)
            ? "rows of the history are hidden"
            : "another role could change the history, or run code with the privileges of the migration role";
        string[] fixes = [.. findings.Select(f => f.Fix()).Where(f => f.Length > 0).Distinct()];
        string?[] advice =
        [
            fixes.Length > 0 ? $"Run, as the owner or a superuser: {string.Join(" ", fixes)}" : null,
            findings.Any(f => f.Kind is Writer or View or SchemaOwner or OpenWrite) ? "Open sessions keep their rights: end the sessions and the prepared transactions of the role. Then look for rows that it has added or changed." : null,
            findings.Any(f => f.Kind == Owner) ? "If the owner is the right one, set --history-owner." : null,
            findings.Any(f => f.Kind is Writer or SchemaOwner) ? "If a role may change the tables, set --trust-role." : null,
        ];
        return new Problem("untrusted-table", $"{what}. {string.Join("; ", reasons)}")
        {
            Advice = string.Join(" ", advice.Where(a => a is not null)),
        };
    }

    private string Describe() => Kind switch
    {
        Owner => $"the owner is {Name}",
        SchemaOwner => $"{Name} owns the schema, and can replace the table",
        Writer when Via == Name => $"{Name} can write",
        Writer => $"{Name} can write as a member of {Via}",
        OpenWrite => $"an open session or a prepared transaction of {Name} holds a lock for writing, and may have changed rows",
        View => $"{Via} can write through the view {Name}",
        Type => $"the column {Name} has the type {Via}, which is not in pg_catalog",
        "default" => $"the column {Name} has a default that migrate has not created",
        Generated => $"{Name} is a generated column",
        "foreign key" => $"{Via} has the foreign key {Name}",
        Sequence => $"{Via} can set the sequence {Name}, and with it the order of the history",
        Inheritance => $"it inherits from {Name}",
        Child => $"{Name} inherits from it",
        NoTable => "it is a view, a partitioned table or a foreign table",
        Hidden => $"row-level security hides rows from {Name}",
        _ => $"it has the {Kind} {Name}",
    };

    private string Fix() => Kind switch
    {
        // A role that only reads the tables cannot own them.
        Owner when Via.Length == 0 => "",
        Owner => $"ALTER TABLE {QuotedTable} OWNER TO {Quote.Identifier(Via)};",
        Writer when Via == "PUBLIC" => $"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES ON {QuotedTable} FROM PUBLIC;",
        Writer when Via == "pg_write_all_data" => $"REVOKE pg_write_all_data FROM {Quote.Identifier(Name)};",
        Writer => $"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES ON {QuotedTable} FROM {Quote.Identifier(Via)};",
        OpenWrite => $"{Via};",
        View => $"REVOKE INSERT, UPDATE, DELETE ON {Name} FROM {Via};",
        "trigger" => $"DROP TRIGGER {Quote.Identifier(Name)} ON {QuotedTable};",
        "rule" => $"DROP RULE {Quote.Identifier(Name)} ON {QuotedTable};",
        Policy => $"DROP POLICY {Quote.Identifier(Name)} ON {QuotedTable}; ALTER TABLE {QuotedTable} DISABLE ROW LEVEL SECURITY;",
        "default" => $"ALTER TABLE {QuotedTable} ALTER COLUMN {Quote.Identifier(Name)} DROP DEFAULT;",
        Generated => $"ALTER TABLE {QuotedTable} DROP COLUMN {Quote.Identifier(Name)};",
        Constraint => $"ALTER TABLE {QuotedTable} DROP CONSTRAINT {Quote.Identifier(Name)};",
        "foreign key" => $"ALTER TABLE {Via} DROP CONSTRAINT {Quote.Identifier(Name)};",
        Index => $"DROP INDEX {Name};",
        Statistics => $"DROP STATISTICS {Via};",
        NoTable => $"ALTER TABLE {QuotedTable} RENAME TO another name;",
        Hidden => $"ALTER TABLE {QuotedTable} DISABLE ROW LEVEL SECURITY;",
        SchemaOwner => $"ALTER SCHEMA {QuotedTable[..QuotedTable.LastIndexOf(".\"", StringComparison.Ordinal)]} OWNER TO {Quote.Identifier(Via)};",
        Sequence => $"REVOKE UPDATE ON SEQUENCE {Name} FROM {Via};",
        Child => $"ALTER TABLE {Name} NO INHERIT {QuotedTable};",
        Inheritance => $"ALTER TABLE {QuotedTable} NO INHERIT {Name};",
        _ => $"ALTER TABLE {QuotedTable} ALTER COLUMN {Quote.Identifier(Name)} TYPE a type of pg_catalog;",
    };
}
