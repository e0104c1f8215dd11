using Migrator.Configuration;
using Migrator.Database;

namespace Migrator.History;

/// <summary>SQL conditions: when only the migration role can change a table, and when reading and writing it runs no code of another role.</summary>
/// <param name="options">The options: the owner and the roles that the user trusts.</param>
/// <param name="onlyReads">See <see cref="TableTrust"/>.</param>
/// <param name="canReadLocks">See <see cref="TableTrust"/>.</param>
internal sealed class TableConditions(MigrateOptions options, bool onlyReads, bool canReadLocks)
{
    // The expressions in migrate's and Evolve's own tables, as PostgreSQL prints them with search_path = pg_catalog.
    public const string IsOwnDefault = @"pg_get_expr(d.adbin, d.adrelid) ~ '^(now\(\)|CURRENT_TIMESTAMP|clock_timestamp\(\)|SESSION_USER|nextval\(E?''([^'']|'''')*''::regclass\))$'";
    // Another role could set a sequence that does not belong to the table. It decides the order of the history.
    public const string UsesForeignSequence = $"""
        EXISTS (SELECT FROM pg_depend u JOIN pg_class s ON s.oid = u.refobjid AND s.relkind = 'S'
                 WHERE u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid AND u.refclassid = 'pg_class'::regclass
                   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.refobjid = f.adrelid AND {SideTables.IsOwnedSequence}))
        """;

    public const string OwnChecks = "'CHECK ((state = ANY (ARRAY[''started''::text, ''done''::text])))'";
    // A foreign key with ON DELETE CASCADE runs triggers of the referencing table.
    public const string WritePrivileges = "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES'";
    // The owner of the schema public. Its only member is the owner of the database.
    private const string DatabaseOwner = "'pg_database_owner'";

    // What a view can be used for: as an SQL list, and as an argument of has_table_privilege.
    public const string ViewPrivileges = "'INSERT', 'UPDATE', 'DELETE'";
    private const string ViewPrivilegeList = "'INSERT, UPDATE, DELETE'";

    // The oid of the role pg_write_all_data, which exists since PostgreSQL 14 (pg_authid.dat).
    private const string WriteAllDataOid = "6182";

    public string TrustedRoles => Names(options.TrustedRoles);

    public string NamedOwner => Names(options.HistoryOwner is { } owner ? [owner] : []);

    /// <summary>
    /// Gets cheap SQL conditions for a table <c>c</c> of <c>pg_class</c>. They can be false for a safe table; then
    /// <see cref="TableFindingQuery"/> finds no reason. They take 3 ms of the server's time for four tables.
    /// </summary>
    public IEnumerable<string> Conditions => onlyReads ? ReadConditions : WriteConditions;

    /// <summary>The conditions at the start of a command. See <see cref="NoViewCondition"/>.</summary>
    public IEnumerable<string> ToStart => Conditions.Select(c => c == ViewCondition ? NoViewCondition : c);

    private const string NoParentCondition = "NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)";

    private const string BuiltInColumnsCondition = $"NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.atttypid >= {ServerFacts.FirstUserOid} OR a.attgenerated <> ''))";

    private IEnumerable<string> ReadConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relrowsecurity OR c.relhassubclass)",
        NoParentCondition,
        BuiltInColumnsCondition,
        .. PlannerConditions,
        OwnerCondition,
    ];

    /// <summary>
    /// What a script can change for another role, unless it alters the columns of these tables. 0.1 ms of the server's time, if prepared.
    /// </summary>
    public IEnumerable<string> AccessConditions =>
    [
        "c.relkind = 'r' AND NOT (c.relhastriggers OR c.relhasrules OR c.relrowsecurity OR c.relhassubclass)",
        OwnerCondition,
        $"NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner AND a.privilege_type IN ({WritePrivileges}))",
        SchemaCondition,
        NoParentCondition,
        BuiltInColumnsCondition,
        ColumnCondition,
        $"NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = {WriteAllDataOid})",
        ViewCondition,
    ];

    /// <summary>The privileges of the columns themselves.</summary>
    public const string ColumnCondition = "NOT EXISTS (SELECT FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL AND a.grantee <> c.relowner AND a.privilege_type IN ('INSERT', 'UPDATE', 'REFERENCES'))";

    // No view depends on the table. The conditions of views take long to plan, so the check at the start leaves tables with views to TableFindingQuery.
    public const string NoViewCondition = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)";

    // No other role can write through a view of the table, or through a view of such a view. A simple view can be written to, with the privileges of its
    // owner. Views on views of views are found when the next command starts.
    public static readonly string ViewCondition = $"""
        ({NoViewCondition}
         OR NOT EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class v ON v.oid = w.ev_class AND {IsWritableView("v", "c.oid")}
                         WHERE {IsViewOf("c.oid")}
                           AND ({IsGranted("v")} OR EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {IsWritableView("u", "v.oid")}
                                                             WHERE {IsViewOf("v.oid")} AND {IsGranted("u")}))))
        """;

    // Whether a view, whose owner may write to the relation beneath it, can be written to: the bits of pg_relation_is_updatable are 4 (UPDATE), 8 (INSERT) and
    // 16 (DELETE).
    public static string IsWritableView(string view, string relation)
        => $"{view}.relkind = 'v' AND has_table_privilege({view}.relowner, {relation}, {ViewPrivilegeList}) AND (pg_relation_is_updatable({view}.oid, true) & 28) <> 0";

    private static string IsGranted(string view) => $"""
        (EXISTS (SELECT FROM aclexplode({view}.relacl) a WHERE a.grantee <> {view}.relowner AND a.privilege_type IN ({ViewPrivileges}))
         OR EXISTS (SELECT FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = {view}.oid AND t.attacl IS NOT NULL AND a.grantee <> {view}.relowner AND a.privilege_type IN ({ViewPrivileges})))
        """;

    public static string IsViewOf(string relation) => $"d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = {relation} AND w.ev_class <> d.refobjid";

    private IEnumerable<string> WriteConditions =>
    [
        .. AccessConditions,
        .. PlannerConditions,
        // The joins of OpenWrites take long to plan, so a lock of any other session leaves the table to TableFindingQuery.
        .. canReadLocks ? [$"NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND {IsWriteLock})"] : Array.Empty<string>(),
        $"NOT EXISTS (SELECT FROM (SELECT d.adbin, d.adrelid FROM pg_attrdef d WHERE d.adrelid = c.oid OFFSET 0) d WHERE NOT {IsOwnDefault})",
        $"NOT EXISTS (SELECT FROM pg_attrdef f WHERE f.adrelid = c.oid AND {UsesForeignSequence})",
        $"""
        NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', aclexplode(s.relacl) a
                     WHERE d.refobjid = c.oid AND {SideTables.IsOwnedSequence} AND a.grantee <> c.relowner AND a.privilege_type = 'UPDATE')
        """,
    ];

    /// <summary>
    /// The uncommitted writes of sessions and prepared transactions: <c>relation</c>, <c>role</c> and <c>holder</c>, the statement that ends them. A REVOKE has no
    /// effect on a row that was changed before it and is committed after it, and none on the rights that a session has after SET ROLE. The locks of a prepared
    /// transaction have the virtual transaction of the session that prepared it, or another one after a restart; the lock on its own ID has the same one. The role is
    /// null if it was dropped, because its session goes on.
    /// </summary>
    private static string OpenWrites => $"""
        SELECT l.relation, coalesce(a.usesysid, r.oid) AS role,
               CASE WHEN l.pid IS NOT NULL THEN 'SELECT pg_terminate_backend(' || l.pid || ')' ELSE 'ROLLBACK PREPARED ' || coalesce(quote_literal(x.gid), 'a prepared transaction') END AS holder
          FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
          LEFT JOIN pg_locks t ON l.pid IS NULL AND t.pid IS NULL AND t.locktype = 'transactionid' AND t.mode = 'ExclusiveLock' AND t.virtualtransaction = l.virtualtransaction
          LEFT JOIN pg_prepared_xacts x ON x.transaction = t.transactionid LEFT JOIN pg_roles r ON r.rolname = x.owner
         WHERE {IsWriteLock} AND a.backend_type IS DISTINCT FROM 'autovacuum worker' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    // A lock of another session or of a prepared transaction, with which it can have written to the relation.
    private const string IsWriteLock = "l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid() AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";

    /// <summary>The <see cref="OpenWrites"/>, or no rows if the role may not read them.</summary>
    public string OpenWritesIfReadable => canReadLocks ? OpenWrites : "SELECT NULL::oid AS relation, NULL::oid AS role, NULL::text AS holder WHERE false";

    /// <summary>Whether an open write <c>w</c> is of a role that may not change the table.</summary>
    public string IsOpenWrite(string table) => $"""
        'PUBLIC' NOT IN ({TrustedRoles})
        AND NOT EXISTS (SELECT FROM pg_roles r
                         WHERE r.oid = w.role
                           AND (r.rolname IN (current_user, {NamedOwner}) OR pg_has_role(r.oid, {table}.relowner, 'MEMBER')
                                OR EXISTS (SELECT FROM pg_roles t WHERE t.rolname IN ({TrustedRoles}) AND pg_has_role(r.oid, t.oid, 'MEMBER'))))
        """;

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
    public string SchemaCondition => $"""
        EXISTS (SELECT FROM pg_namespace s JOIN pg_roles r ON r.oid = s.nspowner, pg_database d
                 WHERE s.oid = c.relnamespace AND d.datname = current_database()
                   AND (r.rolsuper OR r.oid = d.datdba OR r.rolname IN (current_user, {DatabaseOwner}, {NamedOwner}, {TrustedRoles})))
        """;

    // A role that only reads the tables may not know the migration role. Without --history-owner, it accepts an owner that could change the
    // history in any case: a superuser, or the owner of the database. The owner of the schema is not enough, because a role may own a schema that
    // never had a history. Another owner could create an index with an expression between the check and the query.
    public string IsTrustedOwner(string table) => onlyReads && options.HistoryOwner is null
        ? $"""
            EXISTS (SELECT FROM pg_roles r, pg_database d
                     WHERE r.oid = {table}.relowner AND d.datname = current_database() AND (r.rolsuper OR r.oid = d.datdba))
            """
        : "false";

    // Whether a role is a group of the migration role alone: it cannot log in, and a superuser has made the migration role its only member.
    public static string IsOwnGroup(string role) => $"""
        (EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles grantor ON grantor.oid = m.grantor WHERE m.roleid = {role} AND m.member = me.oid AND grantor.rolsuper)
         AND NOT EXISTS (SELECT FROM pg_roles r
                          WHERE NOT r.rolsuper AND r.oid <> me.oid AND NOT pg_has_role(r.oid, me.oid, 'MEMBER')
                            AND (CASE WHEN r.oid = {role} THEN r.rolcanlogin ELSE pg_has_role(r.oid, {role}, 'MEMBER') END)))
        """;

    // An SQL list must not be empty. No role has an empty name.
    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "''" : string.Join(", ", names.Select(Quote.Literal));
}
