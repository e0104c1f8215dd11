using Migrator.Database;

namespace Migrator.History;

/// <summary>The query for the reasons not to use tables. Unlike the <see cref="TableConditions"/>, it is exact, and slow to plan.</summary>
/// <param name="conditions">The conditions.</param>
/// <param name="onlyReads">See <see cref="TableTrust"/>.</param>
internal sealed class TableFindingQuery(TableConditions conditions, bool onlyReads)
{
    private const int MaxRoles = 20;

    /// <summary>Gets the query for the findings about tables.</summary>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema.</param>
    public string SelectStatement(IEnumerable<string> tables, string schema) => $"""
        WITH RECURSIVE me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
             ours AS (SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relnamespace, c.relacl
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE c.relname IN ({string.Join(", ", tables.Select(Quote.Literal))}) AND n.nspname = {Quote.Literal(schema)} AND c.relkind IN ({SideTables.Relations})),
             defaults AS MATERIALIZED (SELECT d.adrelid, d.adnum, d.adbin FROM pg_attrdef d WHERE d.adrelid IN (SELECT oid FROM ours)),
             constraints AS MATERIALIZED (SELECT k.oid, k.conrelid, k.conname FROM pg_constraint k WHERE k.conrelid IN (SELECT oid FROM ours) AND k.contype IN ('c', 'f')),
             views (oid, base) AS (
                 SELECT u.oid, o.oid FROM ours o JOIN pg_depend d ON true JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {TableConditions.IsWritableView("u", "o.oid")} WHERE {TableConditions.IsViewOf("o.oid")}
                  UNION SELECT u.oid, v.base FROM views v JOIN pg_depend d ON true JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class u ON u.oid = w.ev_class AND {TableConditions.IsWritableView("u", "v.oid")} WHERE {TableConditions.IsViewOf("v.oid")}),
             grants (oid, grantee) AS (
                 SELECT o.oid, a.grantee FROM ours o, aclexplode(o.relacl) a WHERE a.privilege_type IN ({TableConditions.WritePrivileges})
                  UNION SELECT o.oid, a.grantee FROM ours o JOIN pg_attribute t ON t.attrelid = o.oid AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
                         WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'REFERENCES')
                  UNION SELECT o.oid, w.oid FROM ours o, pg_roles w WHERE w.rolname = 'pg_write_all_data'),
             findings (oid, kind, name, via) AS (
                 SELECT o.oid, '{TableFinding.Owner}'::text, pg_get_userbyid(o.relowner)::text, {(onlyReads ? "''" : "current_user")}::text FROM ours o, me
                  WHERE o.relowner <> me.oid AND pg_get_userbyid(o.relowner) NOT IN ({conditions.NamedOwner}) AND NOT {conditions.IsTrustedOwner("o")} AND NOT {TableConditions.IsOwnGroup("o.relowner")}
                  UNION ALL SELECT c.oid, '{TableFinding.SchemaOwner}', pg_get_userbyid(s.nspowner), current_user FROM ours c JOIN pg_namespace s ON s.oid = c.relnamespace, me
                  WHERE NOT ({conditions.SchemaCondition}) AND NOT {TableConditions.IsOwnGroup("s.nspowner")}
                  UNION ALL SELECT tgrelid, 'trigger', tgname, '' FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours) AND NOT tgisinternal
                  UNION ALL SELECT ev_class, 'rule', rulename, '' FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM ours)
                  UNION ALL SELECT polrelid, '{TableFinding.Policy}', polname, '' FROM pg_policy WHERE polrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{TableFinding.Hidden}', current_user, '' FROM ours WHERE row_security_active(oid)
                  UNION ALL SELECT inhrelid, '{TableFinding.Inheritance}', inhparent::regclass::text, '' FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT inhparent, '{TableFinding.Child}', inhrelid::regclass::text, '' FROM pg_inherits WHERE inhparent IN (SELECT oid FROM ours)
                  UNION ALL SELECT oid, '{TableFinding.NoTable}', relname::text, '' FROM ours WHERE relkind <> 'r'
                  UNION ALL SELECT d.adrelid, CASE WHEN t.attgenerated = '' THEN 'default' ELSE 'generated column' END, t.attname, ''
                         FROM defaults d JOIN pg_attribute t ON t.attrelid = d.adrelid AND t.attnum = d.adnum
                        WHERE NOT (t.attgenerated = '' AND {TableConditions.IsOwnDefault})
                  UNION ALL SELECT f.adrelid, 'default', t.attname, '' FROM pg_attrdef f JOIN pg_attribute t ON t.attrelid = f.adrelid AND t.attnum = f.adnum
                        WHERE f.adrelid IN (SELECT oid FROM ours) AND {TableConditions.UsesForeignSequence}
                  UNION ALL SELECT e.stxrelid, '{TableFinding.Statistics}', e.stxname, quote_ident(n.nspname) || '.' || quote_ident(e.stxname)
                         FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE e.stxrelid IN (SELECT oid FROM ours)
                  UNION ALL SELECT conrelid, 'constraint', conname, '' FROM constraints WHERE pg_get_constraintdef(oid) NOT IN ({TableConditions.OwnChecks})
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
                          AND NOT (a.grantee <> 0 AND pg_get_userbyid(a.grantee) IN (current_user, {conditions.TrustedRoles}))
                  UNION ALL SELECT DISTINCT v.base, '{TableFinding.View}', v.oid::regclass::text, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END
                         FROM views v JOIN pg_class r ON r.oid = v.oid AND r.relkind = 'v' JOIN ours o ON o.oid = v.base, me, LATERAL (
                              SELECT a.grantee FROM aclexplode(r.relacl) a WHERE a.privilege_type IN ({TableConditions.ViewPrivileges})
                               UNION SELECT a.grantee FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = r.oid AND a.privilege_type IN ({TableConditions.ViewPrivileges})) g
                        WHERE g.grantee <> r.relowner
                          AND CASE WHEN g.grantee = 0 THEN 'PUBLIC' NOT IN ({conditions.TrustedRoles})
                                   ELSE pg_get_userbyid(g.grantee) NOT IN (current_user, {conditions.NamedOwner}, {conditions.TrustedRoles}) AND NOT pg_has_role(g.grantee, me.oid, 'MEMBER') AND NOT pg_has_role(g.grantee, o.relowner, 'MEMBER') END
                  UNION ALL SELECT o.oid, '{TableFinding.OpenWrite}', coalesce(nullif(pg_get_userbyid(w.role)::text, ''), 'a role that was dropped'), w.holder FROM ours o JOIN ({conditions.OpenWritesIfReadable}) w ON w.relation = o.oid WHERE {conditions.IsOpenWrite("o")}
                  UNION ALL SELECT g.oid, '{TableFinding.Writer}', 'PUBLIC', 'PUBLIC' FROM grants g WHERE g.grantee = 0 AND 'PUBLIC' NOT IN ({conditions.TrustedRoles})
                  UNION ALL (SELECT DISTINCT g.oid, '{TableFinding.Writer}', r.rolname, pg_get_userbyid(g.grantee)
                         FROM grants g JOIN ours o ON o.oid = g.oid JOIN pg_roles r ON CASE WHEN g.grantee = 0 THEN false ELSE r.oid = g.grantee OR pg_has_role(r.oid, g.grantee, 'MEMBER') END, me
                        WHERE NOT r.rolsuper AND r.oid >= {ServerFacts.FirstUserOid} AND NOT pg_has_role(r.oid, o.relowner, 'MEMBER') AND NOT pg_has_role(r.oid, me.oid, 'MEMBER')
                          AND NOT EXISTS (SELECT FROM pg_roles t WHERE t.rolname IN ({conditions.TrustedRoles}) AND pg_has_role(r.oid, t.oid, 'MEMBER'))
                        LIMIT {MaxRoles}))
        SELECT o.nspname::text, o.relname::text, f.kind::text, f.name::text, f.via::text
          FROM findings f JOIN ours o ON o.oid = f.oid
         ORDER BY o.relname, f.kind, f.name, f.via
        """;
}
