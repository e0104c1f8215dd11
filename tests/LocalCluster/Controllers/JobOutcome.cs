namespace Migrator.LocalCluster.Controllers;

/// <summary>How a Job ends.</summary>
/// <param name="IsSuccess">Complete, else Failed.</param>
/// <param name="Reason">The word of the condition.</param>
/// <param name="Message">Its sentence.</param>
internal sealed record JobOutcome(bool IsSuccess, string Reason, string Message);
