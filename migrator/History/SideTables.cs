using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// The tables of our own beside the history table, created by the first <c>up</c> that applies something:
/// <c>changelog_audit</c> (what happened, when, by whom), <c>changelog_progress</c> (how far a script got that runs
/// outside a transaction) and <c>changelog_undo</c> (the undo scripts of what is applied).
/// </summary>
internal sealed class SideTables(HistoryTable history)
{
    private const int LongestName = 63;
    private const string AuditSuffix = "_audit";
    private const string ProgressSuffix = "_progress";
    private const string UndoSuffix = "_undo";
    private const string ObservedColumn = "observed";

    private bool _isExtended;

    public string Audit { get; } = Quoted(history, AuditSuffix);

    public string Progress { get; } = Quoted(history, ProgressSuffix);

    public string Undo { get; } = Quoted(history, UndoSuffix);

    /// <summary>Whether they exist; false until <see cref="Created"/> or <see cref="Note"/>.</summary>
    public bool Exist { get; private set; }

    /// <summary>Finds the history table and those beside it, in every schema, and whether each has the column that the audit table has had since it was extended.</summary>
    public static string LookStatement(string historyTable) => $"""
        SELECT (SELECT n.nspname FROM pg_namespace n WHERE n.oid = c.relnamespace)::text, c.relname::text,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = '{ObservedColumn}')
          FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND c.relname IN ({string.Join(", ", new[] { "", AuditSuffix, ProgressSuffix, UndoSuffix }.Select(s => Quote.Literal(NameOf(historyTable, s))))})
        """;

    /// <summary>Reads the rows of <see cref="LookStatement"/>: the tables; the column as one more name, <c>changelog_audit.observed</c>.</summary>
    public static async Task<HashSet<(string Schema, string Name)>> ReadLookAsync(NpgsqlDataReader reader, CancellationToken cancellation)
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

    /// <summary>Notes which tables there are, the history table's included.</summary>
    public void Note(IReadOnlySet<(string Schema, string Name)> tables)
    {
        history.Note(tables);
        _isExtended = tables.Contains((history.Schema, $"{NameOf(history.Name, AuditSuffix)}.{ObservedColumn}"));
        Exist = new[] { AuditSuffix, ProgressSuffix, UndoSuffix }.All(s => tables.Contains((history.Schema, NameOf(history.Name, s))));
    }

    /// <summary>Looks which tables there are. Never writes.</summary>
    public async Task LookAsync(DatabaseSession session, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(LookStatement(history.Name), session.Connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        Note(await ReadLookAsync(reader, cancellation).ConfigureAwait(false));
    }

    /// <summary>For people.</summary>
    public string Names => $"{Audit}, {Progress} and {Undo}";

    /// <summary>Creates what is missing; empty when nothing is.</summary>
    public IReadOnlyList<string> MissingStatements
        => !Exist ? [CreateAudit, ExtendAudit, CreateProgress, CreateUndo, RevokeUndo] : _isExtended ? [] : [ExtendAudit];

    /// <summary>Notes that nothing is missing from now on.</summary>
    public void Created() => Exist = _isExtended = true;

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

    // A table that an older migrate created.
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

    // Default privileges may hand every new table to the application: what stands in this one is run as the migrating role.
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

    // PostgreSQL cuts names at 63 bytes: the suffix must not be what is lost.
    private static string NameOf(string historyTable, string suffix)
        => historyTable[..Math.Min(historyTable.Length, LongestName - suffix.Length)] + suffix;

    private static string Quoted(HistoryTable history, string suffix)
        => $"{Quote.Identifier(history.Schema)}.{Quote.Identifier(NameOf(history.Name, suffix))}";
}
