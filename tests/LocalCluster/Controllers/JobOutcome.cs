namespace Migrator.LocalCluster.Controllers;

/// <summary>The outcome of a Job.</summary>
/// <param name="IsSuccess">Whether the Job is complete; otherwise it has failed.</param>
/// <param name="Reason">The reason of the condition.</param>
/// <param name="Message">The message of the condition.</param>
internal sealed record JobOutcome(bool IsSuccess, string Reason, string Message);
