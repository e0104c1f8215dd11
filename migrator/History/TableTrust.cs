using Migrator.Configuration;
using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// Checks that only the migration role can change migrate's tables, and that reading and writing them runs no code of another role.
/// A writer could forge the history. The owner of a trigger, a rule, a policy, an expression or a type could run code with the
/// privileges of the migration role.
/// </summary>
/// <param name="options">The options: the owner and the roles that the user trusts.</param>
/// <param name="onlyReads">
/// Whether the command only reads the tables, as <c>wait</c> and <c>status</c> do. Their role usually owns nothing, so the owner is
/// only compared with <c>--history-owner</c>, or must be a superuser or the owner of the database. Other writers are no reason to stop.
/// </param>
internal sealed class TableTrust(MigrateOptions options, bool onlyReads)
{
    // The expressions in migrate's and Evolve's own tables, as PostgreSQL prints them with search_path = pg_catalog.
    private const string IsOwnDefault = @"pg_get_expr(d.adbin, d.adrelid) ~ '^(now\(\)|CURRENT_TIMESTAMP|clock_timestamp\(\)|SESSION_USER|nextval\(E?''([^'']|'''')*''::regclass\))$'";
    // Another role could set a sequence that does not belong to the table. It decides the order of the history.
    private const string UsesForeignSequence = $"""
        EXISTS (SELECT FROM pg_depend u JOIN pg_class s ON s.oid = u.refobjid AND s.relkind = 'S'
                 WHERE u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid AND u.refclassid = 'pg_class'::regclass
                   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.refobjid = f.adrelid AND {SideTables.IsOwnedSequence}))
        """;

    private const string OwnChecks = "'CHECK ((state = ANY (ARRAY[''started''::text, ''done''::text])))'";
    // A foreign key with ON DELETE CASCADE runs triggers of the referencing table.
    private const string WritePrivileges = "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES'";
    // The owner of the schema public. Its only member is the owner of the database.
    private const string DatabaseOwner = "'pg_database_owner'";
    private const int MaxRoles = 20;

    // What a view can be used for: as an SQL list, and as an argument of has_table_privilege.
    private const string ViewPrivileges = "'INSERT', 'UPDATE', 'DELETE'";
    private const string ViewPrivilegeList = "'INSERT, UPDATE, DELETE'";

    private const string GuardPrefix = "SELECT 1 / CASE WHEN EXISTS (";

    // The oid of the role pg_write_all_data, which exists since PostgreSQL 14 (pg_authid.dat).
    private const string WriteAllDataOid = "6182";

    /// <summary>Whether the command may write to the tables.</summary>
    public bool Writes => !onlyReads;

    private string TrustedRoles => Names(options.TrustedRoles);

    private string NamedOwner => Names(options.HistoryOwner is { } owner ? [owner] : []);

    /// <summary>
    /// Gets cheap SQL conditions for a table <c>c</c> of <c>pg_class</c>. They can be false for a safe table; then
    /// <see cref="SelectStatement"/> finds no reason. They take 3 ms of the server's time for four tables.
    /// </summary>
    private IEnumerable<string> Conditions => onlyReads ? ReadConditions : WriteConditions;

    private IEnumerable<string> ReadConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relrowsecurity OR c.relhassubclass)",
        "NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)",
        $"NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.atttypid >= {ServerFacts.FirstUserOid} OR a.attgenerated <> ''))",
        .. PlannerConditions,
        OwnerCondition,
    ];

    // What a script can change for another role, unless it alters the columns of these tables. 0.1 ms of the server's time, if prepared.
    private IEnumerable<string> AccessConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relhastriggers OR c.relhasrules OR c.relrowsecurity OR c.relhassubclass)",
        OwnerCondition,
        $"NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner AND a.privilege_type IN ({WritePrivileges}))",
        SchemaCondition,
        "NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)",
        $"NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.atttypid >= {ServerFacts.FirstUserOid} OR a.attgenerated <> ''))",
        ColumnCondition,
        $"NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = {WriteAllDataOid})",
        s_viewCondition,
    ];

    // Only the columns' own privileges.
    private const string ColumnCondition = "NOT EXISTS (SELECT FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL AND a.grantee <> c.relowner AND a.privilege_type IN ('INSERT', 'UPDATE', 'REFERENCES'))";

    // No view depends on the table. The conditions of views take long to plan, so the check at the start leaves tables with views to SelectStatement.
    private const string NoViewCondition = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)";

    // No other role can write through a view of the table, or through a view of such a view. A simple view can be written to, with the privileges of its
    // owner. Views on views of views are found when the next command starts.
    private static readonly string s_viewCondition = $"""
        ({NoViewCondition}
         OR NOT EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class v ON v.oid = w.ev_class AND {IsWritableView("v", "c.oid")}
                         WHERE {IsViewOf("c.oid")}
                           AND ({IsGranted("v")} OR EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {IsWritableView("u", "v.oid")}
                                                             WHERE {IsViewOf("v.oid")} AND {IsGranted("u")}))))
        """;

    // Whether a view, whose owner may write to the relation beneath it, can be written to: the bits of pg_relation_is_updatable are 4 (UPDATE), 8 (INSERT) and
    // 16 (DELETE).
    private static string IsWritableView(string view, string relation)
        => $"{view}.relkind = 'v' AND has_table_privilege({view}.relowner, {relation}, {ViewPrivilegeList}) AND (pg_relation_is_updatable({view}.oid, true) & 28) <> 0";

    private static string IsGranted(string view) => $"""
        (EXISTS (SELECT FROM aclexplode({view}.relacl) a WHERE a.grantee <> {view}.relowner AND a.privilege_type IN ({ViewPrivileges}))
         OR EXISTS (SELECT FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = {view}.oid AND t.attacl IS NOT NULL AND a.grantee <> {view}.relowner AND a.privilege_type IN ({ViewPrivileges})))
        """;

    private static string IsViewOf(string relation) => $"d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = {relation} AND w.ev_class <> d.refobjid";

    private IEnumerable<string> WriteConditions =>
    [
        .. AccessConditions,
        .. PlannerConditions,
        $"NOT EXISTS (SELECT FROM (SELECT d.adbin, d.adrelid FROM pg_attrdef d WHERE d.adrelid = c.oid OFFSET 0) d WHERE NOT {IsOwnDefault})",
        $"NOT EXISTS (SELECT FROM pg_attrdef f WHERE f.adrelid = c.oid AND {UsesForeignSequence})",
        $"""
        NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', aclexplode(s.relacl) a
                     WHERE d.refobjid = c.oid AND {SideTables.IsOwnedSequence} AND a.grantee <> c.relowner AND a.privilege_type = 'UPDATE')
        """,
    ];

    // When the server plans a query, it can execute immutable functions in these expressions.
    private static IEnumerable<string> PlannerConditions =>
    [
        "NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))",
        "NOT EXISTS (SELECT FROM pg_statistic_ext e WHERE e.stxrelid = c.oid)",
        // pg_get_expr and pg_get_constraintdef wait for the lock of a table. OFFSET 0 keeps PostgreSQL from calling them for other tables.
        $"NOT EXISTS (SELECT FROM (SELECT k.oid FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' OFFSET 0) k WHERE pg_get_constraintdef(k.oid) NOT IN ({OwnChecks}))",
    ];

    private string OwnerCondition => $"(pg_get_userbyid(c.relowner) IN (current_user, {NamedOwner}) OR {IsTrustedOwner("c")})";

    // The owner of a schema can drop a table of another role, and create another one with the same name.
    private string SchemaCondition => $"""
        EXISTS (SELECT FROM pg_namespace s JOIN pg_roles r ON r.oid = s.nspowner, pg_database d
                 WHERE s.oid = c.relnamespace AND d.datname = current_database()
                   AND (r.rolsuper OR r.oid = d.datdba OR r.rolname IN (current_user, {DatabaseOwner}, {NamedOwner}, {TrustedRoles})))
        """;

    // A role that only reads the tables may not know the migration role. Without --history-owner, it accepts an owner that could change the
    // history in any case: a superuser, or the owner of the database. The owner of the schema is not enough, because a role may own a schema that
    // never had a history. Another owner could create an index with an expression between the check and the query.
    private string IsTrustedOwner(string table) => onlyReads && options.HistoryOwner is null
        ? $"""
            EXISTS (SELECT FROM pg_roles r, pg_database d
                     WHERE r.oid = {table}.relowner AND d.datname = current_database() AND (r.rolsuper OR r.oid = d.datdba))
            """
        : "false";

    // Whether a role is a group of the migration role alone: it cannot log in, and a superuser has made the migration role its only member.
    private static string IsOwnGroup(string role) => $"""
        (EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles grantor ON grantor.oid = m.grantor WHERE m.roleid = {role} AND m.member = me.oid AND grantor.rolsuper)
         AND NOT EXISTS (SELECT FROM pg_roles r
                          WHERE NOT r.rolsuper AND r.oid <> me.oid AND NOT pg_has_role(r.oid, me.oid, 'MEMBER')
                            AND (CASE WHEN r.oid = {role} THEN r.rolcanlogin ELSE pg_has_role(r.oid, {role}, 'MEMBER') END)))
        """;

    // Whether the conditions were true for all tables so far.
    private bool _areConditionsEnough = true;

    /// <summary>
    /// Gets the statements that a transaction of a script sends before it records the script. The script may have given another role access to the
    /// tables. The statements revoke the privileges that the transaction has granted, and fail if other reasons remain: see <see cref="IsRefused"/>.
    /// </summary>
    /// <param name="tables">The tables, except for the history table.</param>
    /// <param name="names">The names of all tables.</param>
    /// <param name="mayGrant">Whether the transaction began with <see cref="StatementsBeforeGrant"/>.</param>
    public IReadOnlyList<string> RecordingStatements(SideTables tables, IReadOnlyList<string> names, bool mayGrant)
        // A REVOKE on a table also revokes privileges on its columns, which another session can have granted meanwhile. So these are not revoked.
        => mayGrant ? [GuardStatement(names, tables.Schema, [ColumnCondition]), RevokeStatement(tables), RecordingGuard(tables, names)] : [RecordingGuard(tables, names)];

    /// <summary>Whether this role can revoke what a script grants on the tables. The tables then have no other owner.</summary>
    public bool CanRevoke => _areConditionsEnough && options.HistoryOwner is null;

    /// <summary>
    /// Gets the statements that a transaction of a script sends before a script that may contain a GRANT. The REVOKE changes nothing, but locks the rows of the
    /// catalog: until the end of the transaction, no other session can change the privileges on the tables. So what is granted afterwards comes from
    /// the script. The rollback to the savepoint restores the search path of the script.
    /// </summary>
    /// <param name="tables">The tables, except for the history table.</param>
    /// <param name="names">The names of all tables.</param>
    public IReadOnlyList<string> StatementsBeforeGrant(SideTables tables, IReadOnlyList<string> names) =>
    [
        $"REVOKE TRIGGER ON {string.Join(", ", names.Select(n => Quote.Table(tables.Schema, n)))} FROM PUBLIC",
        "SAVEPOINT migrate_check",
        TrustedBatch.SetPath,
        RecordingGuard(tables, names),
        "ROLLBACK TO SAVEPOINT migrate_check",
        "RELEASE SAVEPOINT migrate_check",
    ];

    private string RecordingGuard(SideTables tables, IReadOnlyList<string> names)
        => _areConditionsEnough ? GuardStatement(names, tables.Schema, AccessConditions) : $"{GuardPrefix}{SelectStatement(names, tables.Schema)}) THEN 0 ELSE 1 END";

    /// <summary>Whether a statement failed because there is a reason not to use the tables.</summary>
    public static bool IsRefused(PostgresException e)
        => e.SqlState == SqlStates.DivisionByZero && e.BatchCommand is { } command && command.CommandText.StartsWith(GuardPrefix, StringComparison.Ordinal);

    // GRANT … ON ALL TABLES IN SCHEMA is common in scripts, and is not meant for these tables.
    private string RevokeStatement(SideTables tables)
        => tables.RevokeStatement($"CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END NOT IN (current_user, {NamedOwner}, {TrustedRoles})");

    /// <summary>Gets the query for the findings about tables.</summary>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema.</param>
    private string SelectStatement(IEnumerable<string> tables, string schema) => $"""
        WITH RECURSIVE me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
             ours AS (SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relnamespace, c.relacl
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE c.relname IN ({string.Join(", ", tables.Select(Quote.Literal))}) AND n.nspname = {Quote.Literal(schema)} AND c.relkind IN ({SideTables.Relations})),
             defaults AS MATERIALIZED (SELECT d.adrelid, d.adnum, d.adbin FROM pg_attrdef d WHERE d.adrelid IN (SELECT oid FROM ours)),
             constraints AS MATERIALIZED (SELECT k.oid, k.conrelid, k.conname FROM pg_constraint k WHERE k.conrelid IN (SELECT oid FROM ours) AND k.contype IN ('c', 'f')),
             views (oid, base) AS (
                 SELECT u.oid, o.oid FROM ours o JOIN pg_depend d ON true JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {IsWritableView("u", "o.oid")} WHERE {IsViewOf("o.oid")}
                  UNION SELECT u.oid, v.base FROM views v JOIN pg_depend d ON true JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {IsWritableView("u", "v.oid")} WHERE {IsViewOf("v.oid")}),
             grants (oid, grantee) AS (
                 SELECT o.oid, a.grantee FROM ours o, aclexplode(o.relacl) a WHERE a.privilege_type IN ({WritePrivileges})
                  UNION SELECT o.oid, a.grantee FROM ours o JOIN pg_attribute t ON t.attrelid = o.oid AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
                         WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'REFERENCES')
                  UNION SELECT o.oid, w.oid FROM ours o, pg_roles w WHERE w.rolname = 'pg_write_all_data'),
             findings (oid, kind, name, via) AS (
                 SELECT o.oid, '{TableFinding.Owner}'::text, pg_get_userbyid(o.relowner)::text, {(onlyReads ? "''" : "current_user")}::text FROM ours o, me
                  WHERE o.relowner <> me.oid AND pg_get_userbyid(o.relowner) NOT IN ({NamedOwner}) AND NOT {IsTrustedOwner("o")} AND NOT {IsOwnGroup("o.relowner")}
                  UNION ALL SELECT c.oid, '{TableFinding.SchemaOwner}', pg_get_userbyid(s.nspowner), current_user FROM ours c JOIN pg_namespace s ON s.oid = c.relnamespace, me
                  WHERE NOT ({SchemaCondition}) AND NOT {IsOwnGroup("s.nspowner")}
                  UNION ALL SELECT tgrelid, 'trigger', tgname, '' FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours) AND NOT tgisinternal
                  UNION ALL SELECT ev_class, 'rule', rulename, '' FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM ours)
                  UNION ALL SELECT polrelid, '{TableFinding.Policy}', polname, '' FROM pg_policy WHERE polrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{TableFinding.Hidden}', current_user, '' FROM ours WHERE row_security_active(oid)
                  UNION ALL SELECT inhrelid, '{TableFinding.Inheritance}', inhparent::regclass::text, '' FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT inhparent, '{TableFinding.Child}', inhrelid::regclass::text, '' FROM pg_inherits WHERE inhparent IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{TableFinding.NoTable}', relname::text, '' FROM ours WHERE relkind <> 'r'
                  UNION ALL SELECT d.adrelid, CASE WHEN t.attgenerated = '' THEN 'default' ELSE 'generated column' END, t.attname, ''
                         FROM defaults d JOIN pg_attribute t ON t.attrelid = d.adrelid AND t.attnum = d.adnum
                        WHERE NOT (t.attgenerated = '' AND {IsOwnDefault})
                  UNION ALL SELECT f.adrelid, 'default', t.attname, '' FROM pg_attrdef f JOIN pg_attribute t ON t.attrelid = f.adrelid AND t.attnum = f.adnum
                        WHERE f.adrelid IN (SELECT oid FROM ours) AND {UsesForeignSequence}
                  UNION ALL SELECT e.stxrelid, '{TableFinding.Statistics}', e.stxname, quote_ident(n.nspname) || '.' || quote_ident(e.stxname)
                         FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE e.stxrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT conrelid, 'constraint', conname, '' FROM constraints WHERE pg_get_constraintdef(oid) NOT IN ({OwnChecks})
                  UNION ALL SELECT confrelid, 'foreign key', conname, conrelid::regclass::text FROM pg_constraint
                        WHERE confrelid IN (SELECT oid FROM ours) AND confrelid <> conrelid
                  UNION ALL SELECT i.indrelid, 'index', i.indexrelid::regclass::text, '' FROM pg_index i
                        WHERE i.indrelid IN (SELECT oid FROM ours)
                          AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
                  UNION ALL SELECT t.attrelid, '{TableFinding.Type}', t.attname, t.atttypid::regtype::text FROM pg_attribute t JOIN pg_type y ON y.oid = t.atttypid
                        WHERE t.attrelid IN (SELECT oid FROM ours) AND t.attnum > 0 AND NOT t.attisdropped AND y.typnamespace <> 'pg_catalog'::regnamespace
                  UNION ALL SELECT o.oid, '{TableFinding.Sequence}', s.oid::regclass::text, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
                         FROM ours o JOIN pg_depend d ON d.refobjid = o.oid AND {SideTables.IsOwnedSequence}
                         JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', aclexplode(s.relacl) a
                        WHERE a.grantee <> o.relowner AND a.privilege_type = 'UPDATE'
                          AND NOT (a.grantee <> 0 AND pg_get_userbyid(a.grantee) IN (current_user, {TrustedRoles}))
                  UNION ALL SELECT DISTINCT v.base, '{TableFinding.View}', v.oid::regclass::text, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END
                         FROM views v JOIN pg_class r ON r.oid = v.oid AND r.relkind = 'v' JOIN ours o ON o.oid = v.base, me, LATERAL (
                              SELECT a.grantee FROM aclexplode(r.relacl) a WHERE a.privilege_type IN ({ViewPrivileges})
                               UNION SELECT a.grantee FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = r.oid AND a.privilege_type IN ({ViewPrivileges})) g
                        WHERE g.grantee <> r.relowner
                          AND CASE WHEN g.grantee = 0 THEN 'PUBLIC' NOT IN ({TrustedRoles})
                                   ELSE pg_get_userbyid(g.grantee) NOT IN (current_user, {NamedOwner}, {TrustedRoles}) AND NOT pg_has_role(g.grantee, me.oid, 'MEMBER') AND NOT pg_has_role(g.grantee, o.relowner, 'MEMBER') END
                  UNION ALL SELECT g.oid, '{TableFinding.Writer}', 'PUBLIC', 'PUBLIC' FROM grants g WHERE g.grantee = 0 AND 'PUBLIC' NOT IN ({TrustedRoles})
                  UNION ALL (SELECT DISTINCT g.oid, '{TableFinding.Writer}', r.rolname, pg_get_userbyid(g.grantee)
                         FROM grants g JOIN ours o ON o.oid = g.oid JOIN pg_roles r ON CASE WHEN g.grantee = 0 THEN false ELSE r.oid = g.grantee OR pg_has_role(r.oid, g.grantee, 'MEMBER') END, me
                        WHERE NOT r.rolsuper AND r.oid >= {ServerFacts.FirstUserOid} AND NOT pg_has_role(r.oid, o.relowner, 'MEMBER') AND NOT pg_has_role(r.oid, me.oid, 'MEMBER')
                          AND NOT EXISTS (SELECT FROM pg_roles t WHERE t.rolname IN ({TrustedRoles}) AND pg_has_role(r.oid, t.oid, 'MEMBER'))
                        LIMIT {MaxRoles}))
        SELECT o.nspname::text, o.relname::text, f.kind::text, f.name::text, f.via::text
          FROM findings f JOIN ours o ON o.oid = f.oid
         ORDER BY o.relname, f.kind, f.name, f.via
        """;

    /// <summary>
    /// Reads tables in one transaction that first locks and checks them. Without the lock, the owner of another table could rename it
    /// to the name of a checked table just before it is read.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="read">Reads the results. The reader is at the first result.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">There is a reason not to use one of the tables (2).</exception>
    /// <exception cref="PostgresException">A table does not exist (42P01), or must not be read (42501).</exception>
    public async Task<T> ReadAsync<T>(
        DatabaseSession session, IReadOnlyList<string> tables, string schema, IReadOnlyList<string> queries, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await session.QueryAsync(
                ["BEGIN", LockStatement(tables, schema), GuardStatement(tables, schema, Conditions.Select(c => c == s_viewCondition ? NoViewCondition : c)), .. queries, "COMMIT"],
                async reader =>
                {
                    // The result of the guard comes first.
                    await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                    return await read(reader).ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.DivisionByZero)
        {
            // The guard can also fail for a safe table.
            await session.RollbackAsync().ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            if (e.SqlState == SqlStates.InsufficientPrivilege && !onlyReads)
            {
                // The usual cause is another owner.
                await ThrowIfUntrustedAsync(session, tables, schema, cancellation).ConfigureAwait(false);
            }

            throw;
        }

        return await ReadCheckedAsync(session, tables, schema, Stops, queries, read, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads the history table of another tool, like <see cref="ReadAsync{T}"/>.</summary>
    /// <inheritdoc cref="ReadAsync{T}"/>
    public Task<T> ReadToolAsync<T>(
        DatabaseSession session, string table, string schema, string query, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
        => ReadCheckedAsync(session, [table], schema, f => f.IsUnsafeToRead || f.Kind is TableFinding.Owner or TableFinding.Writer, [query], read, cancellation);

    /// <summary>Finds the reasons not to use tables that this run has created.</summary>
    /// <param name="session">The session.</param>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    /// <exception cref="MigrateException">There is a reason (2).</exception>
    public async Task ThrowIfUntrustedAsync(DatabaseSession session, IEnumerable<string> tables, string schema, CancellationToken cancellation)
        => Throw(await FindAsync(session, [], tables, schema, cancellation).ConfigureAwait(false), Stops);

    // Finds the reasons, and whether the conditions are true for the tables.
    private async Task<IReadOnlyList<TableFinding>> FindAsync(
        DatabaseSession session, IEnumerable<string> before, IEnumerable<string> tables, string schema, CancellationToken cancellation)
        => await session.QueryAsync(
            [.. before, $"SELECT EXISTS ({SelectUnusual(tables, schema, Conditions)})", SelectStatement(tables, schema)],
            async reader =>
            {
                await reader.ReadAsync(cancellation).ConfigureAwait(false);
                _areConditionsEnough &= !reader.GetBoolean(0);
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                return await ReadFindingsAsync(reader, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);

    private async Task<T> ReadCheckedAsync<T>(
        DatabaseSession session,
        IReadOnlyList<string> tables,
        string schema,
        Func<TableFinding, bool> stops,
        IReadOnlyList<string> queries,
        Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellation)
    {
        try
        {
            Throw(await FindAsync(session, ["BEGIN", LockStatement(tables, schema)], tables, schema, cancellation).ConfigureAwait(false), stops);
            return await session.QueryAsync([.. queries, "COMMIT"], read, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MigrateException or PostgresException)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string LockStatement(IEnumerable<string> tables, string schema)
        => $"LOCK TABLE {string.Join(", ", tables.Select(t => Quote.Table(schema, t)))} IN ACCESS SHARE MODE";

    // Fails with a division by zero, so that the server does not execute the statements after it.
    private static string GuardStatement(IEnumerable<string> tables, string schema, IEnumerable<string> conditions)
        => $"{GuardPrefix}{SelectUnusual(tables, schema, conditions)}) THEN 0 ELSE 1 END";

    private static string SelectUnusual(IEnumerable<string> tables, string schema, IEnumerable<string> conditions) => $"""
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = {Quote.Literal(schema)} AND c.relname IN ({string.Join(", ", tables.Select(Quote.Literal))})
           AND c.relkind IN ({SideTables.Relations}) AND NOT ({string.Join(" AND ", conditions)})
        """;

    private bool Stops(TableFinding finding)
        => !onlyReads || finding.IsUnsafeToRead || finding.Kind == TableFinding.Owner;

    private static void Throw(IReadOnlyList<TableFinding> findings, Func<TableFinding, bool> stops)
    {
        findings = [.. findings.Where(stops)];
        if (findings.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, TableFinding.ProblemOf(findings));
        }
    }

    private static async Task<IReadOnlyList<TableFinding>> ReadFindingsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var findings = new List<TableFinding>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            findings.Add(new TableFinding(
                $"{reader.GetString(0)}.{reader.GetString(1)}",
                Quote.Table(reader.GetString(0), reader.GetString(1)),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4)));
        }

        return findings;
    }

    // An SQL list must not be empty. No role has an empty name.
    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "''" : string.Join(", ", names.Select(Quote.Literal));
}
