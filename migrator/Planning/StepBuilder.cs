using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Divides an <c>-- evolve-tx-off</c> script into steps, while the script is read.</summary>
/// <param name="onProblem">Receives each statement that cannot be a part of a step, and the reason.</param>
internal sealed class StepBuilder(Action<SqlStatement, string> onProblem) : IDisposable
{
    private readonly List<ScriptStep> _steps = [];
    private readonly StepHash _hash = new();
    private SqlStatement? _first;
    private StepKind _kind;
    private int _count;
    private int _index = -1;
    private int _firstIndex;
    private bool _isInBlock;

    /// <summary>The number of the step that contains the last added statement, from 1.</summary>
    public int Current { get; private set; }

    /// <summary>Whether this step is a BEGIN … COMMIT block.</summary>
    public bool IsBlock => _first is not null && _kind == StepKind.Block;

    /// <summary>Adds the next statement of the script.</summary>
    public void Add(SqlStatement statement)
    {
        _index++;
        TransactionControl control = StatementKind.TransactionControlOf(statement.Text);
        if (_isInBlock)
        {
            Continue(statement, control);
            return;
        }

        Close();
        switch (control)
        {
            case TransactionControl.Begin:
                Open(statement, StepKind.Block);
                _isInBlock = true;
                break;
            case TransactionControl.Commit or TransactionControl.Rollback:
                onProblem(statement, "it ends a transaction that this script has not begun");
                break;
            case TransactionControl.Prepare:
                onProblem(statement, "a prepared transaction stays open after the run, and keeps its locks");
                break;
            default:
                Open(statement, KindOf(statement));
                break;
        }
    }

    /// <summary>Adds COPY data of the last added statement.</summary>
    public void AddCopyData(ReadOnlySpan<char> data) => _hash.Add(data);

    /// <summary>Gets the steps, after the last statement was added.</summary>
    public IReadOnlyList<ScriptStep> Finish()
    {
        if (_isInBlock)
        {
            onProblem(_first!, "this transaction has no COMMIT");
            _isInBlock = false;
        }

        Close();
        return _steps;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Continue(SqlStatement statement, TransactionControl control)
    {
        _hash.Add(statement);
        _count++;
        if (control is not (TransactionControl.Commit or TransactionControl.Rollback))
        {
            return;
        }

        _isInBlock = false;
        if (IsChained(statement))
        {
            onProblem(statement, "AND CHAIN opens another transaction, whose progress cannot be recorded");
        }
    }

    private void Open(SqlStatement statement, StepKind kind)
    {
        (_first, _kind, _firstIndex, _count) = (statement, kind, _index, 1);
        Current = _steps.Count + 1;
        _hash.Add(statement);
    }

    private void Close()
    {
        if (_first is not null)
        {
            _steps.Add(new ScriptStep(_steps.Count + 1, _kind, _firstIndex, _count, _first.Position, _hash.GetHashAndReset()));
            _first = null;
        }
    }

    private static bool IsChained(SqlStatement statement)
    {
        StatementReader reader = new(statement.Text);
        while (!reader.AtEnd)
        {
            if (reader.Skip("and", "chain"))
            {
                return true;
            }

            reader.Advance();
        }

        return false;
    }

    private static StepKind KindOf(SqlStatement statement)
        => StatementKind.CannotRunInTransaction(statement.Text) ? StepKind.NonTransactional
            : ChangesSession(statement.Text) ? StepKind.Session
            : StepKind.Transactional;

    /// <summary>Whether a statement only changes the settings of the session, judging from its syntax.</summary>
    public static bool ChangesSession(string statement)
    {
        StatementReader reader = new(statement);
        return (reader.Skip("set") && !reader.Is("constraints") && !reader.Is("transaction") && !reader.Is("local"))
            || reader.Is("reset")
            || reader.Is("load")
            || reader.Is("listen")
            // pg_dump writes SELECT pg_catalog.set_config('search_path', '', false).
            || (reader.Is("select") && statement.Contains("set_config", StringComparison.OrdinalIgnoreCase));
    }
}
