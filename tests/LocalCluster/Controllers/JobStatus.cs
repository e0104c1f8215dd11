using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Reads and writes a Job's status: the counts, and the conditions of a finished Job.</summary>
/// <remarks>
/// https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup: SuccessCriteriaMet and
/// FailureTarget announce the outcome of a Job. Complete and Failed follow after all its pods have ended.
/// </remarks>
internal static class JobStatus
{
    public static bool IsFinished(JsonObject job) => Pods.HasCondition(job, "Complete") || Pods.HasCondition(
        job, "Failed");

    public static DateTimeOffset FinishTime(JsonObject job) => job
        .Items("status", "conditions")
        .First(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True")
        .Time("lastTransitionTime")!.Value;

    /// <summary>Returns the outcome that an earlier reconciliation decided; null if none.</summary>
    public static JobOutcome? Target(JsonObject job) => job
        .Items("status", "conditions")
        .Where(c => c.Text("type") is "FailureTarget" or "SuccessCriteriaMet" && c.Text("status") == "True")
        .Select(
            c => new JobOutcome(
                c.Text("type") == "SuccessCriteriaMet", c.Text("reason") ?? "", c.Text("message") ?? ""))
        .FirstOrDefault();

    /// <param name="reconciliation">The reconciliation with its counts and its decision.</param>
    /// <param name="pods">The Job's current pods.</param>
    /// <param name="now">The current time, in the format of the API.</param>
    public static void Fill(JobReconciliation reconciliation, JsonObject[] pods, string now)
    {
        var status = reconciliation.Status;
        var active = pods.Where(Pods.IsActive).ToArray();
        var terminating = pods.Count(p => Pods.IsDeleting(p) && !Pods.IsTerminal(p));
        SetCount(status, "active", active.Length);
        status["ready"] = active.Count(Pods.IsReady);
        status["terminating"] = terminating;
        status["uncountedTerminatedPods"] = new JsonObject();
        SetSuspended(reconciliation, status, now);
        if (reconciliation.Outcome is not { } outcome)
        {
            return;
        }

        Conditions.Set(
            status,
            outcome.IsSuccess ? "SuccessCriteriaMet" : "FailureTarget",
            true,
            outcome.Reason,
            outcome.Message,
            now,
            "lastProbeTime");
        // The next reconciliation counts pods that ended after the count. Until then, the Job is not finished.
        var uncounted = pods.Where(
            p => Pods.IsTerminal(p) && p.Texts("metadata", "finalizers").Contains(JobController.Finalizer))
            .ExceptBy(reconciliation.Counted.Select(Uid), Uid);
        if (active.Length == 0 && terminating == 0 && !uncounted.Any())
        {
            Conditions.Set(
                status, outcome.IsSuccess ? "Complete" : "Failed", true, outcome.Reason, outcome.Message, now, "lastProbeTime");
            if (outcome.IsSuccess)
            {
                status["completionTime"] = now;
            }
        }
    }

    private static string? Uid(JsonObject pod) => pod.Text("metadata", "uid");

    private static void SetSuspended(JobReconciliation reconciliation, JsonObject status, string now)
    {
        if (reconciliation.IsSuspended)
        {
            Conditions.Set(status, "Suspended", true, "JobSuspended", "Job suspended", now, "lastProbeTime");
        }
        else if (status.Items("conditions").Any(c => c.Text("type") == "Suspended"))
        {
            Conditions.Set(status, "Suspended", false, "JobResumed", "Job resumed", now, "lastProbeTime");
        }
    }

    private static void SetCount(JsonObject status, string name, int count)
    {
        if (count == 0)
        {
            status.Remove(name);
        }
        else
        {
            status[name] = count;
        }
    }
}
