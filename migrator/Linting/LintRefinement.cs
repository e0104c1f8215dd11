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

    // pg_relation_size waits while another session holds an ACCESS EXCLUSIVE lock. plan then reports the findings without the size.
    private const string SetLockTimeout = "SELECT pg_catalog.set_config('lock_timeout', '500ms', true)";

    /// <summary>The state of a table in the database.</summary>
    /// <param name="Exists">Whether the table exists.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="IsProvenNotNull">Whether NOT NULL, or a valid CHECK constraint, proves that the column of the finding holds no null.</param>
    private sealed record Facts(bool Exists, long Bytes, bool IsProvenNotNull);

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

        if (known.IsProvenNotNull && finding.Rule == Rules.NotNullRules.Set)
        {
            return null;
        }

        bool isHarmless = finding.Rule.HarmlessTableSize switch
        {
            HarmlessTableSize.Small => known.Bytes <= TinyBytes,
            HarmlessTableSize.Empty => known.Bytes == 0,
            _ => false,
        };
        string size = known.Bytes == 0 ? "the table is empty"
            : known.Bytes <= TinyBytes ? string.Create(CultureInfo.InvariantCulture, $"the table is tiny, {known.Bytes / 1024} kB")
            : string.Create(CultureInfo.InvariantCulture, $"the table has {known.Bytes / 1024.0 / 1024:0.#} MB");
        return finding with
        {
            Severity = isHarmless ? LintSeverity.Info : finding.Severity,
            Refinement = finding.Rule.HarmlessTableSize == HarmlessTableSize.Never ? null : size,
        };
    }

    private Task<Dictionary<Finding, Facts>> ReadAsync(Finding[] candidates, CancellationToken cancellation)
    {
        return session.QueryAsync([SetLockTimeout, BuildQuery(candidates)], ReadFactsAsync, cancellation);

        async Task<Dictionary<Finding, Facts>> ReadFactsAsync(NpgsqlDataReader reader)
        {
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            var facts = new Dictionary<Finding, Facts>(ReferenceEqualityComparer.Instance);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                facts[candidates[reader.GetInt32(0)]] = new Facts(reader.GetBoolean(1), reader.GetInt64(2), reader.GetBoolean(3));
            }

            return facts;
        }
    }

    // For an index, the query looks up its table. A column is proven to hold no null if it is NOT NULL, or if it has a valid CHECK constraint
    // (column IS NOT NULL) without OR. ALTER TABLE then skips the scan.
    private string BuildQuery(Finding[] candidates)
    {
        string values = string.Join(", ", candidates.Select((f, i) => string.Create(CultureInfo.InvariantCulture, $"({i}, {Oid(f.Table ?? f.Index!)}, {Quote.Literal(f.Column)})")));
        return $"""
            SELECT f.number, t.oid IS NOT NULL, coalesce(pg_relation_size(coalesce(t.oid, f.oid)), 0),
                   coalesce((SELECT a.attnotnull
                                 OR EXISTS (SELECT FROM pg_constraint k
                                             WHERE k.conrelid = t.oid AND k.contype = 'c' AND k.convalidated AND a.attnum = ANY (k.conkey)
                                               AND position(format('(%I IS NOT NULL)', a.attname) IN pg_get_constraintdef(k.oid)) > 0
                                               AND position(' OR ' IN pg_get_constraintdef(k.oid)) = 0)
                               FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = f.name AND NOT a.attisdropped), false)
              FROM (VALUES {values}) AS f (number, oid, name)
              LEFT JOIN pg_index i ON i.indexrelid = f.oid
              LEFT JOIN pg_class t ON t.oid = coalesce(i.indrelid, f.oid)
            """;
    }

    private string Oid(SqlName name)
    {
        IEnumerable<SqlName> names = string.IsNullOrEmpty(name.Schema) ? schemas.Select(s => new SqlName(s, name.Name)) : [name];
        return $"coalesce({string.Join(", ", names.Select(n => $"to_regclass({Quote.Literal(n.ToString())})::oid").Append("NULL::oid"))})";
    }
}
