using Migrator.Planning;
using Migrator.Sql.Changes;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// One try of one transaction. Locks are held until it ends, so that one question at its end finds them all. Which statement took which lock is judged from
/// the statements' syntax, and since when from the time that is asked for before some of them.
/// </summary>
internal sealed class ObservedTransaction
{
    // In a transaction of very many statements the time is asked for no more often.
    private const int MaxMarks = 50;

    private readonly IReadOnlyList<AccessingStatement> _statements;
    private readonly KnownTables _tables;
    private readonly TimeProvider _time;
    private readonly Dictionary<int, TimeSpan> _marks = [];
    private readonly Dictionary<int, long> _rows = [];
    private readonly long _started;
    private IReadOnlyList<HeldLock>? _held;

    /// <summary>Plans where to ask for the time.</summary>
    /// <param name="statements">The statements that access tables in use.</param>
    /// <param name="tables">The tables that existed before the run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="marks">Whether the time may be asked for between statements.</param>
    public ObservedTransaction(IReadOnlyList<AccessingStatement> statements, KnownTables tables, TimeProvider time, bool marks)
    {
        (_statements, _tables, _time, _started) = (statements, tables, time, time.GetTimestamp());

        foreach (AccessingStatement statement in statements.Where(s => marks && s.StartsLock).Take(MaxMarks))
        {
            _marks.Add(statement.Index, TimeSpan.Zero);
        }
    }

    /// <summary>Whether questions are sent with its statements; otherwise it is seen only when it takes so long that it is watched.</summary>
    public bool AsksInBatch { get; init; }

    /// <summary>Whether to ask for the time before a statement.</summary>
    /// <param name="index">The number of the statement in the script, from 0.</param>
    public bool MarksBefore(int index) => AsksInBatch && _marks.ContainsKey(index);

    /// <summary>Reads the answers to the questions of a batch. They come among the answers to the script's statements, in the order in which they were asked.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="commands">The commands of the batch.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    public async Task ReadAnswersAsync(NpgsqlDataReader answers, IEnumerable<SentCommand> commands, CancellationToken cancellation)
    {
        using IEnumerator<SentCommand> questions = commands.Where(c => c.IsObservation).GetEnumerator();
        do
        {
            if (!HeldLocksQuery.IsAnswer(answers) || !questions.MoveNext())
            {
                continue;
            }

            if (questions.Current.Statement is not null)
            {
                _marks[questions.Current.Index] = await HeldLocksQuery.ReadMarkAsync(answers, cancellation).ConfigureAwait(false);
            }
            else
            {
                _held = await HeldLocksQuery.ReadLocksAsync(answers, cancellation).ConfigureAwait(false);
            }
        }
        while (await answers.NextResultAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Takes the numbers of rows that the statements of a batch changed.</summary>
    public void TakeRows(IReadOnlyList<SentCommand> commands, ScriptBatch batch)
    {
        for (int i = 0; i < commands.Count; i++)
        {
            if (commands[i].IsScripts
                && batch[i].StatementType is StatementType.Insert or StatementType.Update or StatementType.Delete or StatementType.Merge)
            {
                _rows[commands[i].Index] = (long)batch[i].RecordsAffected;
            }
        }
    }

    /// <summary>Takes the locks that are held at the end.</summary>
    public void Saw(IReadOnlyList<HeldLock> locks) => _held = locks;

    /// <summary>What was observed, when the transaction commits or has just committed.</summary>
    public IReadOnlyList<ObservedLock> LocksAtCommit()
    {
        TimeSpan now = _time.GetElapsedTime(_started);
        var found = new Dictionary<(KnownTables.Known Table, int Index), ObservedLock>();
        foreach (HeldLock held in _held ?? [])
        {
            if (_tables.Find(held.Table) is not { } table)
            {
                continue;
            }

            AccessingStatement statement = TakerOf(table, held.Lock);
            ObservedLock before = found.GetValueOrDefault((table, statement.Index)) ?? New(table, statement);
            bool isRewritten = held.Lock == TableLock.AccessExclusive && held.File != 0 && table.File != 0 && held.File != table.File;
            found[(table, statement.Index)] = before with
            {
                Lock = held.Lock > before.Lock ? held.Lock : before.Lock,
                IsRewritten = before.IsRewritten || isRewritten,
                Bytes = isRewritten ? held.Bytes : before.Bytes,
            };
        }

        foreach (AccessingStatement statement in _statements)
        {
            if (statement.Access.Rows is { } name && _rows.TryGetValue(statement.Index, out long rows) && _tables.Find(name) is { } table)
            {
                ObservedLock before = found.GetValueOrDefault((table, statement.Index)) ?? New(table, statement) with { Lock = TableLock.RowExclusive };
                found[(table, statement.Index)] = before with { Rows = rows };
            }
        }

        return [.. found.Values.OrderBy(l => l.Position).ThenBy(l => l.Table, StringComparer.Ordinal)];

        ObservedLock New(KnownTables.Known table, AccessingStatement statement)
        {
            TimeSpan since = SinceOf(statement);
            return new ObservedLock(table.Name, statement.Position) { Held = now > since ? now - since : TimeSpan.Zero };
        }
    }

    /// <summary>It is committed: from now on the tables have the files that it gave them.</summary>
    public void Committed()
    {
        foreach (HeldLock held in (_held ?? []).Where(h => h.File != 0))
        {
            if (_tables.Find(held.Table) is { } table)
            {
                table.File = held.File;
            }
        }
    }

    // The first statement whose syntax asks for such a lock on the table; else for one on some table that it does not name; else one that hides what it does.
    private AccessingStatement TakerOf(KnownTables.Known table, TableLock mode)
        => First(a => a.Locks.Any(l => l.Lock >= mode && l.Table is { } name && _tables.Find(name) == table))
            ?? First(a => a.Locks.Any(l => l.Lock >= mode && l.Table is null))
            ?? First(a => a.IsOpaque)
            ?? First(a => a.Locks.Any(l => l.Lock >= mode))
            ?? _statements[^1];

    private AccessingStatement? First(Func<TableAccess, bool> isIt) => _statements.FirstOrDefault(s => isIt(s.Access));

    // The mark at the statement, or the last one before it.
    private TimeSpan SinceOf(AccessingStatement statement)
        => _marks.Where(m => m.Key <= statement.Index).OrderBy(m => m.Key).Select(m => m.Value).LastOrDefault();
}
