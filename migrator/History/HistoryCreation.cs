using Migrator.Database;
using Migrator.History.Evolve;
using Npgsql;

namespace Migrator.History;

/// <summary>Creates the history table and the audit, progress and undo tables, if they are missing: all of them or none.</summary>
internal static class HistoryCreation
{
    /// <summary>Creates the missing tables.</summary>
    /// <param name="session">The run's session, which holds the run lock.</param>
    /// <param name="history">The history table.</param>
    /// <param name="sideTables">The audit, progress and undo tables.</param>
    /// <param name="trust">Checks the new tables. Some roles, such as a member of <c>pg_write_all_data</c>, can write to every table.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">
    /// The server refused a statement (2 if a privilege is missing, otherwise 1), or another role can write to the tables (2).
    /// </exception>
    public static async Task CreateMissingAsync(DatabaseSession session, HistoryTable history, SideTables sideTables, TableTrust trust, CancellationToken cancellation)
    {
        bool isNew = !history.Exists;
        if (!isNew && sideTables.MissingStatements.Count == 0)
        {
            return;
        }

        try
        {
            if (isNew && await BeginAsync(session, history.Schema, cancellation).ConfigureAwait(false) && EvolveHistory.CanCreate(history))
            {
                await EvolveHistory.CreateAsync(session, history, cancellation).ConfigureAwait(false);
            }

            IReadOnlyList<string> missing = sideTables.MissingStatements;
            await session.ExecuteAllAsync(isNew ? [history.CreateStatement, .. missing, "COMMIT"] : missing, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            if (isNew)
            {
                await session.RollbackAsync().ConfigureAwait(false);
            }

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

    // Opens the transaction, and creates a missing schema. Returns whether no other role may create objects in the schema: otherwise, such a
    // role could create a table or a view of the same name at this moment, and Evolve would use it. The owner of the schema must be this role, the
    // owner of the database, or a superuser.
    private static async Task<bool> BeginAsync(DatabaseSession session, string schema, CancellationToken cancellation)
    {
        bool? isSafe = await session.QueryAsync<bool?>(
            [
                "BEGIN",
                $"""
                SELECT (n.nspowner IN (me.oid, d.datdba) OR o.rolsuper OR o.rolname = 'pg_database_owner')
                       AND NOT EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE' AND a.grantee NOT IN (n.nspowner, me.oid))
                  FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner, pg_roles me, pg_database d
                 WHERE n.nspname = {Quote.Literal(schema)} AND me.rolname = current_user AND d.datname = current_database()
                """,
            ],
            async reader => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetBoolean(0) : null,
            cancellation).ConfigureAwait(false);
        if (isSafe is { } known)
        {
            return known;
        }

        // No other session sees the schema before the end of the transaction.
        await session.ExecuteAllAsync([$"CREATE SCHEMA {Quote.Identifier(schema)}"], cancellation).ConfigureAwait(false);
        return true;
    }
}
