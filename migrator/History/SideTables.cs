using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// The tables that <c>migrate</c> keeps in the schema of the history table, created by the first <c>up</c> that applies a
/// script: <c>changelog_audit</c> (all runs of scripts), <c>changelog_progress</c> (the completed steps of
/// <c>-- evolve-tx-off</c> scripts) and <c>changelog_undo</c> (the undo scripts of applied versions).
/// </summary>
/// <param name="history">The history table.</param>
internal sealed class SideTables(HistoryTable history)
{
    private const int LongestName = 63;
    private const string AuditSuffix = "_audit";
    private const string ProgressSuffix = "_progress";
    private const string UndoSuffix = "_undo";
    private const string ObservedColumn = "observed";

    private bool _isExtended;

    /// <summary>The name of the audit table, as SQL.</summary>
    public string Audit { get; } = Quoted(history, AuditSuffix);

    /// <summary>The name of the progress table, as SQL.</summary>
    public string Progress { get; } = Quoted(history, ProgressSuffix);

    /// <summary>The name of the undo table, as SQL.</summary>
    public string Undo { get; } = Quoted(history, UndoSuffix);

    /// <summary>Whether all three tables exist. False until <see cref="MarkCreated"/> or <see cref="SetExisting"/> is called.</summary>
    public bool Exist { get; private set; }

    /// <summary>
    /// Gets the query that finds the history, audit, progress and undo tables in every schema. It also returns whether each
    /// table has the <c>observed</c> column, which audit tables of older versions of <c>migrate</c> lack.
    /// </summary>
    public static string SelectTablesStatement(string historyTable) => $"""
        SELECT (SELECT n.nspname FROM pg_namespace n WHERE n.oid = c.relnamespace)::text, c.relname::text,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = '{ObservedColumn}')
          FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND c.relname IN ({string.Join(", ", new[] { "", AuditSuffix, ProgressSuffix, UndoSuffix }.Select(s => Quote.Literal(NameOf(historyTable, s))))})
        """;

    /// <summary>Reads the rows of <see cref="SelectTablesStatement"/>.</summary>
    /// <returns>
    /// The tables. An <c>observed</c> column is one more element, with a name such as <c>changelog_audit.observed</c>.
    /// </returns>
    public static async Task<HashSet<(string Schema, string Name)>> ReadTablesAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var tables = new HashSet<(string, string)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            (string schema, string name) = (reader.GetString(0), reader.GetString(1));
            tables.Add((schema, name));
            if (reader.GetBoolean(2))
            {
                tables.Add((schema, $"{name}.{ObservedColumn}"));
            }
        }

        return tables;
    }

    /// <summary>Records which tables exist, also for the history table.</summary>
    public void SetExisting(IReadOnlySet<(string Schema, string Name)> tables)
    {
        history.SetExisting(tables);
        _isExtended = tables.Contains((history.Schema, $"{NameOf(history.Name, AuditSuffix)}.{ObservedColumn}"));
        Exist = new[] { AuditSuffix, ProgressSuffix, UndoSuffix }.All(s => tables.Contains((history.Schema, NameOf(history.Name, s))));
    }

    /// <summary>Queries which tables exist, and records the result. Never writes to the database.</summary>
    public async Task RefreshAsync(DatabaseSession session, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(SelectTablesStatement(history.Name), session.Connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        SetExisting(await ReadTablesAsync(reader, cancellation).ConfigureAwait(false));
    }

    /// <summary>The names of the three tables, for messages.</summary>
    public string Names => $"{Audit}, {Progress} and {Undo}";

    /// <summary>The statements that create the missing tables and column; empty if nothing is missing.</summary>
    public IReadOnlyList<string> MissingStatements
        => !Exist ? [CreateAudit, ExtendAudit, CreateProgress, CreateUndo, RevokeUndo] : _isExtended ? [] : [ExtendAudit];

    /// <summary>Records that the missing tables and column were created.</summary>
    public void MarkCreated() => Exist = _isExtended = true;

    private string CreateAudit => $"""
        CREATE TABLE IF NOT EXISTS {Audit} (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            command text NOT NULL,
            script text NOT NULL,
            version text,
            checksum text,
            outcome text NOT NULL,
            milliseconds bigint NOT NULL,
            sqlstate text,
            message text,
            role text NOT NULL DEFAULT session_user,
            release text,
            revision text,
            image text,
            pod text,
            migrator text NOT NULL,
            observed jsonb)
        """;

    // An older version of migrate created the audit table without this column.
    private string ExtendAudit => $"ALTER TABLE {Audit} ADD COLUMN IF NOT EXISTS {ObservedColumn} jsonb";

    private string CreateProgress => $"""
        CREATE TABLE IF NOT EXISTS {Progress} (
            script text NOT NULL,
            step integer NOT NULL,
            checksum text NOT NULL,
            state text NOT NULL CHECK (state IN ('started', 'done')),
            existed_before oid,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (script, step))
        """;

    private string CreateUndo => $"""
        CREATE TABLE IF NOT EXISTS {Undo} (
            version text PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            content text NOT NULL,
            at timestamptz NOT NULL DEFAULT clock_timestamp())
        """;

    // Default privileges may let the application write to every new table. But 'down' runs the content of the undo table as
    // the migration role, so no other role may write to it.
    private string RevokeUndo => $"""
        DO $revoke$
        DECLARE other text;
        BEGIN
            FOR other IN SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
                           FROM pg_class, aclexplode(relacl) WHERE oid = {Quote.Literal(Undo)}::regclass AND grantee <> relowner
            LOOP
                EXECUTE 'REVOKE ALL ON ' || {Quote.Literal(Undo)} || ' FROM ' || other;
            END LOOP;
        END $revoke$
        """;

    // PostgreSQL cuts names to 63 bytes. The history table's name is cut first, so that the suffix stays.
    private static string NameOf(string historyTable, string suffix)
        => historyTable[..Math.Min(historyTable.Length, LongestName - suffix.Length)] + suffix;

    private static string Quoted(HistoryTable history, string suffix)
        => $"{Quote.Identifier(history.Schema)}.{Quote.Identifier(NameOf(history.Name, suffix))}";
}
