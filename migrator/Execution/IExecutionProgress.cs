using Migrator.Execution.LockReport;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>A script that this run applied.</summary>
/// <param name="Script">The script.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record AppliedScript(Script Script, TimeSpan Elapsed)
{
    /// <summary>The locks that the script took on tables that existed before the run.</summary>
    public IReadOnlyList<ObservedLock> Observed { get; init; } = [];
}

/// <summary>A version that this run undid.</summary>
/// <param name="Undo">The version and its undo script.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record UndoneScript(PlannedUndo Undo, TimeSpan Elapsed);

/// <summary>Receives reports while scripts run.</summary>
internal interface IExecutionProgress : IProgress
{
    /// <summary>Reports a message that the server sent while a script ran (NOTICE, WARNING, …).</summary>
    /// <param name="script">The script.</param>
    /// <param name="position">The place of the statement in the script.</param>
    /// <param name="severity">The server's severity, such as NOTICE.</param>
    /// <param name="message">The server's message.</param>
    void Notice(Script script, SourcePosition position, string severity, string message);

    /// <summary>Reports that a script starts.</summary>
    void Starting(Script script);

    /// <summary>Reports that the last script has ended, or has failed.</summary>
    void Ended();

    /// <summary>Reports that a script is still running. Invoked about once a second.</summary>
    /// <param name="name">The name of the running script or batch.</param>
    /// <param name="elapsed">How long it has been running.</param>
    /// <param name="serverProgress">The progress that the server reports, such as the blocks of an index; null for none.</param>
    void Running(string name, TimeSpan elapsed, string? serverProgress);

    /// <summary>Reports that a statement starts that can commit its work in batches.</summary>
    /// <param name="statement">The statement; null after it has ended.</param>
    void Committing(CommittingStatement? statement);

    /// <summary>Reports that a script and its history row are committed.</summary>
    void Applied(AppliedScript applied);

    /// <summary>Reports that a version was undone and its history row is deleted.</summary>
    void Undone(UndoneScript undone);
}
