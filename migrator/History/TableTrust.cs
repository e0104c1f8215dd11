using Migrator.Configuration;
using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>A reason not to use one of migrate's tables.</summary>
/// <param name="Table">The schema and name of the table, for messages.</param>
/// <param name="QuotedTable">The table's name in SQL.</param>
/// <param name="Kind">The kind of the reason: one of the names in <see cref="TableTrust"/>'s query.</param>
/// <param name="Name">The name of the object or of the role.</param>
/// <param name="Via">The object that the name belongs to, or the role that has the privilege.</param>
internal sealed record TableFinding(string Table, string QuotedTable, string Kind, string Name, string Via);

/// <summary>
/// Checks that only the migration role can change migrate's tables, and that reading and writing them runs no code of another role.
/// A writer could forge the history. The owner of a trigger, a rule, a policy, an expression or a type could run code with the
/// privileges of the migration role.
/// </summary>
/// <param name="options">The options: the owner and the roles that the user trusts.</param>
/// <param name="onlyReads">
/// Whether the command only reads the tables, as <c>wait</c> and <c>status</c> do. Their role usually owns nothing, so the owner is
/// only compared with <c>--history-owner</c>, and other writers are no reason to stop.
/// </param>
internal sealed class TableTrust(MigrateOptions options, bool onlyReads)
{
    private const string Owner = "owner";
    private const string Writer = "writer";
    private const string Type = "type";
    private const string Policy = "policy";
    private const string Inheritance = "inheritance";
    private const string Child = "child table";
    private const string Hidden = "row-level security";
    private const string NoTable = "no table";

    // The expressions in migrate's and Evolve's own tables, as PostgreSQL prints them with search_path = pg_catalog.
    private const string IsOwnDefault = @"pg_get_expr(d.adbin, d.adrelid) ~ '^(now\(\)|CURRENT_TIMESTAMP|clock_timestamp\(\)|SESSION_USER|nextval\(''[^'']*''::regclass\))$'";
    private const string OwnChecks = "'CHECK ((state = ANY (ARRAY[''started''::text, ''done''::text])))'";
    private const string WritePrivileges = "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'";
    private const int MaxRoles = 20;

    // Objects with a lower oid are part of PostgreSQL (FirstNormalObjectId in access/transam.h).
    private const string FirstUserOid = "16384";

    // The oid of the role pg_write_all_data, which exists since PostgreSQL 14 (pg_authid.dat).
    private const string WriteAllDataOid = "6182";

    private string TrustedRoles => Names(options.TrustedRoles);

    /// <summary>
    /// Gets a cheap SQL condition for a table <c>c</c> of <c>pg_class</c>. If it is false, <see cref="SelectStatement"/> finds the
    /// reasons, if there are any. It takes 3 ms of the server's time for four tables, and the other query twice as long.
    /// </summary>
    public string Condition => string.Join(" AND ", onlyReads ? ReadConditions : WriteConditions);

    private IEnumerable<string> ReadConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relrowsecurity OR c.relhassubclass)",
        "NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)",
        $"NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid >= {FirstUserOid})",
        .. options.HistoryOwner is null ? Array.Empty<string>() : [OwnerCondition],
    ];

    private IEnumerable<string> WriteConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relhastriggers OR c.relhasrules OR c.relrowsecurity OR c.relhassubclass)",
        OwnerCondition,
        $"NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner AND a.privilege_type IN ({WritePrivileges}))",
        "NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)",
        "NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))",
        // pg_get_expr and pg_get_constraintdef wait for the lock of a table. OFFSET 0 keeps PostgreSQL from calling them for other tables.
        $"NOT EXISTS (SELECT FROM (SELECT k.oid FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' OFFSET 0) k WHERE pg_get_constraintdef(k.oid) NOT IN ({OwnChecks}))",
        $"NOT EXISTS (SELECT FROM (SELECT d.adbin, d.adrelid FROM pg_attrdef d WHERE d.adrelid = c.oid OFFSET 0) d WHERE NOT {IsOwnDefault})",
        $"NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.attacl IS NOT NULL OR a.atttypid >= {FirstUserOid} OR a.attgenerated <> ''))",
        $"NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = {WriteAllDataOid})",
    ];

    private string OwnerCondition
        => $"(pg_get_userbyid(c.relowner) IN (current_user, {Names(options.HistoryOwner is { } owner ? [owner] : [])}) OR (current_setting('is_superuser') = 'off' AND pg_has_role(c.relowner, 'MEMBER')))";

    /// <summary>Gets the query for the findings about tables.</summary>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema.</param>
    private string SelectStatement(IEnumerable<string> tables, string schema) => $"""
        WITH RECURSIVE me AS (SELECT oid, rolsuper FROM pg_roles WHERE rolname = current_user),
             mine (oid) AS (SELECT oid FROM me UNION SELECT m.roleid FROM pg_auth_members m JOIN mine ON m.member = mine.oid),
             ours AS (SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE c.relname IN ({string.Join(", ", tables.Select(Quote.Literal))}) AND n.nspname = {Quote.Literal(schema)} AND c.relkind IN ({SideTables.Relations})),
             defaults AS MATERIALIZED (SELECT d.adrelid, d.adnum, d.adbin FROM pg_attrdef d WHERE d.adrelid IN (SELECT oid FROM ours)),
             constraints AS MATERIALIZED (SELECT k.oid, k.conrelid, k.conname FROM pg_constraint k WHERE k.conrelid IN (SELECT oid FROM ours) AND k.contype IN ('c', 'f')),
             grants (oid, grantee) AS (
                 SELECT o.oid, a.grantee FROM ours o, aclexplode(o.relacl) a WHERE a.privilege_type IN ({WritePrivileges})
                  UNION SELECT o.oid, a.grantee FROM ours o JOIN pg_attribute t ON t.attrelid = o.oid AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
                         WHERE a.privilege_type IN ('INSERT', 'UPDATE')
                  UNION SELECT o.oid, w.oid FROM ours o, pg_roles w WHERE w.rolname = 'pg_write_all_data'),
             findings (oid, kind, name, via) AS (
                 SELECT o.oid, '{Owner}', pg_get_userbyid(o.relowner), '' FROM ours o, me
                  WHERE pg_get_userbyid(o.relowner) NOT IN ({Names(options.HistoryOwner is { } owner ? [owner] : [])})
                    AND NOT CASE WHEN me.rolsuper THEN o.relowner IN (SELECT oid FROM mine) ELSE pg_has_role(o.relowner, 'MEMBER') END
                  UNION ALL SELECT tgrelid, 'trigger', tgname, '' FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours) AND NOT tgisinternal
                  UNION ALL SELECT ev_class, 'rule', rulename, '' FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM ours)
                  UNION ALL SELECT polrelid, '{Policy}', polname, '' FROM pg_policy WHERE polrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{Hidden}', current_user, '' FROM ours WHERE row_security_active(oid)
                  UNION ALL SELECT inhrelid, '{Inheritance}', inhparent::regclass::text, '' FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT inhparent, '{Child}', inhrelid::regclass::text, '' FROM pg_inherits WHERE inhparent IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{NoTable}', relname::text, '' FROM ours WHERE relkind <> 'r'
                  UNION ALL SELECT d.adrelid, CASE WHEN t.attgenerated = '' THEN 'default' ELSE 'generated column' END, t.attname, ''
                         FROM defaults d JOIN pg_attribute t ON t.attrelid = d.adrelid AND t.attnum = d.adnum
                        WHERE NOT (t.attgenerated = '' AND {IsOwnDefault})
                  UNION ALL SELECT conrelid, 'constraint', conname, '' FROM constraints WHERE pg_get_constraintdef(oid) NOT IN ({OwnChecks})
                  UNION ALL SELECT confrelid, 'foreign key', conname, conrelid::regclass::text FROM pg_constraint
                        WHERE confrelid IN (SELECT oid FROM ours) AND confrelid <> conrelid
                  UNION ALL SELECT i.indrelid, 'index', i.indexrelid::regclass::text, '' FROM pg_index i
                        WHERE i.indrelid IN (SELECT oid FROM ours)
                          AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
                  UNION ALL SELECT t.attrelid, '{Type}', t.attname, t.atttypid::regtype::text FROM pg_attribute t JOIN pg_type y ON y.oid = t.atttypid
                        WHERE t.attrelid IN (SELECT oid FROM ours) AND t.attnum > 0 AND NOT t.attisdropped AND y.typnamespace <> 'pg_catalog'::regnamespace
                  UNION ALL SELECT g.oid, '{Writer}', 'PUBLIC', 'PUBLIC' FROM grants g WHERE g.grantee = 0 AND 'PUBLIC' NOT IN ({TrustedRoles})
                  UNION ALL (SELECT DISTINCT g.oid, '{Writer}', r.rolname, pg_get_userbyid(g.grantee)
                         FROM grants g JOIN ours o ON o.oid = g.oid JOIN pg_roles r ON CASE WHEN g.grantee = 0 THEN false ELSE r.oid = g.grantee OR pg_has_role(r.oid, g.grantee, 'MEMBER') END, me
                        WHERE NOT r.rolsuper AND r.oid >= 16384 AND NOT pg_has_role(r.oid, o.relowner, 'MEMBER') AND NOT pg_has_role(r.oid, me.oid, 'MEMBER')
                          AND NOT EXISTS (SELECT FROM pg_roles t WHERE t.rolname IN ({TrustedRoles}) AND pg_has_role(r.oid, t.oid, 'MEMBER'))
                        LIMIT {MaxRoles}))
        SELECT o.nspname::text, o.relname::text, f.kind::text, f.name::text, f.via::text
          FROM findings f JOIN ours o ON o.oid = f.oid
         ORDER BY o.relname, f.kind, f.name, f.via
        """;

    /// <summary>Finds the reasons not to use tables for which <see cref="Condition"/> is false.</summary>
    /// <param name="session">The session.</param>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    /// <exception cref="MigrateException">There is a reason (2).</exception>
    public Task ThrowIfUntrustedAsync(DatabaseSession session, string historyTable, string schema, CancellationToken cancellation)
        => ThrowIfUntrustedAsync(session, SideTables.NamesOf(historyTable), schema, Stops, cancellation);

    /// <summary>Finds the reasons not to read the history table of another tool: another role could write it, or run code.</summary>
    /// <inheritdoc cref="ThrowIfUntrustedAsync(DatabaseSession, string, string, CancellationToken)"/>
    public Task ThrowIfUntrustedToolAsync(DatabaseSession session, string table, string schema, CancellationToken cancellation)
        => ThrowIfUntrustedAsync(session, [table], schema, f => IsUnsafeToRead(f) || f.Kind is Owner or Writer, cancellation);

    private bool Stops(TableFinding finding) => !onlyReads || IsUnsafeToRead(finding) || (finding.Kind == Owner && options.HistoryOwner is not null);

    private static bool IsUnsafeToRead(TableFinding finding) => finding.Kind is NoTable or Type or Policy or Inheritance or Child or Hidden;

    private async Task ThrowIfUntrustedAsync(
        DatabaseSession session, IEnumerable<string> tables, string schema, Func<TableFinding, bool> stops, CancellationToken cancellation)
    {
        IReadOnlyList<TableFinding> findings = await session.QueryAsync(
            [SelectStatement(tables, schema)], reader => ReadAsync(reader, cancellation), cancellation).ConfigureAwait(false);
        findings = [.. findings.Where(stops)];
        if (findings.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, ProblemOf(findings));
        }
    }

    private static async Task<IReadOnlyList<TableFinding>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var findings = new List<TableFinding>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            findings.Add(new TableFinding(
                $"{reader.GetString(0)}.{reader.GetString(1)}",
                $"{Quote.Identifier(reader.GetString(0))}.{Quote.Identifier(reader.GetString(1))}",
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4)));
        }

        return findings;
    }

    private static Problem ProblemOf(IReadOnlyList<TableFinding> findings)
    {
        IEnumerable<string> reasons = findings.GroupBy(Describe).Select(g => $"{string.Join(", ", g.Select(f => f.Table))}: {g.Key}");
        return new Problem("untrusted-table", $"another role could change the history, or run code with the privileges of the migration role. {string.Join("; ", reasons)}")
        {
            Advice = $"Check the rows of the tables. Then run: {string.Join(" ", findings.Select(FixOf).Distinct())}"
                + (findings.Any(f => f.Kind == Owner) ? " If the owner is the right one, set --history-owner." : "")
                + (findings.Any(f => f.Kind == Writer) ? " If a role may write to the tables, set --trust-role." : ""),
        };
    }

    private static string Describe(TableFinding finding) => finding.Kind switch
    {
        Owner => $"the owner is {finding.Name}",
        Writer when finding.Via == finding.Name => $"{finding.Name} can write",
        Writer => $"{finding.Name} can write as a member of {finding.Via}",
        Type => $"the type {finding.Via} of the column {finding.Name}",
        "default" => $"the default of the column {finding.Name}",
        "generated column" => $"the generated column {finding.Name}",
        "foreign key" => $"the foreign key {finding.Name} of {finding.Via}",
        Inheritance => $"it inherits from {finding.Name}",
        Child => $"{finding.Name} inherits from it",
        NoTable => "it is a view, a partitioned table or a foreign table",
        Hidden => $"row-level security hides rows from {finding.Name}",
        _ => $"the {finding.Kind} {finding.Name}",
    };

    private static string FixOf(TableFinding finding) => finding.Kind switch
    {
        Owner => $"ALTER TABLE {finding.QuotedTable} OWNER TO CURRENT_USER;",
        Writer when finding.Via == "PUBLIC" => $"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON {finding.QuotedTable} FROM PUBLIC;",
        Writer when finding.Via == "pg_write_all_data" => $"REVOKE pg_write_all_data FROM {Quote.Identifier(finding.Name)};",
        Writer => $"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON {finding.QuotedTable} FROM {Quote.Identifier(finding.Via)};",
        "trigger" => $"DROP TRIGGER {Quote.Identifier(finding.Name)} ON {finding.QuotedTable};",
        "rule" => $"DROP RULE {Quote.Identifier(finding.Name)} ON {finding.QuotedTable};",
        Policy => $"DROP POLICY {Quote.Identifier(finding.Name)} ON {finding.QuotedTable}; ALTER TABLE {finding.QuotedTable} DISABLE ROW LEVEL SECURITY;",
        "default" => $"ALTER TABLE {finding.QuotedTable} ALTER COLUMN {Quote.Identifier(finding.Name)} DROP DEFAULT;",
        "generated column" => $"ALTER TABLE {finding.QuotedTable} DROP COLUMN {Quote.Identifier(finding.Name)};",
        "constraint" => $"ALTER TABLE {finding.QuotedTable} DROP CONSTRAINT {Quote.Identifier(finding.Name)};",
        "foreign key" => $"ALTER TABLE {finding.Via} DROP CONSTRAINT {Quote.Identifier(finding.Name)};",
        "index" => $"DROP INDEX {finding.Name};",
        NoTable => $"(rename or drop {finding.QuotedTable})",
        Hidden => $"ALTER TABLE {finding.QuotedTable} DISABLE ROW LEVEL SECURITY;",
        Child => $"ALTER TABLE {finding.Name} NO INHERIT {finding.QuotedTable};",
        Inheritance => $"ALTER TABLE {finding.QuotedTable} NO INHERIT {finding.Name};",
        _ => $"(recreate {finding.QuotedTable} with types of pg_catalog)",
    };

    // An SQL list must not be empty. No role has an empty name.
    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "''" : string.Join(", ", names.Select(Quote.Literal));
}
