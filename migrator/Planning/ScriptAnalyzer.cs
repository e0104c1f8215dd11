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
    /// <summary>The keyword of a statement that may give another role privileges on the tables of <c>migrate</c>.</summary>
    public const string Grant = "grant";

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
    private int _hiddenStatements;
    private int _hiddenQueries;
    private bool _mayGrant;

    /// <summary>Analyzes the next statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="changes">The statement's changes.</param>
    /// <param name="step">The number of the step that the statement belongs to; 0 for a script that runs in one transaction.</param>
    public void Add(SqlStatement statement, IReadOnlyList<SchemaChange> changes, int step)
    {
        if (_index++ < 0)
        {
            created.Names.StartScript();
        }

        _mayGrant = _mayGrant || statement.Text.Contains(Grant, StringComparison.OrdinalIgnoreCase);
        if (step != _step)
        {
            _step = step;
            created.Names.StartTransaction();
            _strongest.Clear();
            (_statementsInStep, _hiddenStatements, _hiddenQueries) = (0, 0, 0);
        }

        changes = created.Names.Resolve(changes);
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
        _pipeline.CanBePipelined && !script.IsTransactionOff && script.Phase == ScriptPhase.Expand,
        _mayGrant,
        _pipeline.Statements,
        _pipeline.Characters);

    private TableAccess? AccessOf(SqlStatement statement, IReadOnlyList<SchemaChange> changes)
    {
        SchemaChange[] inUse = [.. changes.Where(c => c.Lock >= TableLock.RowShare && created.IsInUse(c))];
        HiddenLocks hidden = HiddenLock.Of(statement.Text);

        // For WITH … INSERT, the syntax shows the changed table.
        hidden = hidden == HiddenLocks.Query && changes.Any(c => c.Kind is not (ChangeKind.Other or ChangeKind.SetLockTimeout or ChangeKind.SetSearchPath)) ? HiddenLocks.None : hidden;
        return inUse.Length == 0 && hidden == HiddenLocks.None
            ? null
            : new TableAccess(
                [.. inUse.Select(c => (c.Table, c.Lock))], inUse.FirstOrDefault(c => c.Lock == TableLock.RowExclusive)?.Table, hidden);
    }

    private void AddAccess(SqlStatement statement, TableAccess access)
    {
        bool mayTakeStrongerLock = false;
        foreach ((SqlName? table, TableLock mode) in access.Locks.Where(l => l.Lock >= TableLock.ShareUpdateExclusive))
        {
            mayTakeStrongerLock |= table is null || mode > _strongest.GetValueOrDefault(table);
            if (table is not null && mode > _strongest.GetValueOrDefault(table))
            {
                _strongest[table] = mode;
            }
        }

        // If no statement names a locked table, the report attributes the lock to the first statement with hidden locks. The second one shows that this
        // is not certain.
        bool isCandidate = (access.Hidden == HiddenLocks.Statement && _hiddenStatements++ < 2) || (access.Hidden == HiddenLocks.Query && _hiddenQueries++ < 2);
        if (_accessing < MaxAccessingStatements || mayTakeStrongerLock || isCandidate)
        {
            _accessing++;
            mayTakeStrongerLock |= access.Hidden != HiddenLocks.None;
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

    private static bool MaySetIsolation(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Skip("set", "transaction")
            || ((reader.Is("set") || reader.Is("begin") || reader.Is("start") || reader.Is("select")) && statement.Contains("isolation", StringComparison.OrdinalIgnoreCase));
    }
}
