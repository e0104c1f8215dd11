using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>
/// Reads an <c>-- evolve-tx-off</c> script step by step. It verifies that each step is unchanged since the script was checked. To
/// read a step again, or an earlier step, it opens the script again.
/// </summary>
/// <param name="script">The script.</param>
internal sealed class StepReader(CheckedScript script) : IStatementReader, IDisposable
{
    private readonly StepHash _hash = new();
    private ScriptReader _reader = script.Open();
    private ScriptStep _step;
    private SqlStatement? _first;
    private bool _isAtFirst;
    private bool _isChecked;

    /// <inheritdoc/>
    public int Index => _reader.Index;

    /// <summary>The COMMIT or ROLLBACK of a block, after all other statements of the block were read; null otherwise.</summary>
    public SqlStatement? End { get; private set; }

    /// <summary>
    /// Moves to a step. <see cref="Read"/> then returns the step's statement. For a block, it returns the statements between
    /// BEGIN and COMMIT.
    /// </summary>
    /// <returns>The first statement of the step. For a block, that is BEGIN.</returns>
    /// <exception cref="MigrateException">The script was changed after it was checked (2).</exception>
    public SqlStatement MoveTo(ScriptStep step)
    {
        // A single statement is kept, so that a retry does not read the script again.
        if (_step.Number == step.Number && (_isAtFirst || (step.Kind != StepKind.Block && _first is { HasCopyData: false })))
        {
            _isAtFirst = true;
            return _first!;
        }

        if (_reader.Index >= step.First)
        {
            _reader.Dispose();
            _reader = script.Open();
        }

        while (_reader.Index < step.First)
        {
            // Skips the statements of earlier steps, which have run already.
            _first = _reader.Read() ?? throw script.Script.Changed();
        }

        _hash.GetHashAndReset();
        _hash.Add(_first!);
        (_step, End, _isAtFirst, _isChecked) = (step, null, true, false);
        if (step.Kind != StepKind.Block && !_first!.HasCopyData)
        {
            // The whole text of the step is known already, so it is verified before it runs.
            ThrowIfChanged();
        }

        return _first!;
    }

    /// <inheritdoc/>
    public SqlStatement? Read()
    {
        bool wasAtFirst = _isAtFirst;
        _isAtFirst = false;
        if (_step.Kind != StepKind.Block)
        {
            return wasAtFirst ? _first : null;
        }

        if (End is not null)
        {
            return null;
        }

        SqlStatement statement = _reader.Read() ?? throw script.Script.Changed();
        _hash.Add(statement);
        End = _reader.Index == _step.First + _step.Count - 1 ? statement : null;
        return End is null ? statement : null;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<char> ReadCopyData()
    {
        ReadOnlyMemory<char> data = _reader.ReadCopyData();
        _hash.Add(data.Span);
        return data;
    }

    /// <inheritdoc/>
    public void ThrowIfChanged()
    {
        if (!_isChecked && _hash.GetHashAndReset() != _step.Hash)
        {
            throw script.Script.Changed();
        }

        _isChecked = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _hash.Dispose();
    }
}
