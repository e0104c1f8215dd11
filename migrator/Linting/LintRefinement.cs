using System.Globalization;
using Migrator.Database;
using Migrator.Sql.Lexing;
using Npgsql;

namespace Migrator.Linting;

/// <summary>Adjusts findings to the database: missing tables, small tables, and columns that are known to hold no null.</summary>
/// <param name="session">The session.</param>
/// <param name="schemas">The schemas in which scripts find tables without a schema, in order.</param>
internal sealed class LintRefinement(DatabaseSession session, IReadOnlyList<string> schemas)
{
    // PostgreSQL scans or rewrites a table of this size in a few milliseconds.
    private const long TinyBytes = 1 << 20;

    // Separates the texts of a list: the unit separator of ASCII.
    private const char Separator = '\u001f';
    private const string SeparatorSql = "chr(31)";

    // pg_relation_size waits while another session holds an ACCESS EXCLUSIVE lock. plan then reports the findings without the size.
    private const string SetLockTimeout = "SELECT pg_catalog.set_config('lock_timeout', '500ms', true)";

    /// <summary>The state of a table in the database.</summary>
    /// <param name="Exists">Whether the table exists.</param>
    /// <param name="HasRows">Whether the table, or one of its partitions and children, may have rows.</param>
    /// <param name="Bytes">The size with partitions, children, TOAST and indexes; null if it is not known (foreign tables).</param>
    /// <param name="Read">The size of the tables that a materialized view reads; 0 for other tables.</param>
    /// <param name="IsProvenNotNull">Whether NOT NULL, or a valid CHECK constraint, proves that the column of the finding holds no null.</param>
    /// <param name="HasCheck">Whether the table has a valid CHECK constraint.</param>
    private sealed record Facts(bool Exists, bool HasRows, long? Bytes, long Read, bool IsProvenNotNull, bool HasCheck);

    /// <summary>Adds the size of the table to findings, lowers their severity for small tables, and removes findings that do not apply to this database.</summary>
    public async Task<IReadOnlyList<Finding>> RefineAsync(IReadOnlyList<Finding> findings, CancellationToken cancellation)
    {
        Finding[] candidates = [.. findings.Where(f => f.Table is not null || f.Index is not null)];
        if (candidates.Length == 0)
        {
            return findings;
        }

        Dictionary<Finding, Facts> facts;
        try
        {
            facts = await ReadAsync(candidates, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            // The findings from the syntax stay as they are.
            return findings;
        }

        return [.. findings.Select(f => facts.TryGetValue(f, out Facts? known) ? Refine(f, known) : f).OfType<Finding>()];
    }

    // A missing table is created by a pending script, for example in a DO block. A rule about the statement itself still applies.
    private static Finding? Refine(Finding finding, Facts known)
    {
        if (!known.Exists)
        {
            return finding.Rule == Rules.TransactionRules.Refused ? finding : null;
        }

        if (known.IsProvenNotNull && finding.Question == LintQuestion.IsNotNull)
        {
            return null;
        }

        if (known.HasCheck && finding.Question == LintQuestion.HasCheck)
        {
            return null;
        }

        if (finding.Rule.HarmlessTableSize == HarmlessTableSize.Never || known.Bytes is not { } bytes)
        {
            return finding;
        }

        bool isEmpty = !known.HasRows && known.Read == 0;
        bool isHarmless = isEmpty || (finding.Rule.HarmlessTableSize == HarmlessTableSize.Small && bytes + known.Read <= TinyBytes);
        return finding with
        {
            // Without the database, it was not known whether there is a default partition, a domain or a column that may hold null.
            Severity = isHarmless ? LintSeverity.Info : finding.Question is LintQuestion.DefaultPartition or LintQuestion.IsDomain or LintQuestion.IsNotNull ? finding.Rule.Severity : finding.Severity,
            Refinement = isEmpty ? "the table is empty"
                : known.Read > 0 ? $"it reads {Size(known.Read)}"
                : isHarmless ? $"the table is tiny, {Size(bytes)}"
                : $"the table has {Size(bytes)}",
        };
    }

    private static string Size(long bytes) => bytes <= TinyBytes
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.#} MB");

    private Task<Dictionary<Finding, Facts>> ReadAsync(Finding[] candidates, CancellationToken cancellation)
    {
        return session.QueryAsync([SetLockTimeout, BuildQuery(candidates)], ReadFactsAsync, cancellation);

        async Task<Dictionary<Finding, Facts>> ReadFactsAsync(NpgsqlDataReader reader)
        {
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            var facts = new Dictionary<Finding, Facts>(ReferenceEqualityComparer.Instance);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                string[] nullable = reader.GetString(5).Split(Separator, StringSplitOptions.RemoveEmptyEntries);
                string[] checks = reader.GetString(6).Split(Separator, StringSplitOptions.RemoveEmptyEntries);
                facts[candidates[reader.GetInt32(0)]] = new Facts(
                    reader.GetBoolean(1),
                    reader.GetBoolean(2),
                    reader.IsDBNull(3) ? null : reader.GetInt64(3),
                    reader.GetInt64(4),
                    reader.GetBoolean(7) && Array.TrueForAll(nullable, column => Array.Exists(checks, c => NotNullProof.Proves(c, column))),
                    checks.Length > 0);
            }

            return facts;
        }
    }

    // For an index, the query looks up its table. The size of a table includes its partitions and children at all levels, and for a materialized view the
    // tables that it reads, also through other views. A column is nullable also while its NOT NULL constraint is NOT VALID (PostgreSQL 18).
    private string BuildQuery(Finding[] candidates)
    {
        string values = string.Join(", ", candidates.Select((f, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"({i}, {Relation(f)}, {(f.Question == LintQuestion.IsNotNull && f.Index is not null ? Oid(f.Index) : "NULL::oid")}, {Quote.Literal(f.Column)}, {TextArray(f.DroppedConstraints)})")));
        return $"""
            SELECT f.number, t.oid IS NOT NULL, coalesce(s.has_rows, false), s.bytes, coalesce(s.read, 0)::bigint,
                   array_to_string(ARRAY(SELECT a.attname::text FROM pg_attribute a
                          WHERE a.attrelid = t.oid AND (a.attname = f.name OR a.attnum = ANY (key.indkey::int2[]))
                            AND (NOT a.attnotnull
                                 OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'n' AND NOT k.convalidated AND k.conkey = ARRAY[a.attnum]))), {SeparatorSql}),
                   array_to_string(ARRAY(SELECT pg_get_expr(k.conbin, k.conrelid) FROM pg_constraint k
                          WHERE k.conrelid = t.oid AND k.contype = 'c' AND k.convalidated AND k.conname::text <> ALL (f.dropped)), {SeparatorSql}),
                   EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND (a.attname = f.name OR a.attnum = ANY (key.indkey::int2[])))
              FROM (VALUES {values}) AS f (number, oid, index, name, dropped)
              LEFT JOIN pg_index i ON i.indexrelid = f.oid
              LEFT JOIN pg_class t ON t.oid = coalesce(i.indrelid, f.oid)
              LEFT JOIN pg_index key ON key.indexrelid = f.index
              LEFT JOIN LATERAL (
                  WITH RECURSIVE reached (oid, is_source) AS (
                      SELECT t.oid, false
                      UNION
                      SELECT n.oid, n.is_source FROM reached r CROSS JOIN LATERAL (
                          SELECT h.inhrelid, r.is_source FROM pg_inherits h WHERE h.inhparent = r.oid
                          UNION ALL
                          SELECT d.refobjid, true FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                           WHERE w.ev_class = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.oid) n (oid, is_source))
                  SELECT CASE WHEN bool_or(c.relkind = 'f') THEN NULL ELSE sum(pg_total_relation_size(c.oid)) FILTER (WHERE NOT r.is_source) END::bigint AS bytes,
                         sum(pg_total_relation_size(c.oid)) FILTER (WHERE r.is_source)::bigint AS read,
                         bool_or(pg_relation_size(c.oid) > 0) FILTER (WHERE NOT r.is_source) AS has_rows
                    FROM reached r JOIN pg_class c ON c.oid = r.oid) s ON t.oid IS NOT NULL
            """;
    }

    private string Relation(Finding finding) => finding.Question switch
    {
        LintQuestion.DefaultPartition => $"(SELECT nullif(p.partdefid, 0) FROM pg_partitioned_table p WHERE p.partrelid = {Oid(finding.Table!)})",
        LintQuestion.IsPartitioned => $"(SELECT p.partrelid FROM pg_partitioned_table p WHERE p.partrelid = {Oid(finding.Table!)})",
        LintQuestion.IsDomain => IfDomain(finding),
        _ => Oid(finding.Table ?? finding.Index!),
    };

    // A type that does not exist yet is created by a pending script. Then the finding stays.
    private string IfDomain(Finding finding)
    {
        string type = Find("to_regtype", finding.Type!);
        return $"""
            CASE WHEN {type} IS NULL
                   OR EXISTS (SELECT FROM pg_type y LEFT JOIN pg_type b ON b.oid = y.typbasetype AND b.typtype = 'd'
                               WHERE y.oid = {type} AND y.typtype = 'd'
                                 AND (y.typnotnull OR b.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid IN (y.oid, b.oid))))
                 THEN {Oid(finding.Table!)} END
            """;
    }

    private static string TextArray(IReadOnlyList<string> values) => $"ARRAY[{string.Join(", ", values.Select(v => Quote.Literal(v)))}]::text[]";

    private string Oid(SqlName name) => Find("to_regclass", name);

    // Finds an object as the scripts find it. The session itself has another search path.
    private string Find(string function, SqlName name)
    {
        IEnumerable<SqlName> names = string.IsNullOrEmpty(name.Schema) ? schemas.Select(s => new SqlName(s, name.Name)) : [name];
        return $"coalesce({string.Join(", ", names.Select(n => $"{function}({Quote.Literal(n.ToString())})::oid").Append("NULL::oid"))})";
    }
}
