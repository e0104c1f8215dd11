using Migrator.Planning;
using Migrator.Sql.Changes;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// One attempt of one transaction that is observed. PostgreSQL holds locks until the end of the transaction, so one query at the
/// end finds all of them. The statement that took a lock is found from the statements' syntax. The start of the lock is found
/// from the elapsed time, which is queried before some of the statements.
/// </summary>
internal sealed class ObservedTransaction
{
    // Limits how often the elapsed time is queried in a transaction with very many statements.
    private const int MaxTimeQueries = 50;

    private readonly IReadOnlyList<AccessingStatement> _statements;
    private readonly KnownTables _tables;
    private readonly TimeProvider _time;

    // The time since the transaction began, by the number of the statement that it was queried before.
    private readonly Dictionary<int, TimeSpan> _elapsedBefore = [];

    // The number of changed rows, by the number of the statement.
    private readonly Dictionary<int, long> _rows = [];
    private readonly long _started;
    private IReadOnlyList<HeldLock>? _heldLocks;

    /// <summary>Starts to observe a transaction, and chooses the statements before which the elapsed time is queried.</summary>
    /// <param name="statements">The statements that access tables in use.</param>
    /// <param name="tables">The tables that existed before the run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="measuresTime">Whether the elapsed time may be queried between statements.</param>
    public ObservedTransaction(IReadOnlyList<AccessingStatement> statements, KnownTables tables, TimeProvider time, bool measuresTime)
    {
        (_statements, _tables, _time, _started) = (statements, tables, time, time.GetTimestamp());

        // No lock starts at a statement whose tables are locked as strongly already. MayTakeStrongerLock is false for the first
        // statement of a transaction: it starts when the transaction begins, so its time is known.
        foreach (AccessingStatement statement in statements.Where(s => measuresTime && s.MayTakeStrongerLock).Take(MaxTimeQueries))
        {
            _elapsedBefore.Add(statement.Index, TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Whether queries are sent in the same batch as the statements. Otherwise, the transaction is observed only if it takes so
    /// long that the <see cref="Locking.StatementWatcher"/> queries its locks.
    /// </summary>
    public bool QueriesInBatch { get; init; }

    /// <summary>Whether the elapsed time is queried before a statement.</summary>
    /// <param name="index">The number of the statement in the script, from 0.</param>
    public bool MeasuresTimeBefore(int index) => QueriesInBatch && _elapsedBefore.ContainsKey(index);

    /// <summary>
    /// Reads the results of the observation queries of a batch. They come between the results of the script's statements, in the
    /// order of the commands.
    /// </summary>
    /// <param name="results">The results of the batch.</param>
    /// <param name="commands">The commands of the batch.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    public async Task ReadResultsAsync(NpgsqlDataReader results, IEnumerable<SentCommand> commands, CancellationToken cancellation)
    {
        using IEnumerator<SentCommand> queries = commands.Where(c => c.IsObservation).GetEnumerator();
        do
        {
            if (!HeldLocksQuery.IsResult(results) || !queries.MoveNext())
            {
                continue;
            }

            if (queries.Current.Statement is not null)
            {
                _elapsedBefore[queries.Current.Index] = await HeldLocksQuery.ReadElapsedAsync(results, cancellation).ConfigureAwait(false);
            }
            else
            {
                _heldLocks = await HeldLocksQuery.ReadLocksAsync(results, cancellation).ConfigureAwait(false);
            }
        }
        while (await results.NextResultAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Adds the numbers of rows that the statements of a batch changed.</summary>
    public void AddRowCounts(IReadOnlyList<SentCommand> commands, ScriptBatch batch)
    {
        for (int i = 0; i < commands.Count; i++)
        {
            if (commands[i].IsScriptStatement
                && batch[i].StatementType is StatementType.Insert or StatementType.Update or StatementType.Delete or StatementType.Merge)
            {
                _rows[commands[i].Index] = (long)batch[i].RecordsAffected;
            }
        }
    }

    /// <summary>Sets the locks that the transaction holds, as the <see cref="Locking.StatementWatcher"/> found them.</summary>
    public void SetHeldLocks(IReadOnlyList<HeldLock> locks) => _heldLocks = locks;

    /// <summary>
    /// Gets the observed locks. Must be invoked just before or just after the commit, because locks count until this moment.
    /// </summary>
    public IReadOnlyList<ObservedLock> LocksAtCommit()
    {
        TimeSpan now = _time.GetElapsedTime(_started);
        var found = new Dictionary<(KnownTables.Table Table, int Index), ObservedLock>();
        foreach (HeldLock held in _heldLocks ?? [])
        {
            if (_tables.Find(held.Table) is not { } table)
            {
                continue;
            }

            (AccessingStatement statement, bool isCertain) = StatementThatTook(table, held.Lock);
            ObservedLock before = found.GetValueOrDefault((table, statement.Index)) ?? New(table, statement);
            bool isRewritten = held.Lock == TableLock.AccessExclusive && held.File != 0 && table.File != 0 && held.File != table.File;
            found[(table, statement.Index)] = before with
            {
                Lock = held.Lock > before.Lock ? held.Lock : before.Lock,
                IsCertain = held.Lock > before.Lock ? isCertain : before.IsCertain,
                IsRewritten = before.IsRewritten || isRewritten,
                Bytes = isRewritten ? held.Bytes : before.Bytes,
            };
        }

        foreach (AccessingStatement statement in _statements)
        {
            if (statement.Access.ModifiedTable is { } name && _rows.TryGetValue(statement.Index, out long rows) && _tables.Find(name) is { } table)
            {
                ObservedLock before = found.GetValueOrDefault((table, statement.Index)) ?? New(table, statement) with { Lock = TableLock.RowExclusive };
                found[(table, statement.Index)] = before with { Rows = rows };
            }
        }

        return [.. found.Values.OrderBy(l => l.Position).ThenBy(l => l.Table, StringComparer.Ordinal)];

        ObservedLock New(KnownTables.Table table, AccessingStatement statement)
        {
            TimeSpan start = StartOf(statement);
            return new ObservedLock(table.Name, statement.Position) { Held = now > start ? now - start : TimeSpan.Zero };
        }
    }

    /// <summary>Records that the transaction is committed: the tables have the files that it created for them.</summary>
    public void MarkCommitted()
    {
        foreach (HeldLock held in (_heldLocks ?? []).Where(h => h.File != 0))
        {
            if (_tables.Find(held.Table) is { } table)
            {
                table.File = held.File;
            }
        }
    }

    // Returns the first statement that takes such a lock on the table, judging from its syntax. If there is none, the lock was taken by a statement
    // that does not name the table. These are, most probable first: one that takes such a lock on a table that its syntax does not show (DROP INDEX), one with
    // hidden locks (DO, CASCADE), one that takes such a lock on another table (of which the table can be a partition), and a query that calls a function.
    private (AccessingStatement Statement, bool IsCertain) StatementThatTook(KnownTables.Table table, TableLock mode)
    {
        if (_statements.FirstOrDefault(s => s.Access.Locks.Any(l => l.Lock >= mode && l.Table is { } name && _tables.Find(name) == table)) is { } named)
        {
            return (named, true);
        }

        AccessingStatement[] candidates = [.. _statements.Where(s => Probability(s.Access, mode) > 0)];
        return (candidates.MaxBy(s => Probability(s.Access, mode)) ?? _statements[0], candidates.Length == 1);
    }

    private static int Probability(TableAccess access, TableLock mode)
        => access.Locks.Any(l => l.Lock >= mode && l.Table is null) ? 4
            : access.Hidden == HiddenLocks.Statement ? 3
            : access.Locks.Any(l => l.Lock >= mode) ? 2
            : access.Hidden == HiddenLocks.Query ? 1
            : 0;

    // Returns the elapsed time that was queried before the statement, or before the last queried statement before it.
    private TimeSpan StartOf(AccessingStatement statement)
        => _elapsedBefore.Where(m => m.Key <= statement.Index).OrderBy(m => m.Key).Select(m => m.Value).LastOrDefault();
}
