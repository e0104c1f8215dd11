namespace Migrator.Tests.Support;

/// <summary>Describes the contents of a database with one line per object and row, to compare two databases.</summary>
public static class CatalogSnapshot
{
    private const string Objects = """
        WITH mine AS (
            SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name, c.relispartition, pg_get_userbyid(c.relowner) AS owner
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema')
        SELECT format('relation %s %s %s %s', relkind, name, owner, relispartition) FROM mine WHERE relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT format('column %s %s %s %s %s %s', name, row_number() OVER (PARTITION BY mine.oid ORDER BY attnum), attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
          FROM mine JOIN pg_attribute ON attrelid = mine.oid AND attnum > 0 AND NOT attisdropped
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT format('index %s %s valid %s ready %s live %s', name, pg_get_indexdef(indexrelid), indisvalid, indisready, indislive)
          FROM mine JOIN pg_index ON indexrelid = mine.oid
        UNION ALL
        SELECT format('constraint %s %s %s %s', name, conname, pg_get_constraintdef(c.oid), convalidated)
          FROM mine JOIN pg_constraint c ON conrelid = mine.oid
        UNION ALL
        SELECT format('trigger %s %s', name, pg_get_triggerdef(t.oid)) FROM mine JOIN pg_trigger t ON tgrelid = mine.oid WHERE NOT tgisinternal
        UNION ALL
        SELECT format('view %s %s', name, pg_get_viewdef(oid)) FROM mine WHERE relkind IN ('v', 'm')
        UNION ALL
        SELECT format('function %s', pg_get_functiondef(p.oid))
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND prokind IN ('f', 'p')
        ORDER BY 1
        """;

    private const string Tables = """
        SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname NOT LIKE 'pg\_%' AND schemaname <> 'information_schema' AND tablename NOT LIKE 'changelog%' ORDER BY 1
        """;

    private const string History = "SELECT type, version, regexp_replace(description, ' \\([0-9]+ ms\\)', ''), name, checksum, installed_by, success FROM changelog ORDER BY id";

    /// <summary>Like <see cref="OfAsync"/>, plus every row of the history and its side tables. For operations that must change nothing.</summary>
    public static async Task<IReadOnlyList<string>> OfEverythingAsync(TestDatabase database)
    {
        List<string> lines = [.. await OfAsync(database)];
        foreach (var table in await database.RowsAsync("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE tablename LIKE 'changelog%' ORDER BY 1"))
        {
            lines.AddRange((await database.RowsAsync($"SELECT t::text FROM {table} AS t ORDER BY 1")).Select(row => $"own row {table} {row}"));
        }

        return lines;
    }

    /// <summary>Returns objects, rows and history, without the times and ids of the history. The ids have gaps after a rollback.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(TestDatabase database)
    {
        List<string> lines = [.. await database.RowsAsync(Objects)];
        foreach (var table in await database.RowsAsync(Tables))
        {
            lines.AddRange((await database.RowsAsync($"SELECT t::text FROM {table} AS t ORDER BY 1")).Select(row => $"row {table} {row}"));
        }

        if (await database.ScalarAsync("SELECT to_regclass('public.changelog') IS NOT NULL") == "True")
        {
            lines.AddRange((await database.RowsAsync(History)).Select(row => $"history {row}"));
        }

        return lines;
    }
}
