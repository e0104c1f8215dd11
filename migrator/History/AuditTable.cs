using System.Globalization;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>The values of the audit table's <c>outcome</c> column: how a script's run ended.</summary>
internal static class AuditOutcome
{
    /// <summary>The script was applied.</summary>
    public const string Applied = "applied";

    /// <summary>The undo script ran.</summary>
    public const string Undone = "undone";

    /// <summary>The script failed and was rolled back.</summary>
    public const string Failed = "failed";

    /// <summary>Another tool had applied the script; <c>baseline</c> recorded it.</summary>
    public const string Adopted = "adopted";

    /// <summary><c>repair</c> accepted an edited script. The row contains the previous checksum.</summary>
    public const string Repaired = "repaired";
}

/// <summary>One row of the audit table.</summary>
/// <param name="At">When the script ended, in UTC.</param>
/// <param name="Command">The command, such as <c>up</c>.</param>
/// <param name="Script">The script's file name.</param>
/// <param name="Version">The script's version; null for a repeatable script.</param>
/// <param name="Checksum">The script's checksum.</param>
/// <param name="Outcome">One of <see cref="AuditOutcome"/>.</param>
/// <param name="Elapsed">How long the script took.</param>
/// <param name="SqlState">The SQLSTATE of the failure; null for none.</param>
/// <param name="Message">The message of the failure; null for none.</param>
/// <param name="Role">The role that the script ran as. Older versions of <c>migrate</c> recorded the login.</param>
/// <param name="By">The deployment that ran the command.</param>
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
    RunIdentity By)
{
    /// <summary>The script and the message of the failure, for one line of output.</summary>
    public string Failure => $"{Script}: {ForeignText.Of(Message ?? "")}{(SqlState is { } state ? $" (SQLSTATE {state})" : "")}";
}

/// <summary>The place where the script after the newest one of the earlier runs would have created its objects.</summary>
/// <param name="Script">The file name of the newest script.</param>
/// <param name="Schema">The schema of objects without a schema, after that script. The script may have created it.</param>
/// <param name="Role">The role that the script ran as, which owns the objects.</param>
internal sealed record ScriptPlace(string Script, string Schema, string Role);

/// <summary>
/// The audit table: one row for each run of a script, failures included. The history table must not contain failures, because
/// Evolve's validation would fail on them forever. The row of a successful script is written in the script's transaction, the
/// row of a failed one after the rollback.
/// </summary>
/// <param name="tables">The names of the tables.</param>
/// <param name="identity">The deployment that runs the command.</param>
/// <param name="command">The command, such as <c>up</c>.</param>
/// <param name="redactor">Masks secrets in messages. Every role that may read the table sees them.</param>
internal sealed class AuditTable(SideTables tables, RunIdentity identity, string command, Redactor redactor)
{
    /// <summary>The SQL expression for the milliseconds since the transaction began, by the server's clock.</summary>
    public const string MillisecondsSinceBegin = "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000";

    private static readonly TimeSpan MaxElapsed = TimeSpan.FromDays(10_000);

    // Distinguishes the rows of this run from those of other runs.
    private readonly string _run = Guid.NewGuid().ToString("N");

    private const string Columns = "command, script, version, checksum, outcome, milliseconds, sqlstate, message, release, revision, image, pod, migrator";

    /// <summary>The columns without which a table of this name belongs to an application.</summary>
    public static IReadOnlyList<string> RequiredColumns { get; } = ["id", "at", "role", .. Columns.Split(", ")];

    /// <summary>Gets the statement that writes the row of one script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="outcome">One of <see cref="AuditOutcome"/>.</param>
    /// <param name="elapsed">How long it took; null for the time since the transaction began, by the server's clock.</param>
    /// <param name="problem">The problem that stopped the script; null for none.</param>
    /// <param name="observed">The locks that the script took, as JSON; null for none.</param>
    public string InsertStatement(Script script, string outcome, TimeSpan? elapsed, Problem? problem = null, string? observed = null)
        => Insert(script.FileName, script.Version?.Label, script.Checksum, outcome, elapsed, problem?.SqlState, problem is null ? null : redactor.Redact(MessageOf(problem)), observed);

    // The row names the script, but has no column for the place in it.
    private static string MessageOf(Problem problem)
        => problem.Position is { } at ? string.Create(CultureInfo.InvariantCulture, $"line {at.Line}, column {at.Column}: {problem.Message}") : problem.Message;

    /// <summary>Masks secrets in a name, for a column of the table.</summary>
    public string Redact(string name) => redactor.Redact(name);

    /// <summary>Gets the statement that writes a row. Each argument is an SQL expression: a literal or a parameter.</summary>
    public string Insert(
        string script, string version, string checksum, string outcome, string milliseconds, string sqlState = "NULL", string message = "NULL", string observed = "NULL")
        => $"INSERT INTO {tables.Audit} (id, {Columns}, observed, schema, role, run) OVERRIDING SYSTEM VALUE VALUES ({string.Join(", ", new[]
        {
            NextId,
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
            SessionSettings.SchemaExpression,
            "current_user",
            Quote.Literal(_run),
        })})";

    // If another run has written a row since this run has read the history, the row has the same id, and the statement fails: see IsConflict. A contract
    // phase can run beside the expand phase of the next release. It writes odd ids, and all other runs write even ids, so that their rows are no conflict. In
    // the audit table of an older version, id is an identity column. The scripts' search path may be set.
    private string NextId => IsContractPhase
        ? $"((SELECT COALESCE(pg_catalog.max(a.id), 0) FROM {tables.Audit} a) OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog./) 2 OPERATOR(pg_catalog.*) 2 OPERATOR(pg_catalog.+) 1"
        : string.Create(CultureInfo.InvariantCulture, $"""
            ((SELECT COALESCE(pg_catalog.max(a.id), {LastId}) FROM {tables.Audit} a
              WHERE a.id OPERATOR(pg_catalog.>) {LastId}::pg_catalog.int8 AND a.run OPERATOR(pg_catalog.=) {Quote.Literal(_run)}::pg_catalog.text) OPERATOR(pg_catalog./) 2 OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog.*) 2
            """);

    /// <summary>
    /// Gets the statement that fails, as <see cref="RunLock.CheckStatement"/> does, if another run of the same phase has written a row since this run has
    /// read the history.
    /// </summary>
    public string CheckStatement => string.Create(CultureInfo.InvariantCulture, $"""
        {RunLock.CheckPrefix} CASE WHEN EXISTS (SELECT FROM {tables.Audit} a WHERE a.id OPERATOR(pg_catalog.>) {LastId}::pg_catalog.int8
          AND ({(IsContractPhase ? WorksOnContract : "a.id OPERATOR(pg_catalog.%) 2 OPERATOR(pg_catalog.=) 0")})
          AND (a.run IS NULL OR a.run OPERATOR(pg_catalog.<>) {Quote.Literal(_run)}::pg_catalog.text)) THEN 0 ELSE 1 END
        """);

    // A run that holds the locks of both phases writes even ids.
    private const string WorksOnContract = $"a.id OPERATOR(pg_catalog.%) 2 OPERATOR(pg_catalog.=) 1 OR a.command OPERATOR(pg_catalog.<>) 'up'::pg_catalog.text OR pg_catalog.right(a.script, 13) OPERATOR(pg_catalog.=) '{ScriptName.ContractSuffix}'::pg_catalog.text";

    /// <summary>Whether the run holds only the lock of the contract phase. See <see cref="RunLockScope"/>.</summary>
    public bool IsContractPhase { get; set; }

    /// <summary>The id of the newest row when this run read the history; 0 for none.</summary>
    public long LastId { get; set; }

    /// <summary>
    /// Whether a row was not written because another run has written rows since this run has read the history. The run lock prevents this, unless
    /// a function has released it.
    /// </summary>
    public static bool IsConflict(PostgresException e, HistoryTable history)
        => e.SqlState == SqlStates.UniqueViolation && e.SchemaName == history.Schema && e.TableName == SideTables.AuditNameOf(history);

    /// <summary>
    /// Gets the statement that adds observed locks to the newest rows of scripts. The newest row of a script is the one of this
    /// run, because only the run that holds the run lock writes rows.
    /// </summary>
    /// <param name="observed">The file name of each script, and its observed locks as JSON.</param>
    public string ObservedStatement(IEnumerable<(string Script, string Json)> observed) => $"""
        UPDATE {tables.Audit} AS a SET observed = o.observed::jsonb
          FROM (VALUES {string.Join(", ", observed.Select(o => $"({Quote.Literal(o.Script)}, {Quote.Literal(o.Json)})"))}) AS o (script, observed)
          JOIN (SELECT script, max(id) AS id FROM {tables.Audit} WHERE outcome = '{AuditOutcome.Applied}' GROUP BY script) AS newest ON newest.script = o.script
         WHERE a.id = newest.id
        """;

    /// <summary>
    /// Gets the statement that keeps the checksum that was valid before a repair. The images of older pods still contain the
    /// script with this checksum.
    /// </summary>
    public string RepairedStatement(HistoryEntry entry)
        => Insert(entry.Name, entry.Version?.Label, entry.Checksum, AuditOutcome.Repaired, TimeSpan.Zero, null, null, null);

    /// <summary>Gets the query for the checksums that were valid before a repair.</summary>
    public static string SelectRepairedStatement(SideTables tables)
        => $"SELECT version, checksum FROM {tables.Audit} WHERE outcome = '{AuditOutcome.Repaired}' AND version IS NOT NULL AND checksum IS NOT NULL";

    /// <summary>Reads the rows of <see cref="SelectRepairedStatement"/>.</summary>
    /// <returns>The checksums by version.</returns>
    public static async Task<ILookup<string, string>> ReadRepairedAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var found = new List<(string Version, string Checksum)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            found.Add((reader.GetString(0), reader.GetString(1)));
        }

        return found.ToLookup(f => f.Version, f => f.Checksum, StringComparer.Ordinal);
    }

    /// <summary>
    /// Gets the query for the id of the newest row, and for the place of the newest script: the schema in which it created objects without a
    /// schema, and the role that owns them.
    /// </summary>
    public static string SelectNewestStatement(SideTables tables) => $"""
        SELECT newest.id, place.script, place.schema, place.role
          FROM (SELECT coalesce(max(id), 0) AS id FROM {tables.Audit}) AS newest
          LEFT JOIN LATERAL ({(tables.HasNewColumns
            ? $"SELECT script, schema, role FROM {tables.Audit} WHERE outcome IN ('{AuditOutcome.Applied}', '{AuditOutcome.Undone}') AND schema <> '' ORDER BY id DESC LIMIT 1"
            : "SELECT NULL, NULL, NULL")}) AS place (script, schema, role) ON true
        """;

    /// <summary>Reads the result of <see cref="SelectNewestStatement"/>. The place is null if no script is recorded with its place.</summary>
    public static async Task<(long LastId, ScriptPlace? Place)> ReadNewestAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : new ScriptPlace(reader.GetString(1), reader.GetString(2), reader.GetString(3)));
    }

    /// <summary>Reads the newest rows, newest first.</summary>
    /// <param name="session">The session.</param>
    /// <param name="trust">Checks the table in the transaction that reads it.</param>
    /// <param name="limit">How many rows at most.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(DatabaseSession session, TableTrust trust, int limit, CancellationToken cancellation)
    {
        if (!tables.Exist)
        {
            return [];
        }

        string sql = string.Create(CultureInfo.InvariantCulture, $"SELECT at AT TIME ZONE 'UTC', role, {Columns} FROM {tables.Audit} ORDER BY id DESC LIMIT {limit}");
        return await trust.ReadAsync(session, [tables.AuditName], tables.Schema, [sql], ReadEntriesAsync, cancellation).ConfigureAwait(false);

        async Task<IReadOnlyList<AuditEntry>> ReadEntriesAsync(NpgsqlDataReader reader)
        {
            var entries = new List<AuditEntry>();
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
                    TimeSpan.FromMilliseconds(Math.Clamp(reader.GetInt64(7), 0, (long)MaxElapsed.TotalMilliseconds)),
                    Text(8),
                    Text(9),
                    reader.GetString(1),
                    new RunIdentity(Text(10), Text(11), Text(12), Text(13))));
            }

            return entries;
        }
    }

    private string Insert(string script, string? version, string? checksum, string outcome, TimeSpan? elapsed, string? sqlState, string? message, string? observed) => Insert(
        Quote.Literal(script),
        Quote.Literal(version),
        Quote.Literal(checksum),
        outcome,
        elapsed is { } known ? ((long)known.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : MillisecondsSinceBegin,
        Quote.Literal(sqlState),
        Quote.Literal(message),
        Quote.Literal(observed));
}
