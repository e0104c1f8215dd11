using System.Runtime.ExceptionServices;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Migration;
using Migrator.Database;

using EvolveMigrator = EvolveDb.Evolve;

namespace Migrator.History.Evolve;

/// <summary>
/// Lets Evolve itself create the history table if it is missing. Evolve also records that the schema was new or empty. It runs
/// on the run's connection and gets no scripts: <c>migrate</c> applies the scripts. <c>migrate</c> uses Evolve's format: file
/// names, checksums and history table. This is the only folder that uses Evolve.
/// </summary>
internal static class EvolveHistory
{
    /// <summary>Whether Evolve can create the table. It does not escape quotation marks in names.</summary>
    public static bool CanCreate(HistoryTable history) => $"{history.Schema}{history.Name}".AsSpan().IndexOfAny('\'', '"') < 0;

    /// <summary>
    /// Lets Evolve create the schema, if it is missing, and the history table. In a schema that is not empty, Evolve creates the
    /// table only with its first script, so this method does nothing there.
    /// </summary>
    /// <param name="session">The run's session, in a transaction.</param>
    /// <param name="history">The schema and name of the table.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    public static async Task CreateAsync(DatabaseSession session, HistoryTable history, CancellationToken cancellation)
    {
        var evolve = new EvolveMigrator(session.Connection, dbms: DBMS.PostgreSQL)
        {
            Schemas = [history.Schema],
            MetadataTableName = history.Name,
            EnableClusterMode = false,
            IsEraseDisabled = true,
            MigrationLoader = new NoScripts(),
        };
        try
        {
            // Evolve has no asynchronous API and cannot be cancelled, so the statements are cancelled on the server.
            await using var cancel = new RepeatedCancel(session, cancellation);
            await Task.Run(evolve.Migrate, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EvolveException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    private sealed class NoScripts : IMigrationLoader
    {
        public IEnumerable<MigrationScript> GetMigrations() => [];

        public IEnumerable<MigrationScript> GetRepeatableMigrations() => [];
    }
}
