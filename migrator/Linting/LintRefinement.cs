using System.Globalization;
using Migrator.Database;
using Migrator.Sql.Lexing;
using Npgsql;

namespace Migrator.Linting;

/// <summary>What the database knows better than the words of a script: which tables are not there yet, which are tiny, and which rows are proven already.</summary>
internal sealed class LintRefinement(DatabaseSession session, string? schema)
{
    // Read or written whole in a few milliseconds.
    private const long TinyBytes = 1 << 20;

    // Asking for a size waits for whoever holds the table alone: plan would rather not know.
    private const string LockLimit = "SELECT pg_catalog.set_config('lock_timeout', '500ms', true)";

    /// <summary>A table as it is.</summary>
    private sealed record Facts(bool Exists, long Bytes, bool IsProven);

    /// <summary>The findings as they are on this database.</summary>
    public async Task<IReadOnlyList<Finding>> RefineAsync(IReadOnlyList<Finding> findings, CancellationToken cancellation)
    {
        Finding[] about = [.. findings.Where(f => f.Table is not null || f.Index is not null)];
        if (about.Length == 0)
        {
            return findings;
        }

        Dictionary<Finding, Facts> facts;
        try
        {
            facts = await ReadAsync(about, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            // Then they stay as the words say.
            return findings;
        }

        return [.. findings.Select(f => facts.TryGetValue(f, out Facts? known) ? Refine(f, known) : f).OfType<Finding>()];
    }

    // A table that is not there is created by what is pending, in a way that the words do not show. A rule about the statement alone is not about it.
    private static Finding? Refine(Finding finding, Facts known)
    {
        if (!known.Exists)
        {
            return finding.Rule == Rules.TransactionRules.Refused ? finding : null;
        }

        if (known.IsProven && finding.Rule == Rules.NotNullRules.Set)
        {
            return null;
        }

        bool isHarmless = finding.Rule.Relief switch
        {
            LintRelief.Small => known.Bytes <= TinyBytes,
            LintRelief.Empty => known.Bytes == 0,
            _ => false,
        };
        string size = known.Bytes == 0 ? "the table is empty"
            : known.Bytes <= TinyBytes ? string.Create(CultureInfo.InvariantCulture, $"the table is tiny, {known.Bytes / 1024} kB")
            : string.Create(CultureInfo.InvariantCulture, $"the table has {known.Bytes / 1024.0 / 1024:0.#} MB");
        return finding with
        {
            Severity = isHarmless ? LintSeverity.Info : finding.Severity,
            Refinement = finding.Rule.Relief == LintRelief.Never ? null : size,
        };
    }

    private async Task<Dictionary<Finding, Facts>> ReadAsync(Finding[] about, CancellationToken cancellation)
    {
        session.ThrowIfLost();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockLimit));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Question(about)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var facts = new Dictionary<Finding, Facts>(ReferenceEqualityComparer.Instance);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            facts[about[reader.GetInt32(0)]] = new Facts(reader.GetBoolean(1), reader.GetInt64(2), reader.GetBoolean(3));
        }

        return facts;
    }

    // An index stands for its table. A column is proven by NOT NULL itself, or by a valid CHECK of its own without OR, as ALTER TABLE reads it.
    private string Question(Finding[] about)
    {
        string values = string.Join(", ", about.Select((f, i) => string.Create(CultureInfo.InvariantCulture, $"({i}, {Oid(f.Table ?? f.Index!)}, {Quote.Literal(f.Column)})")));
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

    // --schema comes first in the scripts' search_path, and plan sets none.
    private string Oid(SqlName name)
    {
        string plain = $"to_regclass({Quote.Literal(name.ToString())})::oid";
        return name.Schema is null && schema is not null ? $"coalesce(to_regclass({Quote.Literal(new SqlName(schema, name.Name).ToString())})::oid, {plain})" : plain;
    }
}
