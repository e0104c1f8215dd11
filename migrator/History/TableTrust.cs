using Migrator.Configuration;
using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// Checks that only the migration role can change migrate's tables, and that reading and writing them runs no code of another role.
/// A writer could forge the history. The owner of a trigger, a rule, a policy, an expression or a type could run code with the
/// privileges of the migration role.
/// </summary>
/// <param name="options">The options: the owner and the roles that the user trusts.</param>
/// <param name="onlyReads">
/// Whether the command only reads the tables, as <c>wait</c> and <c>status</c> do. Their role usually owns nothing, so the owner is
/// only compared with <c>--history-owner</c>, or must be a superuser or the owner of the database. Other writers are no reason to stop.
/// </param>
/// <param name="canReadLocks">Whether the role may read <c>pg_locks</c>. If not, open writes of other roles are not found.</param>
internal sealed class TableTrust(MigrateOptions options, bool onlyReads, bool canReadLocks)
{
    private const string GuardPrefix = "SELECT 1 / CASE WHEN EXISTS (";

    private readonly TableConditions _conditions = new(options, onlyReads, canReadLocks);

    /// <summary>Whether the command may write to the tables.</summary>
    public bool Writes => !onlyReads;

    // Whether the conditions were true for all tables so far.
    private bool _areConditionsEnough = true;

    /// <summary>
    /// Gets the statements that a transaction of a script sends before it records the script. The script may have given another role access to the
    /// tables. The statements revoke the privileges that the transaction has granted, and fail if other reasons remain: see <see cref="IsRefused"/>.
    /// </summary>
    /// <param name="tables">The tables, except for the history table.</param>
    /// <param name="names">The names of all tables.</param>
    /// <param name="mayGrant">Whether the transaction began with <see cref="StatementsBeforeGrant"/>.</param>
    public IReadOnlyList<string> RecordingStatements(SideTables tables, IReadOnlyList<string> names, bool mayGrant)
        // A REVOKE on a table also revokes privileges on its columns, which another session can have granted meanwhile. So these are not revoked.
        => mayGrant ? [GuardStatement(names, tables.Schema, [TableConditions.ColumnCondition]), RevokeStatement(tables), RecordingGuard(tables, names)] : [RecordingGuard(tables, names)];

    /// <summary>Whether this role can revoke what a script grants on the tables. The tables then have no other owner.</summary>
    public bool CanRevoke => _areConditionsEnough && options.HistoryOwner is null;

    /// <summary>
    /// Gets the statements that a transaction of a script sends before a script that may contain a GRANT. The REVOKE changes nothing, but locks the rows of the
    /// catalog: until the end of the transaction, no other session can change the privileges on the tables. So what is granted afterwards comes from
    /// the script. The rollback to the savepoint restores the search path of the script.
    /// </summary>
    /// <param name="tables">The tables, except for the history table.</param>
    /// <param name="names">The names of all tables.</param>
    public IReadOnlyList<string> StatementsBeforeGrant(SideTables tables, IReadOnlyList<string> names) =>
    [
        $"REVOKE TRIGGER ON {string.Join(", ", names.Select(n => Quote.Table(tables.Schema, n)))} FROM PUBLIC",
        "SAVEPOINT migrate_check",
        TrustedBatch.SetPath,
        RecordingGuard(tables, names),
        "ROLLBACK TO SAVEPOINT migrate_check",
        "RELEASE SAVEPOINT migrate_check",
    ];

    private string RecordingGuard(SideTables tables, IReadOnlyList<string> names)
        => _areConditionsEnough ? GuardStatement(names, tables.Schema, _conditions.AccessConditions) : $"{GuardPrefix}{FindingsStatement(names, tables.Schema)}) THEN 0 ELSE 1 END";

    private string FindingsStatement(IEnumerable<string> tables, string schema) => new TableFindingQuery(_conditions, onlyReads).SelectStatement(tables, schema);

    /// <summary>Whether a statement failed because there is a reason not to use the tables.</summary>
    public static bool IsRefused(PostgresException e)
        => e.SqlState == SqlStates.DivisionByZero && e.BatchCommand is { } command && command.CommandText.StartsWith(GuardPrefix, StringComparison.Ordinal);

    // GRANT … ON ALL TABLES IN SCHEMA is common in scripts, and is not meant for these tables.
    private string RevokeStatement(SideTables tables)
        => tables.RevokeStatement($"CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END NOT IN (current_user, {_conditions.NamedOwner}, {_conditions.TrustedRoles})");

    /// <summary>
    /// Reads tables in one transaction that first locks and checks them. Without the lock, the owner of another table could rename it
    /// to the name of a checked table just before it is read.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="read">Reads the results. The reader is at the first result.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">There is a reason not to use one of the tables (2).</exception>
    /// <exception cref="PostgresException">A table does not exist (42P01), or must not be read (42501).</exception>
    public async Task<T> ReadAsync<T>(
        DatabaseSession session, IReadOnlyList<string> tables, string schema, IReadOnlyList<string> queries, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await session.QueryAsync(
                ["BEGIN", LockStatement(tables, schema), GuardStatement(tables, schema, _conditions.ToStart), .. queries, "COMMIT"],
                async reader =>
                {
                    // The result of the guard comes first.
                    await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                    return await read(reader).ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.DivisionByZero)
        {
            // The guard can also fail for a safe table.
            await session.RollbackAsync().ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            if (e.SqlState == SqlStates.InsufficientPrivilege && !onlyReads)
            {
                // The usual cause is another owner.
                await ThrowIfUntrustedAsync(session, tables, schema, cancellation).ConfigureAwait(false);
            }

            throw;
        }

        return await ReadCheckedAsync(session, tables, schema, Stops, queries, read, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads the history table of another tool, like <see cref="ReadAsync{T}"/>.</summary>
    /// <inheritdoc cref="ReadAsync{T}"/>
    public Task<T> ReadToolAsync<T>(
        DatabaseSession session, string table, string schema, string query, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
        => ReadCheckedAsync(session, [table], schema, f => f.IsUnsafeToRead || f.Kind is TableFinding.Owner or TableFinding.Writer or TableFinding.View or TableFinding.OpenWrite, [query], read, cancellation);

    /// <summary>Finds the reasons not to use tables that this run has created.</summary>
    /// <param name="session">The session.</param>
    /// <param name="tables">The names of the tables.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    /// <exception cref="MigrateException">There is a reason (2).</exception>
    public async Task ThrowIfUntrustedAsync(DatabaseSession session, IEnumerable<string> tables, string schema, CancellationToken cancellation)
        => Throw(await FindAsync(session, [], tables, schema, cancellation).ConfigureAwait(false), Stops);

    // Finds the reasons, and whether the conditions are true for the tables.
    private async Task<IReadOnlyList<TableFinding>> FindAsync(
        DatabaseSession session, IEnumerable<string> before, IEnumerable<string> tables, string schema, CancellationToken cancellation)
        => await session.QueryAsync(
            [.. before, $"SELECT EXISTS ({SelectUnusual(tables, schema, _conditions.Conditions)})", FindingsStatement(tables, schema)],
            async reader =>
            {
                await reader.ReadAsync(cancellation).ConfigureAwait(false);
                _areConditionsEnough &= !reader.GetBoolean(0);
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                return await ReadFindingsAsync(reader, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);

    private async Task<T> ReadCheckedAsync<T>(
        DatabaseSession session,
        IReadOnlyList<string> tables,
        string schema,
        Func<TableFinding, bool> stops,
        IReadOnlyList<string> queries,
        Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellation)
    {
        try
        {
            Throw(await FindAsync(session, ["BEGIN", LockStatement(tables, schema)], tables, schema, cancellation).ConfigureAwait(false), stops);
            return await session.QueryAsync([.. queries, "COMMIT"], read, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MigrateException or PostgresException)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            if (e is PostgresException { SqlState: SqlStates.WrongObjectType })
            {
                // A materialized view, for example, cannot be locked.
                Throw(await FindAsync(session, [], tables, schema, cancellation).ConfigureAwait(false), stops);
            }

            throw;
        }
    }

    private static string LockStatement(IEnumerable<string> tables, string schema)
        => $"LOCK TABLE {string.Join(", ", tables.Select(t => Quote.Table(schema, t)))} IN ACCESS SHARE MODE";

    // Fails with a division by zero, so that the server does not execute the statements after it.
    private static string GuardStatement(IEnumerable<string> tables, string schema, IEnumerable<string> conditions)
        => $"{GuardPrefix}{SelectUnusual(tables, schema, conditions)}) THEN 0 ELSE 1 END";

    private static string SelectUnusual(IEnumerable<string> tables, string schema, IEnumerable<string> conditions) => $"""
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = {Quote.Literal(schema)} AND c.relname IN ({string.Join(", ", tables.Select(Quote.Literal))})
           AND c.relkind IN ({SideTables.Relations}) AND NOT ({string.Join(" AND ", conditions)})
        """;

    private bool Stops(TableFinding finding)
        => !onlyReads || finding.IsUnsafeToRead || finding.Kind == TableFinding.Owner;

    private static void Throw(IReadOnlyList<TableFinding> findings, Func<TableFinding, bool> stops)
    {
        findings = [.. findings.Where(stops)];
        if (findings.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, TableFinding.ProblemOf(findings));
        }
    }

    private static async Task<IReadOnlyList<TableFinding>> ReadFindingsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var findings = new List<TableFinding>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            findings.Add(new TableFinding(
                $"{reader.GetString(0)}.{reader.GetString(1)}",
                Quote.Table(reader.GetString(0), reader.GetString(1)),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4)));
        }

        return findings;
    }

}
