using System.Data;
using System.Globalization;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.History.Evolve;
using Npgsql;

namespace Migrator.History;

/// <summary>Creates the history table and the audit, progress and undo tables, if they are missing: all of them or none.</summary>
internal static class HistoryCreation
{
    // Another session may create the same schema at the same moment.
    private const int MaxAttempts = 3;

    // Runs with different histories do not wait for each other, but only one of them at a time creates its tables: two runs with different search
    // paths must not both find no history, and create one each.
    private static readonly string s_lock = string.Create(CultureInfo.InvariantCulture, $"({RunLock.KeyOf("creation of a history")})");

    /// <summary>Creates the missing tables.</summary>
    /// <param name="session">The run's session, which holds the run lock.</param>
    /// <param name="history">The history table.</param>
    /// <param name="sideTables">The audit, progress and undo tables.</param>
    /// <param name="options">The options.</param>
    /// <param name="trust">Checks the new tables. Some roles, such as a member of <c>pg_write_all_data</c>, can write to every table.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">
    /// The server refused a statement (2 if a privilege is missing, 4 if a lock was not acquired in time, otherwise 1), another role can write to the
    /// tables (2), or another run has created a history in another schema meanwhile (6).
    /// </exception>
    public static async Task CreateMissingAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, MigrateOptions options, TableTrust trust, CancellationToken cancellation)
    {
        bool isNew = !history.Exists;
        if (!isNew && sideTables.MissingStatements.Count == 0)
        {
            return;
        }

        try
        {
            if (isNew)
            {
                await session.ExecuteAllAsync([$"SELECT pg_advisory_lock{s_lock}"], cancellation).ConfigureAwait(false);
                await CreateAllAsync(session, history, sideTables, options, cancellation).ConfigureAwait(false);
            }
            else
            {
                await session.ExecuteAllAsync(sideTables.MissingStatements, cancellation).ConfigureAwait(false);
            }
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            string what = isNew ? $"{history.QualifiedName} and its audit, progress and undo tables" : sideTables.Names;
            throw HistoryProblems.Failed($"creating {what}", e, history);
        }

        sideTables.MarkCreated();
        await trust.ThrowIfUntrustedAsync(session, SideTables.NamesOf(history.Name), history.Schema, cancellation).ConfigureAwait(false);
    }

    /// <summary>Refuses to start if the role cannot create the history table.</summary>
    /// <param name="session">The session.</param>
    /// <param name="history">The history table, which does not exist.</param>
    /// <param name="role">The role that the session works as.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    /// <exception cref="MigrateException">The role cannot create the table, or its schema (2).</exception>
    public static async Task ThrowIfForbiddenAsync(DatabaseSession session, HistoryTable history, string role, CancellationToken cancellation)
    {
        string schema = Quote.Literal(history.Schema);
        string lacks = await session.ScalarAsync<string>(
            $"""
            SELECT CASE WHEN NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = {schema})
                        THEN CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN '' ELSE 'database' END
                        WHEN has_schema_privilege({schema}, 'USAGE') AND has_schema_privilege({schema}, 'CREATE') THEN ''
                        ELSE 'schema' END
            """,
            cancellation).ConfigureAwait(false) ?? "";
        if (lacks.Length > 0)
        {
            string grant = lacks == "schema"
                ? $"USAGE, CREATE ON SCHEMA {Quote.Identifier(history.Schema)}"
                : $"CREATE ON DATABASE {Quote.Identifier(session.Settings.Database!)}";
            throw new MigrateException(ExitCode.Usage, new Problem("cannot-create-history", $"the role {role} cannot create {history.QualifiedName}: it lacks a privilege on the {lacks}")
            {
                Advice = $"GRANT {grant} TO {Quote.Identifier(role)}; Or name another schema for the history with --schema.",
            });
        }
    }

    private static async Task CreateAllAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, MigrateOptions options, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                (bool isSafe, FoundTables tables) = await BeginAsync(session, history, cancellation).ConfigureAwait(false);
                if (HistoryLocation.OtherHistory(history, tables, options) is { } problem)
                {
                    throw new MigrateException(ExitCode.HistoryMismatch, problem);
                }

                if (isSafe && EvolveHistory.CanCreate(history))
                {
                    await EvolveHistory.CreateAsync(session, history, cancellation).ConfigureAwait(false);
                }

                await session.ExecuteAllAsync(
                    [history.CreateStatement, .. sideTables.MissingStatements, "COMMIT", $"SELECT pg_catalog.pg_advisory_unlock{s_lock}"], cancellation).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                if (attempt == MaxAttempts || !SqlStates.IsCatalogConflict(e) || session.Connection.State != ConnectionState.Open)
                {
                    throw;
                }
            }
        }
    }

    // Opens the transaction, reads the tables, and creates a missing schema. Returns whether no other role may create objects in the schema: otherwise,
    // such a role could create a table or a view of the same name at this moment, and Evolve would use it. The owner of the schema must be this role,
    // the owner of the database, or a superuser.
    private static async Task<(bool IsSafe, FoundTables Tables)> BeginAsync(DatabaseSession session, HistoryTable history, CancellationToken cancellation)
    {
        (bool? isSafe, FoundTables tables) = await session.QueryAsync(
            [
                "BEGIN",
                $"""
                SELECT (n.nspowner IN (me.oid, d.datdba) OR o.rolsuper OR o.rolname = 'pg_database_owner')
                       AND NOT EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE' AND a.grantee NOT IN (n.nspowner, me.oid))
                  FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner, pg_roles me, pg_database d
                 WHERE n.nspname = {Quote.Literal(history.Schema)} AND me.rolname = current_user AND d.datname = current_database()
                """,
                FoundTables.SelectStatement(history.Name, FoundTables.ArrayOf([history.Schema])),
            ],
            ReadAsync,
            cancellation).ConfigureAwait(false);
        if (isSafe is { } known)
        {
            return (known, tables);
        }

        // No other session sees the schema before the end of the transaction.
        await session.ExecuteAllAsync([$"CREATE SCHEMA {Quote.Identifier(history.Schema)}"], cancellation).ConfigureAwait(false);
        return (true, tables);

        async Task<(bool?, FoundTables)> ReadAsync(NpgsqlDataReader reader)
        {
            bool? isSafeSchema = await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetBoolean(0) : null;
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return (isSafeSchema, await FoundTables.ReadAsync(reader, cancellation).ConfigureAwait(false));
        }
    }
}
