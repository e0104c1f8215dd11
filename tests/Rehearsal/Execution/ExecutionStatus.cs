namespace Migrator.Rehearsal.Execution;

/// <summary>The state of a stage or an execution, as in orca's <c>ExecutionStatus.java</c>.</summary>
public enum ExecutionStatus
{
    /// <summary>Waiting for other stages, or in the queue.</summary>
    NotStarted,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Ended successfully.</summary>
    Succeeded,

    /// <summary>Not run because its condition is false. Dependent stages run.</summary>
    Skipped,

    /// <summary>Failed. Dependent stages run anyway (<c>continuePipeline</c>).</summary>
    FailedContinue,

    /// <summary>Failed. Only its branch ends (<c>failPipeline</c> is false).</summary>
    Stopped,

    /// <summary>Failed. The pipeline fails, too.</summary>
    Terminal,

    /// <summary>Canceled while waiting or running.</summary>
    Canceled,
}
