using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>A statement with its changes and its place in the script.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Changes">The statement's changes, judging from its syntax.</param>
/// <param name="Step">The number of the step that the statement belongs to; 0 for a script that runs in one transaction.</param>
/// <param name="IsInTransaction">Whether the statement runs in one transaction with other statements of the script.</param>
internal readonly record struct AnalyzedStatement(SqlStatement Statement, IReadOnlyList<SchemaChange> Changes, int Step, bool IsInTransaction);

/// <summary>Receives the statements and comments that a <see cref="ScriptChecker"/> reads.</summary>
internal interface IScriptVisitor
{
    /// <summary>Receives a script, before its statements and comments.</summary>
    void Start(Script script);

    /// <summary>Receives the next statement.</summary>
    void Visit(AnalyzedStatement statement);

    /// <summary>The text that a comment must contain to be passed to the visitor. Letter case is ignored.</summary>
    string CommentMarker { get; }

    /// <summary>Receives a comment, before the statement that follows it.</summary>
    void Visit(SqlComment comment);

    /// <summary>Invoked at the end of the script.</summary>
    void End();
}

/// <summary>Reads scripts in the order in which they run, and checks and analyzes them in one pass (guarantee 3).</summary>
/// <param name="placeholders">The values of placeholders; null replaces no placeholders.</param>
/// <param name="problems">Receives the problems of the scripts.</param>
/// <param name="visitor">Receives the statements and comments of the scripts; null for none.</param>
/// <param name="currentSchema">The schema in which scripts create their objects; null if it is not known.</param>
internal sealed class ScriptChecker(PlaceholderValues? placeholders, List<Problem> problems, IScriptVisitor? visitor = null, string? currentSchema = null)
{
    private readonly NewTables _created = new(currentSchema);

    /// <summary>Reads and checks scripts. A script with problems must not be run.</summary>
    public IReadOnlyList<CheckedScript> CheckAll(IReadOnlyList<Script> scripts)
    {
        var all = new List<CheckedScript>(scripts.Count);
        foreach (Script script in scripts)
        {
            all.Add(Check(script));
        }

        return all;
    }

    /// <summary>Reads and checks a script. A script with problems must not be run.</summary>
    /// <exception cref="MigrateException">
    /// The script was changed after the run started (exit code 2), or one of its statements does not fit in memory (exit code 1).
    /// </exception>
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
        using StepBuilder? steps = script.IsTransactionOff ? new StepBuilder(rules.AddInvalidStep) : null;
        var customSettings = new CustomSettings();
        using var reader = new ScriptReader(script, placeholders, visitor is null ? null : visitor.Visit, visitor?.CommentMarker ?? "");
        visitor?.Start(script);
        while (reader.Read() is { } statement)
        {
            rules.Check(statement);
            if (steps is not null)
            {
                steps.Add(statement);
                rules.CheckStep(statement, steps.Current);
                customSettings.Add(statement.Text);
            }

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
        return new CheckedScript(script, placeholders, analyzer.Finish(), finished) { CustomSettings = customSettings.Names, After = reader.After };
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
