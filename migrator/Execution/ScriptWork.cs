using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>A script to run, and what is recorded in its transaction.</summary>
/// <param name="Checked">The script, checked.</param>
internal abstract record ScriptWork(CheckedScript Checked)
{
    /// <summary>The script.</summary>
    public Script Script => Checked.Script;

    /// <summary>How far earlier runs got in an <c>-- evolve-tx-off</c> script.</summary>
    public required IReadOnlyList<StepRecord> Recorded { get; init; }

    /// <summary>
    /// The statements that record a script which ran in one transaction: the last ones of that transaction, before the COMMIT. They are built before the script runs, so the
    /// server itself computes how long the script took.
    /// </summary>
    public abstract IReadOnlyList<string> RecordStatements();

    /// <summary>The statements that record a script which ran step by step.</summary>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">What it did to tables that existed before.</param>
    public abstract IReadOnlyList<string> RecordStatements(TimeSpan elapsed, IReadOnlyList<ObservedLock> observed);

    /// <summary>Reports that the script has run and is recorded.</summary>
    /// <param name="progress">Receives the news.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">What it did to tables that existed before.</param>
    public abstract void Report(IExecutionProgress progress, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed);
}

/// <summary>A pending script that is applied.</summary>
/// <param name="Checked">The script, checked.</param>
/// <param name="History">The history table.</param>
/// <param name="Audit">The audit table.</param>
internal sealed record ApplyWork(CheckedScript Checked, HistoryTable History, AuditTable Audit) : ScriptWork(Checked)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements() => [new AppliedRow(History, Audit).StatementFor(Script)];

    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements(TimeSpan elapsed, IReadOnlyList<ObservedLock> observed) =>
    [
        History.InsertStatement(Script, elapsed),
        Audit.InsertStatement(Script, AuditOutcome.Applied, elapsed, observed: observed.Count > 0 ? ObservedJson.Of(observed) : null),
    ];

    /// <inheritdoc/>
    public override void Report(IExecutionProgress progress, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
        => progress.Applied(new AppliedScript(Script, elapsed) { Observed = observed });
}

/// <summary>An undo script that is run.</summary>
/// <param name="Checked">The undo script, checked.</param>
/// <param name="Undo">The version that it undoes.</param>
/// <param name="History">The history table.</param>
/// <param name="SideTables">The tables beside it.</param>
/// <param name="Audit">The audit table.</param>
internal sealed record UndoWork(CheckedScript Checked, PlannedUndo Undo, HistoryTable History, SideTables SideTables, AuditTable Audit) : ScriptWork(Checked)
{
    private readonly ProgressTable _progress = new(SideTables);
    private readonly UndoTable _undo = new(SideTables);

    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements() => Record(null);

    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements(TimeSpan elapsed, IReadOnlyList<ObservedLock> observed) => Record(elapsed);

    /// <inheritdoc/>
    public override void Report(IExecutionProgress progress, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
        => progress.Undone(new UndoneScript(Undo, elapsed));

    private string[] Record(TimeSpan? elapsed) =>
    [
        History.DeleteStatement(Undo.Entry),
        _undo.ForgetStatement(Undo.Entry.Version!),
        _progress.ForgetAllStatement(ProgressTable.KeyOf(Undo.Entry.Version!)),
        History.DeleteRepeatablesStatement(),
        _progress.ForgetRepeatablesStatement(),
        Audit.InsertStatement(Undo.Script, AuditOutcome.Undone, elapsed),
    ];
}
