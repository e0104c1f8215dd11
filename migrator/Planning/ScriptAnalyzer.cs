using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Analyzes the statements of one script while it is read.</summary>
/// <param name="script">The script.</param>
/// <param name="created">The tables that the run has created so far. Statements of this script add to them.</param>
internal sealed class ScriptAnalyzer(Script script, NewTables created)
{
    // For a script with more accessing statements, locks are still reported, but not the changed rows of each statement.
    private const int MaxAccessingStatements = 1_000;

    private static readonly IReadOnlyDictionary<int, TransactionAnalysis> s_none = new Dictionary<int, TransactionAnalysis>();

    private readonly Dictionary<int, (List<AccessingStatement> Statements, bool SetsIsolation)> _transactions = [];
    private readonly Dictionary<SqlName, TableLock> _strongest = [];
    private readonly PipelineRules _pipeline = new();
    private int _step;
    private int _index = -1;
    private int _accessing;
    private int _statementsInStep;
    private bool _hasOpaque;

    /// <summary>Analyzes the next statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="changes">The statement's changes.</param>
    /// <param name="step">The number of the step that the statement belongs to; 0 for a script that runs in one transaction.</param>
    public void Add(SqlStatement statement, IReadOnlyList<SchemaChange> changes, int step)
    {
        _index++;
        if (step != _step)
        {
            _step = step;
            _strongest.Clear();
            (_statementsInStep, _hasOpaque) = (0, false);
        }

        TableAccess? access = AccessOf(statement, changes);
        if (access is not null)
        {
            AddAccess(statement, access);
        }

        _pipeline.Add(statement, changes, created, isAccessing: access is not null);
        if (MaySetIsolation(statement.Text))
        {
            (List<AccessingStatement> statements, _) = Transaction();
            _transactions[_step] = (statements, true);
        }

        foreach (SchemaChange change in changes)
        {
            created.Add(change);
        }

        // The BEGIN of a block opens the transaction.
        _statementsInStep += StatementKind.TransactionControlOf(statement.Text) == TransactionControl.Begin ? 0 : 1;
    }

    /// <summary>Gets the analysis, after the last statement was added.</summary>
    public ScriptAnalysis Finish() => new(
        _transactions.Count == 0 ? s_none : _transactions.ToDictionary(t => t.Key, t => new TransactionAnalysis(t.Value.Statements, t.Value.SetsIsolation)),
        _pipeline.CanBePipelined && !script.IsTransactionOff,
        _pipeline.Statements,
        _pipeline.Characters);

    private TableAccess? AccessOf(SqlStatement statement, IReadOnlyList<SchemaChange> changes)
    {
        SchemaChange[] inUse = [.. changes.Where(c => c.Lock >= TableLock.RowShare && created.IsInUse(c))];
        bool isOpaque = changes is [{ Kind: ChangeKind.Other, Table: null }] && IsOpaque(statement.Text);
        return inUse.Length == 0 && !isOpaque
            ? null
            : new TableAccess(
                [.. inUse.Select(c => (c.Table, c.Lock))], inUse.FirstOrDefault(c => c.Lock == TableLock.RowExclusive)?.Table, isOpaque);
    }

    private void AddAccess(SqlStatement statement, TableAccess access)
    {
        bool mayTakeStrongerLock = access.IsOpaque;
        foreach ((SqlName? table, TableLock mode) in access.Locks.Where(l => l.Lock >= TableLock.ShareUpdateExclusive))
        {
            mayTakeStrongerLock |= table is null || mode > _strongest.GetValueOrDefault(table);
            if (table is not null && mode > _strongest.GetValueOrDefault(table))
            {
                _strongest[table] = mode;
            }
        }

        // If the syntax of no statement explains a lock, the report attributes it to the first opaque statement of the transaction.
        bool isFirstOpaque = access.IsOpaque && !_hasOpaque;
        _hasOpaque |= access.IsOpaque;
        if (_accessing < MaxAccessingStatements || (mayTakeStrongerLock && !access.IsOpaque) || isFirstOpaque)
        {
            _accessing++;
            Transaction().Statements.Add(new AccessingStatement(_index, statement.Position, access, mayTakeStrongerLock && _statementsInStep > 0));
        }
    }

    private (List<AccessingStatement> Statements, bool SetsIsolation) Transaction()
    {
        if (!_transactions.TryGetValue(_step, out (List<AccessingStatement>, bool) transaction))
        {
            _transactions.Add(_step, transaction = ([], false));
        }

        return transaction;
    }

    // SELECT set_config is an exception, because pg_dump writes SELECT pg_catalog.set_config('search_path', '', false).
    private static bool IsOpaque(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Is("do") || reader.Is("call") || reader.Is("execute") || reader.Is("with")
            || (reader.Is("select") && statement.Contains('(', StringComparison.Ordinal) && !statement.Contains("set_config", StringComparison.OrdinalIgnoreCase));
    }

    private static bool MaySetIsolation(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Skip("set", "transaction")
            || ((reader.Is("set") || reader.Is("begin") || reader.Is("start") || reader.Is("select")) && statement.Contains("isolation", StringComparison.OrdinalIgnoreCase));
    }
}
