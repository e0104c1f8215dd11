using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>A statement in the place where it runs.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Changes">What it changes, judging from its syntax.</param>
/// <param name="Step">The number of the step that it belongs to; 0 for a script that runs in one transaction.</param>
/// <param name="IsInTransaction">Whether it runs in a transaction of the script's.</param>
internal readonly record struct AnalyzedStatement(SqlStatement Statement, IReadOnlyList<SchemaChange> Changes, int Step, bool IsInTransaction);

/// <summary>Sees what a <see cref="ScriptChecker"/> reads.</summary>
internal interface IScriptVisitor
{
    /// <summary>A script starts.</summary>
    void Start(Script script);

    /// <summary>Sees the next statement.</summary>
    void Visit(AnalyzedStatement statement);

    /// <summary>Sees a comment, before the statement that follows it.</summary>
    void Visit(SqlComment comment);

    /// <summary>The script ends.</summary>
    void End();
}

/// <summary>Reads scripts in the order in which they run, checks them and analyzes them, in one pass (guarantee 3).</summary>
/// <param name="placeholders">The values of their placeholders; null leaves them as they are.</param>
/// <param name="problems">Receives what is wrong with them.</param>
/// <param name="visitor">Sees their statements and comments, too; null for none.</param>
internal sealed class ScriptChecker(PlaceholderValues? placeholders, List<Problem> problems, IScriptVisitor? visitor = null)
{
    private readonly NewTables _created = new();

    /// <summary>Reads scripts. A script with problems must not be run.</summary>
    public IReadOnlyList<CheckedScript> CheckAll(IReadOnlyList<Script> scripts)
    {
        var all = new List<CheckedScript>(scripts.Count);
        foreach (Script script in scripts)
        {
            all.Add(Check(script));
        }

        return all;
    }

    /// <summary>Reads a script. If it has problems it must not be run.</summary>
    /// <exception cref="MigrateException">It was changed since the run started (2), or a statement of it is too large for the memory (1).</exception>
    public CheckedScript Check(Script script)
    {
        try
        {
            return Read(script);
        }
        catch (OutOfMemoryException e)
        {
            throw script.OutOfMemory(e);
        }
    }

    private CheckedScript Read(Script script)
    {
        var rules = new ScriptRules(script);
        var analyzer = new ScriptAnalyzer(script, _created);
        using StepBuilder? steps = script.IsTransactionOff ? new StepBuilder(rules.AddWrongStep) : null;
        using var reader = new ScriptReader(script, placeholders, visitor is null ? null : visitor.Visit);
        visitor?.Start(script);
        while (reader.Read() is { } statement)
        {
            rules.Check(statement);
            steps?.Add(statement);
            IReadOnlyList<SchemaChange> changes = StatementChanges.Of(statement.Text);
            var analyzed = new AnalyzedStatement(statement, changes, steps?.Current ?? 0, steps?.IsBlock ?? true);
            visitor?.Visit(analyzed);
            analyzer.Add(statement, changes, analyzed.Step);
            if (steps is not null && statement.HasCopyData)
            {
                AddCopyData(reader, steps);
            }
        }

        visitor?.End();
        IReadOnlyList<ScriptStep> finished = steps?.Finish() ?? [];
        reader.ThrowIfChanged();
        problems.AddRange(reader.Problems.Concat(rules.Problems));
        return new CheckedScript(script, placeholders, analyzer.Finish(), finished);
    }

    private static void AddCopyData(ScriptReader reader, StepBuilder steps)
    {
        ReadOnlyMemory<char> data;
        while ((data = reader.ReadCopyData()).Length > 0)
        {
            steps.AddCopyData(data.Span);
        }
    }
}
