namespace Migrator.Rehearsal.Execution;

/// <summary>Extension methods for <see cref="ExecutionStatus"/>.</summary>
public static class ExecutionStatuses
{
    /// <summary>Returns the status as Spinnaker writes it, such as <c>FAILED_CONTINUE</c>.</summary>
    public static string ToSpinnakerName(this ExecutionStatus status) => status switch
    {
        ExecutionStatus.NotStarted => "NOT_STARTED",
        ExecutionStatus.FailedContinue => "FAILED_CONTINUE",
        _ => status.ToString().ToUpperInvariant(),
    };

    /// <summary>Returns whether dependent stages may start.</summary>
    public static bool AllowsDependents(this ExecutionStatus status) =>
        status is ExecutionStatus.Succeeded or ExecutionStatus.Skipped or ExecutionStatus.FailedContinue;
}
