namespace Migrator.Demo.Database;

/// <summary>A snapshot of the schema. Each line describes one catalog object: <c>kind name definition</c>.</summary>
internal sealed class SchemaSnapshot(IReadOnlyList<string> lines)
{
    /// <summary>
    /// Reads all objects outside PostgreSQL's system schemas, and the rows of the history table. A failed migration
    /// must not change the history table either.
    /// </summary>
    public const string Query = """
        WITH relations AS (
            SELECT c.*, c.oid::regclass::text AS full_name
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ), functions AS (
            SELECT p.*, p.oid::regprocedure::text AS full_name
            FROM pg_proc AS p
            JOIN pg_namespace AS n ON n.oid = p.pronamespace
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind IN ('f', 'p')
        )
        SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'relation' END
               || ' ' || full_name
               || CASE relkind WHEN 'v' THEN ' ' || pg_get_viewdef(oid) ELSE '' END
        FROM relations WHERE relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT 'column ' || full_name || '.' || attname || ' ' || format_type(atttypid, atttypmod)
               || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
               || coalesce(' ' || attidentity::text || ' ' || pg_get_expr(adbin, adrelid), attidentity::text)
        FROM relations
        JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind NOT IN ('i', 'I', 'S')
        UNION ALL
        SELECT 'index ' || full_name || CASE WHEN indisvalid THEN ' ' ELSE ' INVALID ' END
               || pg_get_indexdef(indexrelid)
        FROM relations JOIN pg_index ON indexrelid = relations.oid
        UNION ALL
        SELECT 'constraint ' || full_name || '.' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
        FROM relations JOIN pg_constraint ON conrelid = relations.oid
        UNION ALL
        SELECT 'trigger ' || full_name || '.' || tgname || ' ' || pg_get_triggerdef(pg_trigger.oid)
        FROM relations JOIN pg_trigger ON tgrelid = relations.oid AND NOT tgisinternal
        UNION ALL
        SELECT 'function ' || full_name || ' ' || pg_get_functiondef(oid)
        FROM functions
        UNION ALL
        SELECT 'history ' || to_jsonb(changelog)::text
        FROM changelog
        """;

    private static readonly (string One, string Many)[] s_kinds =
    [
        ("table", "tables"), ("column", "columns"), ("constraint", "constraints"), ("index", "indexes"),
        ("sequence", "sequences"), ("view", "views"), ("relation", "other relations"), ("function", "functions"),
        ("trigger", "triggers"), ("history", "history rows"),
    ];

    private readonly string[] _lines = [.. lines.Order(StringComparer.Ordinal)];

    /// <summary>The number of objects of each kind: <c>6 tables, 38 columns, …</c></summary>
    public string Summary => string.Join(", ", s_kinds
        .Select(kind => (kind.One, kind.Many, Count: CountOf($"{kind.One} ")))
        .Where(kind => kind.Count > 0)
        .Select(kind => $"{kind.Count} {(kind.Count == 1 ? kind.One : kind.Many)}"));

    /// <summary>Returns the snapshot without the history rows.</summary>
    public SchemaSnapshot WithoutHistory() => new([.. _lines.Where(line => !line.StartsWith("history ", StringComparison.Ordinal))]);

    /// <summary>Returns the lines that only one snapshot has: <c>-</c> this one, <c>+</c> the later one.</summary>
    public IReadOnlyList<string> DifferenceTo(SchemaSnapshot later) =>
    [
        .. _lines.Except(later._lines).Select(line => $"- {line}"),
        .. later._lines.Except(_lines).Select(line => $"+ {line}"),
    ];

    private int CountOf(string prefix) => _lines.Count(line => line.StartsWith(prefix, StringComparison.Ordinal));
}
