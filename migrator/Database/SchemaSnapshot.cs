using Npgsql;

namespace Migrator.Database;

/// <summary>Describes the schema of a database, with a line for each object. The order of columns in a table is not compared.</summary>
internal static class SchemaSnapshot
{
    /// <summary>Reads all objects outside PostgreSQL's own schemas.</summary>
    /// <param name="session">A session in the database.</param>
    /// <param name="exceptTables">The names of the tables to leave out.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    public static Task<IReadOnlyList<string>> ReadAsync(DatabaseSession session, IEnumerable<string> exceptTables, CancellationToken cancellation)
        => session.QueryAsync([Query(string.Join(", ", exceptTables.Select(Quote.Literal)))], reader => LinesAsync(reader, cancellation), cancellation);

    private static async Task<IReadOnlyList<string>> LinesAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    private static string Query(string exceptTables) => $"""
        WITH spaces AS (
            SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        ), relations AS (
            SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name
              FROM pg_class c JOIN spaces n ON n.oid = c.relnamespace
             WHERE NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND t.relname IN ({exceptTables}))
               AND c.relname NOT IN ({exceptTables})
        ), tables AS (
            SELECT * FROM relations WHERE relkind NOT IN ('i', 'I', 'S')
        )
        SELECT format('schema %I %s', nspname, nspacl) FROM spaces
        UNION ALL
        SELECT format('%s %s %s', CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END, name,
                      concat_ws(' ', relacl::text, reloptions::text, CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END, pg_get_expr(relpartbound, oid),
                                CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END, CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END))
          FROM relations WHERE relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT format('column %s.%I %s %s', name, attname, format_type(atttypid, atttypmod),
                      concat_ws(' ', CASE WHEN attnotnull THEN 'NOT NULL' END, nullif(attidentity::text, ''), nullif(attgenerated::text, ''), pg_get_expr(adbin, adrelid), attacl::text))
          FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        UNION ALL
        SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM tables JOIN pg_index ON indrelid = tables.oid
        UNION ALL
        SELECT format('constraint %s.%I %s', name, conname, pg_get_constraintdef(c.oid)) FROM tables JOIN pg_constraint c ON conrelid = tables.oid
        UNION ALL
        SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled) FROM tables JOIN pg_trigger t ON tgrelid = tables.oid WHERE NOT tgisinternal
        UNION ALL
        SELECT format('policy %s.%I %s %s %s %s %s', name, polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM tables JOIN pg_policy ON polrelid = tables.oid
        UNION ALL
        SELECT format('function %s %s %s', p.oid::regprocedure, proacl, CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END) FROM pg_proc p JOIN spaces n ON n.oid = pronamespace
        UNION ALL
        SELECT format('type %I.%I %s %s', nspname, typname, typtype,
                      CASE typtype WHEN 'e' THEN (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
                                   WHEN 'd' THEN concat_ws(' ', format_type(typbasetype, typtypmod), CASE WHEN typnotnull THEN 'NOT NULL' END, typdefault,
                                                           (SELECT string_agg(pg_get_constraintdef(oid), ' ' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid)) END)
          FROM pg_type t JOIN spaces n ON n.oid = typnamespace WHERE typtype IN ('e', 'd', 'r')
        UNION ALL
        SELECT format('extension %I', extname) FROM pg_extension
        ORDER BY 1
        """;
}
