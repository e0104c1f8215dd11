using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>The content of the history, audit, progress and undo tables, read in one round trip so that it is consistent.</summary>
/// <param name="Entries">The successful rows of the history table, oldest first.</param>
/// <param name="Repaired">The checksums that were valid before a repair, by version.</param>
/// <param name="Steps">The recorded steps of partially applied or undone scripts, by <see cref="ProgressTable.KeyOf(Script)"/>.</param>
/// <param name="StoredUndoChecksums">The checksums of the undo scripts that are stored in the database, by version.</param>
internal sealed record HistorySnapshot(
    IReadOnlyList<HistoryEntry> Entries,
    ILookup<string, string> Repaired,
    ILookup<string, StepRecord> Steps,
    IReadOnlyDictionary<ScriptVersion, string> StoredUndoChecksums)
{
    /// <summary>The snapshot before anything is read.</summary>
    public static HistorySnapshot Empty { get; } = new(
        [], Array.Empty<string>().ToLookup(s => s), Array.Empty<StepRecord>().ToLookup(_ => ""), new Dictionary<ScriptVersion, string>());

    /// <summary>Reads the tables that exist, and records in the parameters which tables exist.</summary>
    /// <param name="session">The session.</param>
    /// <param name="history">The history table. If it exists, its findings were checked before.</param>
    /// <param name="sideTables">The other tables.</param>
    /// <param name="trust">Checks the tables that are new since the last check.</param>
    /// <param name="checksAgain">Whether to check all tables again.</param>
    /// <param name="cancellation">Cancels the queries on the server.</param>
    /// <exception cref="MigrateException">There is a reason not to use one of the tables (2).</exception>
    public static async Task<HistorySnapshot> ReadAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, TableTrust trust, bool checksAgain, CancellationToken cancellation)
    {
        // Only the migration role can read the stored undo scripts. Another role may still read the other tables.
        var readable = Readable.Everything;
        while (true)
        {
            (bool hadHistory, bool hadSideTables) = (history.Exists, sideTables.Exist);
            HistorySnapshot snapshot;
            bool isTrusted;
            try
            {
                (snapshot, isTrusted) = await ReadOnceAsync(session, history, sideTables, checksAgain ? trust : null, hadSideTables ? readable : Readable.History, cancellation).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege && hadSideTables && readable > Readable.History)
            {
                // The role of the gate ('wait') may have SELECT on the history table only. Then the gate does not know about
                // repairs and partially undone versions.
                readable--;
                continue;
            }
            catch (PostgresException e) when (e.SqlState == SqlStates.UndefinedTable)
            {
                // The tables were dropped after the last check.
                await sideTables.RefreshAsync(session, cancellation).ConfigureAwait(false);
                continue;
            }

            // If tables were created after the last check, they are checked now, and their content is read in the next round.
            bool isComplete = hadHistory == history.Exists && hadSideTables == sideTables.Exist;
            if (!isTrusted || !isComplete)
            {
                await trust.ThrowIfUntrustedAsync(session, history.Name, history.Schema, cancellation).ConfigureAwait(false);
            }

            if (isComplete)
            {
                return snapshot;
            }
        }
    }

    private static async Task<(HistorySnapshot Snapshot, bool IsTrusted)> ReadOnceAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, TableTrust? trust, Readable readable, CancellationToken cancellation)
    {
        var queries = new List<string> { SideTables.SelectTablesStatement(history.Name, $"ARRAY[{Quote.Literal(history.Schema)}]", trust) };
        bool withHistory = history.Exists;
        if (withHistory)
        {
            queries.Add(history.SelectStatement);
        }

        if (readable >= Readable.AllButUndo)
        {
            queries.Add(AuditTable.SelectRepairedStatement(sideTables));
            queries.Add(ProgressTable.SelectStatement(sideTables));
        }

        if (readable == Readable.Everything)
        {
            queries.Add(UndoTable.SelectChecksumsStatement(sideTables));
        }

        return await session.QueryAsync(queries, ReadResultsAsync, cancellation).ConfigureAwait(false);

        async Task<(HistorySnapshot, bool)> ReadResultsAsync(NpgsqlDataReader reader)
        {
            HistorySnapshot snapshot = Empty;
            FoundTables found = await SideTables.ReadTablesAsync(reader, cancellation).ConfigureAwait(false);
            if (withHistory)
            {
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                snapshot = snapshot with { Entries = await history.ReadEntriesAsync(reader, cancellation).ConfigureAwait(false) };
            }

            if (readable >= Readable.AllButUndo)
            {
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                snapshot = snapshot with { Repaired = await AuditTable.ReadRepairedAsync(reader, cancellation).ConfigureAwait(false) };
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                snapshot = snapshot with { Steps = await ProgressTable.ReadStepsAsync(reader, cancellation).ConfigureAwait(false) };
            }

            if (readable == Readable.Everything)
            {
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                snapshot = snapshot with { StoredUndoChecksums = await UndoTable.ReadChecksumsAsync(reader, cancellation).ConfigureAwait(false) };
            }

            sideTables.SetExisting(found.Tables);
            return (snapshot, found.UntrustedSchemas.Count == 0);
        }
    }

    /// <summary>The tables that the role may read.</summary>
    private enum Readable
    {
        History,
        AllButUndo,
        Everything,
    }
}
