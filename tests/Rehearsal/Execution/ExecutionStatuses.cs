namespace Migrator.Rehearsal.Execution;

/// <summary>What is asked of a status.</summary>
public static class ExecutionStatuses
{
    /// <summary>As Spinnaker writes it: <c>FAILED_CONTINUE</c>.</summary>
    public static string Spelled(this ExecutionStatus status) => status switch
    {
        ExecutionStatus.NotStarted => "NOT_STARTED",
        ExecutionStatus.FailedContinue => "FAILED_CONTINUE",
        _ => status.ToString().ToUpperInvariant(),
    };

    /// <summary>Whether what depends on it may start.</summary>
    public static bool LetsOthersStart(this ExecutionStatus status) =>
        status is ExecutionStatus.Succeeded or ExecutionStatus.Skipped or ExecutionStatus.FailedContinue;
}
