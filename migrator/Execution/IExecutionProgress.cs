using Migrator.Execution.LockReport;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>A script that this run applied.</summary>
/// <param name="Script">The script.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record AppliedScript(Script Script, TimeSpan Elapsed)
{
    /// <summary>What the script did to tables that existed before the run.</summary>
    public IReadOnlyList<ObservedLock> Observed { get; init; } = [];
}

/// <summary>A version that this run undid.</summary>
/// <param name="Undo">The version and its undo script.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record UndoneScript(PlannedUndo Undo, TimeSpan Elapsed);

/// <summary>Receives news while scripts run.</summary>
internal interface IExecutionProgress : IProgress
{
    /// <summary>Reports what the server said while a script ran (NOTICE, WARNING, …).</summary>
    /// <param name="script">The script.</param>
    /// <param name="position">The place of the statement in the script.</param>
    /// <param name="severity">The server's severity, such as NOTICE.</param>
    /// <param name="message">The server's message.</param>
    void Notice(Script script, SourcePosition position, string severity, string message);

    /// <summary>Reports that a script starts.</summary>
    void Starting(Script script);

    /// <summary>Reports that a script has been running for a while; called about once a second.</summary>
    /// <param name="what">What is running, such as the script's name.</param>
    /// <param name="elapsed">For how long.</param>
    /// <param name="progress">How far it is, as the server tells; null when the server tells nothing.</param>
    void Running(string what, TimeSpan elapsed, string? progress);

    /// <summary>Reports that a script and its history row are committed.</summary>
    void Applied(AppliedScript applied);

    /// <summary>Reports that a version was undone and its history row is deleted.</summary>
    void Undone(UndoneScript undone);
}
