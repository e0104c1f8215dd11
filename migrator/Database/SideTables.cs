using Npgsql;

namespace Migrator.Database;

/// <summary>
/// The tables of our own beside the history table, created by the first <c>up</c> that applies something:
/// <c>changelog_audit</c> (what happened, when, by whom), <c>changelog_progress</c> (how far a script got that runs
/// outside a transaction) and <c>changelog_undo</c> (the undo scripts of what is applied).
/// </summary>
internal sealed class SideTables(HistoryTable history)
{
    public string Audit { get; } = Quoted(history, "_audit");

    public string Progress { get; } = Quoted(history, "_progress");

    public string Undo { get; } = Quoted(history, "_undo");

    /// <summary>Whether they exist; false until <see cref="EnsureAsync"/> or <see cref="LookAsync"/> found them.</summary>
    public bool Exist { get; private set; }

    /// <summary>Looks whether they are there. Never writes.</summary>
    public async Task LookAsync(DatabaseSession session, CancellationToken cancellation)
        => Exist = await session.ScalarAsync<bool>(
            $"SELECT to_regclass({Sql.Literal(Audit)}) IS NOT NULL AND to_regclass({Sql.Literal(Progress)}) IS NOT NULL AND to_regclass({Sql.Literal(Undo)}) IS NOT NULL",
            cancellation).ConfigureAwait(false);

    /// <summary>Creates what is missing.</summary>
    public async Task EnsureAsync(DatabaseSession session, CancellationToken cancellation)
    {
        if (Exist)
        {
            return;
        }

        try
        {
            await session.ExecuteAllAsync([CreateAudit, CreateProgress, CreateUndo, RevokeUndo], cancellation).ConfigureAwait(false);
            Exist = true;
        }
        catch (PostgresException e)
        {
            throw DatabaseProblems.Failed($"creating {Audit}, {Progress} and {Undo}", e, history);
        }
    }

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
            migrator text NOT NULL)
        """;

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
                           FROM pg_class, aclexplode(relacl) WHERE oid = {Sql.Literal(Undo)}::regclass AND grantee <> relowner
            LOOP
                EXECUTE 'REVOKE ALL ON ' || {Sql.Literal(Undo)} || ' FROM ' || other;
            END LOOP;
        END $revoke$
        """;

    // PostgreSQL cuts names at 63 bytes: the suffix must not be what is lost.
    private static string Quoted(HistoryTable history, string suffix)
    {
        string name = history.Name.Length + suffix.Length <= 63 ? history.Name : history.Name[..(63 - suffix.Length)];
        return $"{Sql.Identifier(history.Schema)}.{Sql.Identifier(name + suffix)}";
    }
}
