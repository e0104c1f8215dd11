using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>The content of the history, audit, progress and undo tables, read in one round trip so that it is consistent.</summary>
/// <param name="Entries">The successful rows of the history table, oldest first.</param>
/// <param name="Repaired">The checksums that were valid before a repair, by version.</param>
/// <param name="Steps">The recorded steps of partially applied or undone scripts, by <see cref="ProgressTable.KeyOf(Script)"/>.</param>
/// <param name="StoredUndoChecksums">The checksums of the undo scripts that are stored in the database, by version.</param>
/// <param name="LastAuditId">The id of the newest row of the audit table; 0 for none.</param>
/// <param name="LastPlace">The place of the newest script; null if none is recorded.</param>
internal sealed record HistorySnapshot(
    IReadOnlyList<HistoryEntry> Entries,
    ILookup<string, string> Repaired,
    ILookup<string, StepRecord> Steps,
    IReadOnlyDictionary<ScriptVersion, string> StoredUndoChecksums,
    long LastAuditId,
    ScriptPlace? LastPlace)
{
    /// <summary>The contract scripts that a run has begun, and that are not complete.</summary>
    public IReadOnlyList<HistoryEntry> Begun { get; private init; } = [];

    // Another role could create and drop tables of these names in a loop.
    private const int MaxAttempts = 20;

    /// <summary>The snapshot before anything is read.</summary>
    public static HistorySnapshot Empty { get; } = new(
        [], Array.Empty<string>().ToLookup(s => s), Array.Empty<StepRecord>().ToLookup(_ => ""), new Dictionary<ScriptVersion, string>(), 0, null);

    /// <summary>Reads the tables that exist, and records in the parameters which tables exist.</summary>
    /// <param name="session">The session.</param>
    /// <param name="history">The history table.</param>
    /// <param name="sideTables">The other tables.</param>
    /// <param name="schemas">The schemas that may contain the tables.</param>
    /// <param name="trust">Checks the tables in the transaction that reads them.</param>
    /// <param name="cancellation">Cancels the queries on the server.</param>
    /// <exception cref="MigrateException">There is a reason not to use one of the tables (2).</exception>
    public static async Task<HistorySnapshot> ReadAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, IEnumerable<string> schemas, TableTrust trust, CancellationToken cancellation)
    {
        string selectTables = FoundTables.SelectStatement(history.Name, FoundTables.ArrayOf(schemas));
        // Only the migration role can read the stored undo scripts. Another role may still read the other tables.
        var readable = Readable.Everything;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (IReadOnlyList<string> known, bool hadNewColumns) = (sideTables.ExistingNames, sideTables.HasNewColumns);
            try
            {
                (HistorySnapshot snapshot, FoundTables tables) =
                    await ReadOnceAsync(session, history, sideTables, selectTables, trust, sideTables.Exist ? readable : Readable.History, cancellation).ConfigureAwait(false);
                sideTables.SetExisting(tables);

                // If another run created tables or columns after the last query, their content is read in the next round.
                if (known.SequenceEqual(sideTables.ExistingNames) && hadNewColumns == sideTables.HasNewColumns)
                {
                    return snapshot;
                }
            }
            catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege && sideTables.Exist && readable > Readable.History)
            {
                // The role of the gate ('wait') may have SELECT on the history table only. Then the gate does not know about
                // repairs and partially undone versions.
                readable--;
            }
            catch (PostgresException e) when (e.SqlState == SqlStates.UndefinedTable)
            {
                // The tables were dropped after the last query.
                sideTables.SetExisting(await session.QueryAsync(
                    [selectTables], reader => FoundTables.ReadAsync(reader, cancellation), cancellation).ConfigureAwait(false));
            }
        }

        throw new MigrateException(ExitCode.HistoryMismatch, new Problem("history-changes", $"the tables of {history.QualifiedName} are created and dropped again and again")
        {
            Advice = "Find out which session does this, and run again.",
        });
    }

    private static Task<(HistorySnapshot Snapshot, FoundTables Tables)> ReadOnceAsync(
        DatabaseSession session, HistoryTable history, SideTables sideTables, string selectTables, TableTrust trust, Readable readable, CancellationToken cancellation)
    {
        HistorySnapshot snapshot = Empty;
        FoundTables tables = sideTables.Found;
        var parts = new List<(string? Table, string Statement, Func<NpgsqlDataReader, Task> ReadAsync)>();
        if (!history.Exists || !sideTables.Exist || !sideTables.HasNewColumns)
        {
            // Another run may have created what is missing.
            parts.Add((null, selectTables, async reader => tables = await FoundTables.ReadAsync(reader, cancellation).ConfigureAwait(false)));
        }

        if (readable >= Readable.AllButUndo || (sideTables.HasAudit && trust.Writes))
        {
            // Read before the history: a row that another run writes after this query then has an id that this run uses, too.
            parts.Add((sideTables.AuditName, AuditTable.SelectNewestStatement(sideTables), ReadNewestAsync));
        }

        if (history.Exists)
        {
            parts.Add((history.Name, history.SelectStatement, async reader =>
            {
                IReadOnlyList<HistoryEntry> rows = await history.ReadEntriesAsync(reader, cancellation).ConfigureAwait(false);
                snapshot = snapshot with { Entries = [.. rows.Where(r => !r.IsBegun)], Begun = [.. rows.Where(r => r.IsBegun)] };
            }
            ));
        }

        if (readable >= Readable.AllButUndo)
        {
            parts.Add((sideTables.AuditName, AuditTable.SelectRepairedStatement(sideTables), async reader
                => snapshot = snapshot with { Repaired = await AuditTable.ReadRepairedAsync(reader, cancellation).ConfigureAwait(false) }));
            parts.Add((sideTables.ProgressName, ProgressTable.SelectStatement(sideTables), async reader
                => snapshot = snapshot with { Steps = await ProgressTable.ReadStepsAsync(reader, cancellation).ConfigureAwait(false) }));
        }

        if (readable == Readable.Everything)
        {
            parts.Add((sideTables.UndoName, UndoTable.SelectChecksumsStatement(sideTables), async reader
                => snapshot = snapshot with { StoredUndoChecksums = await UndoTable.ReadChecksumsAsync(reader, cancellation).ConfigureAwait(false) }));
        }

        // A role that may not read all tables checks only those that it reads. If tables are missing, all others are checked, because
        // the run will write to them.
        IReadOnlyList<string> checkedTables = sideTables.Exist ? [.. parts.Select(p => p.Table).OfType<string>().Distinct()] : sideTables.ExistingNames;
        string[] queries = [.. parts.Select(p => p.Statement)];
        return checkedTables.Count == 0
            ? session.QueryAsync(queries, ReadResultsAsync, cancellation)
            : trust.ReadAsync(session, checkedTables, history.Schema, queries, ReadResultsAsync, cancellation);

        async Task ReadNewestAsync(NpgsqlDataReader reader)
        {
            (long lastId, ScriptPlace? place) = await AuditTable.ReadNewestAsync(reader, cancellation).ConfigureAwait(false);
            snapshot = snapshot with { LastAuditId = lastId, LastPlace = place };
        }

        async Task<(HistorySnapshot, FoundTables)> ReadResultsAsync(NpgsqlDataReader reader)
        {
            foreach (var (_, _, readAsync) in parts)
            {
                await readAsync(reader).ConfigureAwait(false);
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            }

            return (snapshot, tables);
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
