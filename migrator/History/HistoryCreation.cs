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
            if (isNew)
            {
                await session.SendAsync(["BEGIN", TrustedBatch.SetPath], cancellation).ConfigureAwait(false);
                if (EvolveHistory.CanCreate(history))
                {
                    await EvolveHistory.CreateAsync(session, history, cancellation).ConfigureAwait(false);
                }
            }

            IReadOnlyList<string> missing = sideTables.MissingStatements;
            string[] statements = isNew ? [history.CreateStatement, .. missing, "COMMIT", TrustedBatch.SetPath] : [.. missing];
            string schemas = $"ARRAY[{Quote.Literal(history.Schema)}]";
            FoundTables found = await session.QueryAsync(
                [.. statements, SideTables.SelectTablesStatement(history.Name, schemas, trust)],
                async reader =>
                {
                    // The result of SetPath comes first.
                    if (isNew)
                    {
                        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                    }

                    return await SideTables.ReadTablesAsync(reader, cancellation).ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
            if (found.UntrustedSchemas.Count > 0)
            {
                await trust.ThrowIfUntrustedAsync(session, history.Name, history.Schema, cancellation).ConfigureAwait(false);
            }
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

        history.MarkCreated();
        sideTables.MarkCreated();
    }
}
