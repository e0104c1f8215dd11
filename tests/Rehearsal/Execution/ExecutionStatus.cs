namespace Migrator.Rehearsal.Execution;

/// <summary>The state of a stage or an execution, as in orca's <c>ExecutionStatus.java</c>.</summary>
public enum ExecutionStatus
{
    /// <summary>Waits for other stages, or in the queue.</summary>
    NotStarted,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Its condition does not hold; those that depend on it go on.</summary>
    Skipped,

    /// <summary>Failed, and those that depend on it go on all the same (<c>continuePipeline</c>).</summary>
    FailedContinue,

    /// <summary>Failed, and only its branch ends (<c>failPipeline</c> is false).</summary>
    Stopped,

    /// <summary>Failed, and the pipeline with it.</summary>
    Terminal,

    /// <summary>Ended from outside.</summary>
    Canceled,
}
