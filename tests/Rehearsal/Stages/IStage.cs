using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Runs stages of one type.</summary>
internal interface IStage
{
    /// <summary>Runs a stage. Writes the values that later stages need to <see cref="StageExecution.Outputs"/>.</summary>
    /// <exception cref="StageFailure">The stage failed.</exception>
    Task RunAsync(StageExecution stage, CancellationToken cancellationToken);
}
