using System.Diagnostics;
using Migrator.Planning;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Execution.LockReport;

/// <summary>
/// One try of one transaction. Locks are held until it ends, so that one look at its end finds them all; which statement took which is told by
/// their words, and since when by marks of the time before them.
/// </summary>
internal sealed class ObservedTransaction
{
    // A script of very many statements is marked no more than so often.
    private const int MostMarks = 50;

    private readonly CheckedScript _script;
    private readonly KnownTables _tables;
    private readonly List<(SqlStatement Statement, TableAccess TableAccess)> _touching = [];
    private readonly Dictionary<SqlStatement, TimeSpan> _marks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SqlStatement, long> _rows = new(ReferenceEqualityComparer.Instance);
    private readonly long _started = Stopwatch.GetTimestamp();
    private IReadOnlyList<HeldLock>? _held;

    /// <summary>Plans where to mark.</summary>
    /// <param name="script">The script.</param>
    /// <param name="statements">What runs in the transaction.</param>
    /// <param name="tables">The tables that are there.</param>
    /// <param name="touched">What statements touch.</param>
    /// <param name="marks">Whether the time may be asked for between statements.</param>
    public ObservedTransaction(CheckedScript script, IReadOnlyList<SqlStatement> statements, KnownTables tables, AccessedTables touched, bool marks)
    {
        (_script, _tables) = (script, tables);
        var strongest = new Dictionary<SqlName, TableLock>();
        for (int i = 0; i < statements.Count; i++)
        {
            if (touched.Of(statements[i]) is not { } touch)
            {
                continue;
            }

            // Nothing new begins where the table is locked as strongly already.
            bool isNew = touch.IsOpaque;
            foreach ((SqlName? table, TableLock mode) in touch.Locks.Where(l => l.Lock >= TableLock.ShareUpdateExclusive))
            {
                isNew |= table is null || mode > strongest.GetValueOrDefault(table);
                if (table is not null && mode > strongest.GetValueOrDefault(table))
                {
                    strongest[table] = mode;
                }
            }

            _touching.Add((statements[i], touch));
            if (marks && isNew && i > 0 && _marks.Count < MostMarks)
            {
                _marks.Add(statements[i], TimeSpan.Zero);
            }
        }
    }

    /// <summary>Whether there is anything to see.</summary>
    public bool IsWorthALook => _touching.Count > 0;

    /// <summary>Whether questions travel with its statements; otherwise it is seen only when it takes so long that it is watched.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Whether to ask for the time before a statement.</summary>
    public bool MarksBefore(SqlStatement statement) => IsAsked && _marks.ContainsKey(statement);

    /// <summary>Takes the time before a statement, since the transaction began.</summary>
    public void Marked(SqlStatement statement, TimeSpan at) => _marks[statement] = at;

    /// <summary>Takes the locks that are held at the end.</summary>
    public void Saw(IReadOnlyList<HeldLock> locks) => _held = locks;

    /// <summary>Takes the number of rows that a statement changed.</summary>
    public void Changed(SqlStatement statement, long rows) => _rows[statement] = rows;

    /// <summary>What it comes to, now that it commits or has just committed.</summary>
    public IReadOnlyList<ObservedLock> ToCommit()
    {
        TimeSpan now = Stopwatch.GetElapsedTime(_started);
        var found = new Dictionary<(KnownTables.Known Table, SqlStatement Statement), ObservedLock>();
        foreach (HeldLock held in _held ?? [])
        {
            if (_tables.Find(held.Table) is not { } table)
            {
                continue;
            }

            SqlStatement statement = TakerOf(table, held.Lock);
            ObservedLock before = found.GetValueOrDefault((table, statement)) ?? New(table, statement);
            bool isRewritten = held.Lock == TableLock.AccessExclusive && held.File != 0 && table.File != 0 && held.File != table.File;
            found[(table, statement)] = before with
            {
                Lock = held.Lock > before.Lock ? held.Lock : before.Lock,
                IsRewritten = before.IsRewritten || isRewritten,
                Bytes = isRewritten ? held.Bytes : before.Bytes,
            };
        }

        foreach ((SqlStatement statement, TableAccess touch) in _touching)
        {
            if (touch.Rows is { } name && _rows.TryGetValue(statement, out long rows) && _tables.Find(name) is { } table)
            {
                ObservedLock before = found.GetValueOrDefault((table, statement)) ?? New(table, statement) with { Lock = TableLock.RowExclusive };
                found[(table, statement)] = before with { Rows = rows };
            }
        }

        return [.. found.Values.OrderBy(l => l.Position.Line).ThenBy(l => l.Position.Column).ThenBy(l => l.Table, StringComparer.Ordinal)];

        ObservedLock New(KnownTables.Known table, SqlStatement statement)
        {
            TimeSpan since = SinceOf(statement);
            return new ObservedLock(table.Name, _script.PositionOf(statement)) { Held = now > since ? now - since : TimeSpan.Zero };
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

    // The first statement whose words ask for such a lock on the table; else for one on some table that they do not name; else one that hides what it does.
    private SqlStatement TakerOf(KnownTables.Known table, TableLock mode)
        => First(t => t.Locks.Any(l => l.Lock >= mode && l.Table is { } name && _tables.Find(name) == table))
            ?? First(t => t.Locks.Any(l => l.Lock >= mode && l.Table is null))
            ?? First(t => t.IsOpaque)
            ?? First(t => t.Locks.Any(l => l.Lock >= mode))
            ?? _touching[^1].Statement;

    private SqlStatement? First(Func<TableAccess, bool> isIt) => _touching.Find(t => isIt(t.TableAccess)).Statement;

    // The mark at the statement, or the last one before it.
    private TimeSpan SinceOf(SqlStatement statement)
    {
        TimeSpan since = TimeSpan.Zero;
        foreach ((SqlStatement one, _) in _touching)
        {
            since = _marks.TryGetValue(one, out TimeSpan marked) ? marked : since;
            if (one == statement)
            {
                break;
            }
        }

        return since;
    }
}
