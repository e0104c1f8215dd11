using System.Globalization;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>How a script's run ended, in the audit table.</summary>
internal static class AuditOutcome
{
    public const string Applied = "applied";
    public const string Undone = "undone";
    public const string Failed = "failed";
    public const string Adopted = "adopted";
    public const string Repaired = "repaired";
}

/// <summary>One row of the audit table.</summary>
internal sealed record AuditEntry(
    DateTime At,
    string Command,
    string Script,
    string? Version,
    string? Checksum,
    string Outcome,
    TimeSpan Elapsed,
    string? SqlState,
    string? Message,
    string Role,
    RunIdentity By);

/// <summary>
/// What happened, failures included: rows that the history table must not hold, for Evolve's validation would fail on them
/// for ever. A success is written in the transaction of its script, a failure after its rollback.
/// </summary>
internal sealed class AuditTable(SideTables tables, RunIdentity identity, string command)
{
    /// <summary>The milliseconds since the transaction began, by the server's clock, as SQL.</summary>
    public const string SinceBegin = "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) * 1000";

    private const string Columns = "command, script, version, checksum, outcome, milliseconds, sqlstate, message, release, revision, image, pod, migrator";

    /// <summary>The row of one script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="outcome">One of <see cref="AuditOutcome"/>.</param>
    /// <param name="elapsed">How long it took; null for the time since the transaction began, by the server's clock.</param>
    /// <param name="problem">What was wrong.</param>
    /// <param name="observed">What it locked, as JSON; null for nothing.</param>
    public string InsertStatement(Script script, string outcome, TimeSpan? elapsed, Problem? problem = null, string? observed = null)
        => Insert(script.FileName, script.Version?.Label, script.Checksum, outcome, elapsed, problem?.SqlState, problem?.Message, observed);

    /// <summary>A row of expressions: a literal or a parameter each.</summary>
    public string Insert(
        string script, string version, string checksum, string outcome, string milliseconds, string sqlState = "NULL", string message = "NULL", string observed = "NULL")
        => $"INSERT INTO {tables.Audit} ({Columns}, observed) VALUES ({string.Join(", ", new[]
        {
            Quote.Literal(command),
            script,
            version,
            checksum,
            Quote.Literal(outcome),
            milliseconds,
            sqlState,
            message,
            Quote.Literal(identity.Release),
            Quote.Literal(identity.Revision),
            Quote.Literal(identity.Image),
            Quote.Literal(identity.Pod),
            Quote.Literal(RunIdentity.MigratorVersion),
            observed,
        })})";

    /// <summary>Adds what was seen of scripts to their newest rows: under the run's lock nobody else writes any.</summary>
    /// <param name="observed">By file name, as JSON.</param>
    public string ObservedStatement(IEnumerable<(string Script, string Json)> observed) => $"""
        UPDATE {tables.Audit} AS a SET observed = o.observed::jsonb
          FROM (VALUES {string.Join(", ", observed.Select(o => $"({Quote.Literal(o.Script)}, {Quote.Literal(o.Json)})"))}) AS o (script, observed)
          JOIN (SELECT script, max(id) AS id FROM {tables.Audit} WHERE outcome = '{AuditOutcome.Applied}' GROUP BY script) AS newest ON newest.script = o.script
         WHERE a.id = newest.id
        """;

    /// <summary>A checksum that was valid before a repair: older pods still carry the script that has it.</summary>
    public string RepairedStatement(HistoryEntry entry)
        => Insert(entry.Name, entry.Version?.Label, entry.Checksum, AuditOutcome.Repaired, TimeSpan.Zero, null, null, null);

    /// <summary>The checksums that were valid before a repair.</summary>
    public static string RepairedSelectStatement(SideTables tables)
        => $"SELECT version, checksum FROM {tables.Audit} WHERE outcome = '{AuditOutcome.Repaired}' AND version IS NOT NULL AND checksum IS NOT NULL";

    /// <summary>Reads the rows of <see cref="RepairedSelectStatement"/>: by version.</summary>
    public static async Task<ILookup<string, string>> ReadRepairedAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var found = new List<(string Version, string Checksum)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            found.Add((reader.GetString(0), reader.GetString(1)));
        }

        return found.ToLookup(f => f.Version, f => f.Checksum, StringComparer.Ordinal);
    }

    /// <summary>The newest rows, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(DatabaseSession session, int most, CancellationToken cancellation)
    {
        var entries = new List<AuditEntry>();
        if (!tables.Exist)
        {
            return entries;
        }

        string sql = string.Create(CultureInfo.InvariantCulture, $"SELECT at AT TIME ZONE 'UTC', role, {Columns} FROM {tables.Audit} ORDER BY id DESC LIMIT {most}");
        await using var query = new NpgsqlCommand(sql, session.Connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            entries.Add(new AuditEntry(
                reader.GetDateTime(0),
                reader.GetString(2),
                reader.GetString(3),
                Text(4),
                Text(5),
                reader.GetString(6),
                TimeSpan.FromMilliseconds(reader.GetInt64(7)),
                Text(8),
                Text(9),
                reader.GetString(1),
                new RunIdentity(Text(10), Text(11), Text(12), Text(13))));
        }

        return entries;
    }

    private string Insert(string script, string? version, string? checksum, string outcome, TimeSpan? elapsed, string? sqlState, string? message, string? observed) => Insert(
        Quote.Literal(script),
        Quote.Literal(version),
        Quote.Literal(checksum),
        outcome,
        elapsed is { } known ? ((long)known.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : SinceBegin,
        Quote.Literal(sqlState),
        Quote.Literal(message),
        Quote.Literal(observed));
}
