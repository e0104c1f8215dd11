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
    public static async Task<HistorySnapshot> ReadAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, CancellationToken cancellation)
    {
        // Only the migration role can read the stored undo scripts. Another role may still read the other tables.
        var readable = Readable.Everything;
        while (true)
        {
            (bool hadHistory, bool hadSideTables) = (history.Exists, sideTables.Exist);
            HistorySnapshot snapshot;
            try
            {
                snapshot = await ReadOnceAsync(session, history, sideTables, hadSideTables ? readable : Readable.History, cancellation).ConfigureAwait(false);
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

            // If another run created tables after the last check, their content is read in the next round.
            if (hadHistory == history.Exists && hadSideTables == sideTables.Exist)
            {
                return snapshot;
            }
        }
    }

    private static async Task<HistorySnapshot> ReadOnceAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, Readable readable, CancellationToken cancellation)
    {
        session.ThrowIfLost();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.SelectTablesStatement(history.Name)));
        bool withHistory = history.Exists;
        if (withHistory)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(history.SelectStatement));
        }

        if (readable >= Readable.AllButUndo)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AuditTable.SelectRepairedStatement(sideTables)));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ProgressTable.SelectStatement(sideTables)));
        }

        if (readable == Readable.Everything)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(UndoTable.SelectChecksumsStatement(sideTables)));
        }

        HistorySnapshot snapshot = Empty;
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        HashSet<(string, string)> tables = await SideTables.ReadTablesAsync(reader, cancellation).ConfigureAwait(false);
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

        sideTables.SetExisting(tables);
        return snapshot;
    }

    /// <summary>The tables that the role may read.</summary>
    private enum Readable
    {
        History,
        AllButUndo,
        Everything,
    }
}
