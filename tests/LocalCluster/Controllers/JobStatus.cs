using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>A Job's status: its counts, and the conditions by which it ends.</summary>
/// <remarks>
/// https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup: SuccessCriteriaMet and
/// FailureTarget say how a Job will end; Complete and Failed follow once none of its pods runs any more.
/// </remarks>
internal static class JobStatus
{
    public static bool IsFinished(JsonObject job) => Pods.HasCondition(job, "Complete") || Pods.HasCondition(
        job, "Failed");

    public static DateTimeOffset FinishTime(JsonObject job) => job
        .Items("status", "conditions")
        .First(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True")
        .Time("lastTransitionTime")!.Value;

    /// <summary>How it was decided before that the Job ends.</summary>
    public static JobOutcome? Target(JsonObject job) => job
        .Items("status", "conditions")
        .Where(c => c.Text("type") is "FailureTarget" or "SuccessCriteriaMet" && c.Text("status") == "True")
        .Select(
            c => new JobOutcome(
                c.Text("type") == "SuccessCriteriaMet", c.Text("reason") ?? "", c.Text("message") ?? ""))
        .FirstOrDefault();

    /// <param name="round">What was counted and decided.</param>
    /// <param name="pods">The Job's pods as they are now.</param>
    /// <param name="now">The time, as the API writes it.</param>
    public static void Fill(JobRound round, JsonObject[] pods, string now)
    {
        var status = round.Status;
        var active = pods.Where(Pods.IsActive).ToArray();
        var terminating = pods.Count(p => Pods.IsDeleting(p) && !Pods.IsTerminal(p));
        SetCount(status, "active", active.Length);
        status["ready"] = active.Count(Pods.IsReady);
        status["terminating"] = terminating;
        status["uncountedTerminatedPods"] = new JsonObject();
        SetSuspended(round, status, now);
        if (round.Outcome is not { } outcome)
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
        // A pod that has ended since they were counted is counted at the next look, before the Job is over.
        var uncounted = pods.Where(
            p => Pods.IsTerminal(p) && p.Texts("metadata", "finalizers").Contains(JobController.Finalizer))
            .ExceptBy(round.Counted.Select(Uid), Uid);
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

    private static void SetSuspended(JobRound round, JsonObject status, string now)
    {
        if (round.IsSuspended)
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
