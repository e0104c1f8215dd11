using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Runs stages of one type.</summary>
internal interface IStage
{
    /// <summary>Returns the names of the tasks that Orca plans for a stage, in their order.</summary>
    IReadOnlyList<string> Tasks(StageExecution stage);

    /// <summary>
    /// Runs a stage. Starts the tasks in their order, and writes the values that later stages need to <see cref="StageExecution.Outputs"/>.
    /// </summary>
    /// <exception cref="StageFailure">The stage failed.</exception>
    Task RunAsync(StageExecution stage, CancellationToken cancellationToken);
}
