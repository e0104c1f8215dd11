using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>What the stages of one type do.</summary>
internal interface IStage
{
    /// <summary>Does it, to its end. What later stages need goes to <see cref="StageExecution.Outputs"/>.</summary>
    /// <exception cref="StageFailure">The stage has failed.</exception>
    Task RunAsync(StageExecution stage, CancellationToken cancellationToken);
}
