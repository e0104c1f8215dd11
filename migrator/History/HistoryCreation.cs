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
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">The server refused a statement: 2 if a privilege is missing, otherwise 1.</exception>
    public static async Task CreateMissingAsync(DatabaseSession session, HistoryTable history, SideTables sideTables, CancellationToken cancellation)
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
                await session.ExecuteAsync("BEGIN", cancellation).ConfigureAwait(false);
                if (EvolveHistory.CanCreate(history))
                {
                    await EvolveHistory.CreateAsync(session, history, cancellation).ConfigureAwait(false);
                }
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

        history.MarkCreated();
        sideTables.MarkCreated();
    }
}
