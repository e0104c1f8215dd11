using System.Runtime.ExceptionServices;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Migration;
using Migrator.Database;

using EvolveMigrator = EvolveDb.Evolve;

namespace Migrator.History.Evolve;

/// <summary>
/// Evolve's part in a run: Evolve itself creates its history table where that is missing, and notes that the schema was new or empty. It runs without scripts, on the
/// run's connection. Its format (file names, checksums, history table) is the one that <c>migrate</c> uses; scripts are applied by <c>migrate</c>. This is the only
/// folder that uses Evolve.
/// </summary>
internal static class EvolveHistory
{
    /// <summary>Whether Evolve can create a table: it does not quote the quotes in names.</summary>
    public static bool CanCreate(HistoryTable history) => $"{history.Schema}{history.Name}".AsSpan().IndexOfAny('\'', '"') < 0;

    /// <summary>
    /// Lets Evolve create the schema, if it is missing, and the history table. In a schema that contains something already Evolve creates no table before its first
    /// script: there, nothing happens.
    /// </summary>
    /// <param name="session">The run's session, in a transaction.</param>
    /// <param name="history">Where the table belongs.</param>
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
            // Evolve is synchronous and cannot be cancelled: the server is asked to cancel its statements.
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
