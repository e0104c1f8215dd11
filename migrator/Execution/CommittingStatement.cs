using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>A DO block or a CALL that runs outside a transaction, so that it can commit its work in batches.</summary>
/// <param name="Script">The script.</param>
/// <param name="Position">The place of the statement.</param>
internal sealed record CommittingStatement(Script Script, SourcePosition Position)
{
    /// <summary>Adds to the problem of an interrupted run that the committed batches stay.</summary>
    /// <param name="interruption">The problem: a signal, a timeout, or a lost connection.</param>
    public Problem AddTo(Problem interruption) => interruption with
    {
        Message = $"{interruption.Message}; batches that the statement had committed stay",
        Script = Script.FileName,
        Position = Position,
        Advice = "The system catalog does not show how far the statement came. The next run exits with 6, and says how to continue.",
    };
}
