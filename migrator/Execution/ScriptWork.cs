using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>A script to run, with the statements that record it.</summary>
/// <param name="Checked">The script, checked.</param>
internal abstract record ScriptWork(CheckedScript Checked)
{
    /// <summary>The script.</summary>
    public Script Script => Checked.Script;

    /// <summary>The steps of an <c>-- evolve-tx-off</c> script that earlier runs recorded; empty for other scripts.</summary>
    public required IReadOnlyList<StepRecord> RecordedSteps { get; init; }

    /// <summary>
    /// Gets the statements that record a script that runs in one transaction. They are sent before the COMMIT. Their text is
    /// built before the script runs, when the duration is not known yet, so the server computes the duration.
    /// </summary>
    public abstract IReadOnlyList<string> RecordStatements();

    /// <summary>Gets the statements that record a script that ran step by step.</summary>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">The locks that it took on tables that existed before the run.</param>
    public abstract IReadOnlyList<string> RecordStatements(TimeSpan elapsed, IReadOnlyList<ObservedLock> observed);

    /// <summary>Reports that the script has run and is recorded.</summary>
    /// <param name="progress">Receives the report.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">The locks that it took on tables that existed before the run.</param>
    public abstract void Report(IExecutionProgress progress, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed);
}

/// <summary>A pending script to apply.</summary>
/// <param name="Checked">The script, checked.</param>
/// <param name="History">The history table.</param>
/// <param name="Audit">The audit table.</param>
internal sealed record ApplyWork(CheckedScript Checked, HistoryTable History, AuditTable Audit) : ScriptWork(Checked)
{
    /// <summary>See <see cref="MigrationContext.AfterContract"/>.</summary>
    public required IReadOnlyList<string> AfterContract { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements() => [.. Contracted, new AppliedRow(History, Audit).StatementFor(Script)];

    /// <inheritdoc/>
    public override IReadOnlyList<string> RecordStatements(TimeSpan elapsed, IReadOnlyList<ObservedLock> observed) =>
    [
        .. Contracted,
        History.InsertStatement(Script, elapsed),
        Audit.InsertStatement(Script, AuditOutcome.Applied, elapsed, observed: observed.Count > 0 ? ObservedJson.Of(observed, Audit) : null),
    ];

    private IEnumerable<string> Contracted => Script.Phase == ScriptPhase.Contract ? [History.DeleteBegunStatement(Script), .. AfterContract] : [];

    /// <inheritdoc/>
    public override void Report(IExecutionProgress progress, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
        => progress.Applied(new AppliedScript(Script, elapsed) { Observed = observed });
}

/// <summary>An undo script to run.</summary>
/// <param name="Checked">The undo script, checked.</param>
/// <param name="Undo">The version that it undoes.</param>
/// <param name="History">The history table.</param>
/// <param name="SideTables">The names of the audit, progress and undo tables.</param>
/// <param name="Audit">The audit table.</param>
internal sealed record UndoWork(CheckedScript Checked, PlannedUndo Undo, HistoryTable History, SideTables SideTables, AuditTable Audit) : ScriptWork(Checked)
{
    private readonly ProgressTable _progressTable = new(SideTables);
    private readonly UndoTable _undoTable = new(SideTables);

    /// <summary>
    /// Whether the repeatable scripts keep their rows, so that they do not run again. They belong to the expand phase: while <c>down --phase contract</c> runs, a newer version
    /// may use its views, and the gate of the older version must not wait for scripts that run only after its rollout.
    /// </summary>
    public required bool KeepsRepeatables { get; init; }

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
        _undoTable.DeleteStatement(Undo.Entry.Version!),
        _progressTable.DeleteScriptStatement(ProgressTable.KeyOf(Undo.Entry.Version!)),
        .. KeepsRepeatables ? Array.Empty<string>() : [History.DeleteRepeatablesStatement(), _progressTable.DeleteRepeatablesStatement()],
        Audit.InsertStatement(Undo.Script, AuditOutcome.Undone, elapsed),
    ];
}
