using Migrator.Database;

namespace Migrator.History;

/// <summary>
/// The tables that <c>migrate</c> keeps in the schema of the history table, created by the first <c>up</c> that applies a
/// script: <c>changelog_audit</c> (all runs of scripts), <c>changelog_progress</c> (the completed steps of
/// <c>-- evolve-tx-off</c> scripts) and <c>changelog_undo</c> (the undo scripts of applied versions).
/// </summary>
/// <param name="history">The history table.</param>
internal sealed class SideTables(HistoryTable history)
{
    private const string AuditSuffix = "_audit";
    private const string ProgressSuffix = "_progress";
    private const string UndoSuffix = "_undo";
    private const string ObservedColumn = "observed";
    private const string SchemaColumn = "schema";
    private const string SessionColumn = "session";
    private const string RunColumn = "run";

    // A name of a table must not end the quoted text.
    private static readonly string s_tag = $"$migrate_{Guid.NewGuid():N}$";

    /// <summary>The SQL condition for a row <c>d</c> of <c>pg_depend</c>: the object is a sequence that belongs to a column of the table <c>d.refobjid</c>.</summary>
    public const string IsOwnedSequence = "d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')";

    /// <summary>The kinds of relations that can be read like a table. See <see cref="TableTrust"/>.</summary>
    public const string Relations = "'r', 'p', 'v', 'm', 'f'";

    private FoundTables _existing = FoundTables.None;

    /// <summary>The name of the audit table, as SQL.</summary>
    public string Audit { get; } = Quoted(history, AuditSuffix);

    /// <summary>The name of the audit table, without its schema.</summary>
    public string AuditName { get; } = AuditNameOf(history);

    /// <summary>The name of the progress table, without its schema.</summary>
    public string ProgressName { get; } = history.Name + ProgressSuffix;

    /// <summary>The name of the undo table, without its schema.</summary>
    public string UndoName { get; } = history.Name + UndoSuffix;

    /// <summary>The schema of the tables.</summary>
    public string Schema => history.Schema;

    /// <summary>The name of the progress table, as SQL.</summary>
    public string Progress { get; } = Quoted(history, ProgressSuffix);

    /// <summary>The name of the undo table, as SQL.</summary>
    public string Undo { get; } = Quoted(history, UndoSuffix);

    /// <summary>Whether all three tables exist. False until <see cref="MarkCreated"/> or <see cref="SetExisting"/> is called.</summary>
    public bool Exist => Contains(AuditName) && Contains(ProgressName) && Contains(UndoName);

    /// <summary>Whether the audit table exists.</summary>
    public bool HasAudit => Contains(AuditName);

    /// <summary>Gets the name of the audit table, without its schema.</summary>
    public static string AuditNameOf(HistoryTable history) => history.Name + AuditSuffix;

    /// <summary>Gets the names of the history, audit, progress and undo tables.</summary>
    public static IEnumerable<string> NamesOf(string historyTable)
        => new[] { "", AuditSuffix, ProgressSuffix, UndoSuffix }.Select(s => historyTable + s);

    /// <summary>The tables of the last query, in all searched schemas.</summary>
    public FoundTables Found => _existing;

    /// <summary>Records which tables exist, also for the history table.</summary>
    /// <exception cref="MigrateException">A table of an application has the name of one of migrate's tables (2).</exception>
    public void SetExisting(FoundTables tables)
    {
        tables.ThrowIfForeign(history, [(AuditName, AuditTable.RequiredColumns), (ProgressName, ProgressTable.RequiredColumns), (UndoName, UndoTable.RequiredColumns)]);
        _existing = tables;
        history.SetExisting(tables);
    }

    /// <summary>The names of the tables that exist, of the history table and the three tables.</summary>
    public IReadOnlyList<string> ExistingNames => [.. NamesOf(history.Name).Where(Contains)];

    /// <summary>The names of the three tables, for messages.</summary>
    public string Names => $"{Audit}, {Progress} and {Undo}";

    /// <summary>
    /// The statements that create the missing tables and column, except for the history table; empty if nothing is missing. They
    /// also take the default privileges on the new tables back, on the history table as well.
    /// </summary>
    public IReadOnlyList<string> MissingStatements
        => !Exist ? [CreateAudit, ExtendAudit, CreateProgress, ExtendProgress, CreateUndo, SecureNewTables] : HasNewColumns ? [] : [ExtendAudit, ExtendProgress];

    /// <summary>Whether the tables have the columns that older versions of <c>migrate</c> did not create.</summary>
    public bool HasNewColumns => HasColumn(AuditName, ObservedColumn) && HasColumn(AuditName, SchemaColumn) && HasColumn(AuditName, RunColumn) && HasColumn(ProgressName, SessionColumn);

    /// <summary>Records that the missing tables and column were created, also the history table.</summary>
    public void MarkCreated() => SetExisting(FoundTables.Created(history.Schema, NamesOf(history.Name)));

    private string CreateAudit => $"""
        CREATE TABLE IF NOT EXISTS {Audit} (
            id bigint PRIMARY KEY,
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
            observed jsonb,
            schema text,
            run text)
        """;

    // An older version of migrate created the audit table without these columns.
    private string ExtendAudit => $"ALTER TABLE {Audit} ADD COLUMN IF NOT EXISTS {ObservedColumn} jsonb, ADD COLUMN IF NOT EXISTS {SchemaColumn} text, ADD COLUMN IF NOT EXISTS {RunColumn} text";

    private string CreateProgress => $"""
        CREATE TABLE IF NOT EXISTS {Progress} (
            script text NOT NULL,
            step integer NOT NULL,
            checksum text NOT NULL,
            state text NOT NULL CHECK (state IN ('started', 'done')),
            existed_before oid,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            session text,
            PRIMARY KEY (script, step))
        """;

    // An older version of migrate created the progress table without this column.
    private string ExtendProgress => $"ALTER TABLE {Progress} ADD COLUMN IF NOT EXISTS {SessionColumn} text";

    private string CreateUndo => $"""
        CREATE TABLE IF NOT EXISTS {Undo} (
            version text PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            content text NOT NULL,
            at timestamptz NOT NULL DEFAULT clock_timestamp())
        """;

    // Default privileges may let the application write to every new table. Only SELECT stays, except on the undo table: its scripts
    // contain the values of placeholders. Another role may have created a table of the same name just before this run. The run must
    // not use it, because the checks of TableTrust came before.
    private string SecureNewTables => $"""
        DO {s_tag}
        DECLARE
            created regclass;
            found record;
        BEGIN
            FOREACH created IN ARRAY {RegclassArray(NewTables)} LOOP
                IF (SELECT relkind <> 'r' OR pg_get_userbyid(relowner) <> current_user FROM pg_class WHERE oid = created) THEN
                    RAISE EXCEPTION 'another role has created % at the same time', created USING ERRCODE = 'duplicate_table';
                END IF;
                {RevokeLoop("ARRAY[created]", "true", "")}
            END LOOP;
        END {s_tag}
        """;

    /// <summary>
    /// Gets the statement that revokes the privileges on the tables that a script has granted. It reports them as warnings. The transaction must begin with
    /// <see cref="TableTrust.StatementsBeforeGrant"/>: another role may have used privileges that were committed before, so they must not be revoked silently.
    /// </summary>
    /// <param name="condition">An SQL condition for a grant <c>a</c> of <c>aclexplode</c> on the relation <c>c</c>.</param>
    public string RevokeStatement(string condition) => $"""
        DO {s_tag}
        DECLARE
            found record;
        BEGIN
            {RevokeLoop(RegclassArray(NamesOf(history.Name).Select(n => Quote.Table(history.Schema, n))), condition, "RAISE WARNING 'the script gives % privileges on %, a table of migrate: they are revoked, except for SELECT', found.role, found.relation;")}
        END {s_tag}
        """;

    // A PL/pgSQL loop that needs a record variable 'found'. It leaves only SELECT, and nothing on the undo table.
    private string RevokeLoop(string relations, string condition, string report) => $"""
        FOR found IN
            SELECT c.oid::regclass AS relation, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
                   CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS role,
                   bool_or(a.privilege_type = 'SELECT') AND c.oid <> {Quote.Literal(Undo)}::regclass AS may_read
              FROM pg_class c, aclexplode(c.relacl) a
             WHERE (c.oid = ANY ({relations}) OR c.oid IN (SELECT d.objid FROM pg_depend d WHERE d.refobjid = ANY ({relations}) AND {IsOwnedSequence}))
               AND c.relkind IN ('r', 'S') AND a.grantee <> c.relowner AND {condition}
             GROUP BY c.oid, c.relkind, a.grantee
            HAVING bool_or(a.privilege_type <> 'SELECT' OR c.oid = {Quote.Literal(Undo)}::regclass)
        LOOP
            EXECUTE format('REVOKE ALL ON %s %s FROM %s CASCADE', found.kind, found.relation, found.role);
            IF found.may_read THEN
                EXECUTE format('GRANT SELECT ON %s %s TO %s', found.kind, found.relation, found.role);
            END IF;
            {report}
        END LOOP;
        """;

    private static string RegclassArray(IEnumerable<string> quotedNames) => $"ARRAY[{string.Join(", ", quotedNames.Select(Quote.Literal))}]::regclass[]";

    private IEnumerable<string> NewTables => NamesOf(history.Name).Where(n => !Contains(n)).Select(n => Quote.Table(history.Schema, n));

    private bool HasColumn(string name, string column) => _existing.HasColumn(history.Schema, name, column);

    private bool Contains(string name) => _existing.Contains(history.Schema, name);

    private static string Quoted(HistoryTable history, string suffix)
        => Quote.Table(history.Schema, history.Name + suffix);
}
