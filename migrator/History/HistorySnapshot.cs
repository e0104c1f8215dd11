using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>Everything that the tables say, read in one round trip and so in one state.</summary>
/// <param name="Entries">The history's successful rows, oldest first.</param>
/// <param name="Repaired">Checksums that were valid before a repair, by version.</param>
/// <param name="Progress">How far half applied scripts got.</param>
/// <param name="KeptUndo">The checksums of the undo scripts that are kept, by version.</param>
internal sealed record HistorySnapshot(
    IReadOnlyList<HistoryEntry> Entries,
    ILookup<string, string> Repaired,
    ILookup<string, StepRecord> Progress,
    IReadOnlyDictionary<ScriptVersion, string> KeptUndo)
{
    /// <summary>Before anything is read.</summary>
    public static HistorySnapshot Empty { get; } = new(
        [], Array.Empty<string>().ToLookup(s => s), Array.Empty<StepRecord>().ToLookup(_ => ""), new Dictionary<ScriptVersion, string>());

    /// <summary>Reads the tables that exist; looks again whether they do.</summary>
    public static async Task<HistorySnapshot> ReadAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, CancellationToken cancellation)
    {
        // Whoever may not read the kept undo scripts, which are nobody's but the migrating role's, may still read the rest.
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
                // The gate's role may read the history only: then no repair, and no half undone version, is known to it.
                readable--;
                continue;
            }
            catch (PostgresException e) when (e.SqlState == SqlStates.UndefinedTable)
            {
                // Dropped since we looked.
                await sideTables.LookAsync(session, cancellation).ConfigureAwait(false);
                continue;
            }

            // Another run may have created them since we looked: then what they hold is read, too.
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
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.LookStatement(history.Name)));
        bool withHistory = history.Exists;
        if (withHistory)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(history.SelectStatement));
        }

        if (readable >= Readable.AllButUndo)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AuditTable.RepairedSelectStatement(sideTables)));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ProgressTable.SelectStatement(sideTables)));
        }

        if (readable == Readable.Everything)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(UndoTable.SelectChecksumsStatement(sideTables)));
        }

        HistorySnapshot snapshot = Empty;
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        HashSet<(string, string)> tables = await SideTables.ReadLookAsync(reader, cancellation).ConfigureAwait(false);
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
            snapshot = snapshot with { Progress = await ProgressTable.ReadStepsAsync(reader, cancellation).ConfigureAwait(false) };
        }

        if (readable == Readable.Everything)
        {
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            snapshot = snapshot with { KeptUndo = await UndoTable.ReadChecksumsAsync(reader, cancellation).ConfigureAwait(false) };
        }

        sideTables.Note(tables);
        return snapshot;
    }

    /// <summary>What the role may read.</summary>
    private enum Readable
    {
        History,
        AllButUndo,
        Everything,
    }
}
