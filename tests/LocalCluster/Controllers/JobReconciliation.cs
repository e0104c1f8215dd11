using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>One reconciliation of a Job: counts its pods and decides whether the Job continues.</summary>
/// <param name="job">The Job.</param>
/// <param name="pods">The Job's pods.</param>
/// <param name="now">The current time.</param>
/// <param name="backoff">The backoff delay after the first failure.</param>
/// <param name="lastFailure">When the last failed pod was detected.</param>
internal sealed class JobReconciliation(
    JsonObject job, JsonObject[] pods, DateTimeOffset now, TimeSpan backoff, DateTimeOffset? lastFailure)
{
    // MaxJobBackOff in pkg/controller/job.
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    public JsonObject Job => job;

    public JsonObject Status { get; } = job.Object("status")?.Copy() ?? [];

    public bool IsSuspended => job.Flag("spec", "suspend") == true;

    /// <summary>Pods that are running or will run.</summary>
    public List<JsonObject> Active { get; } = [.. pods.Where(Pods.IsActive)];

    /// <summary>Finished pods that this reconciliation has added to the status.</summary>
    public List<JsonObject> Counted { get; } = [];

    /// <summary>The outcome of the Job; null while the Job continues.</summary>
    public JobOutcome? Outcome { get; private set; } = JobStatus.Target(job);

    /// <summary>When the last failed pod was detected. The status contains only whole seconds.</summary>
    public DateTimeOffset? LastFailure { get; private set; } = lastFailure;

    /// <summary>The time until the Job's deadline; null without a deadline.</summary>
    public TimeSpan? DeadlineLeft =>
        job.Whole("spec", "activeDeadlineSeconds") is { } seconds && Status.Time("startTime") is { } start
            ? start.AddSeconds(seconds) - now
            : null;

    /// <summary>The time until a failed pod can be replaced.</summary>
    public TimeSpan BackoffLeft
    {
        get
        {
            var failures = (int)Failed;
            if (failures == 0 || LastFailure is not { } last)
            {
                return TimeSpan.Zero;
            }

            var pause = backoff * Math.Pow(2, Math.Min(failures - 1, 20));
            return last + (pause < s_longestBackoff ? pause : s_longestBackoff) - now;
        }
    }

    /// <summary>The number of pods to create.</summary>
    public long Missing => Math.Max(0, Wanted - Active.Count - (ReplacesTerminating ? 0 : Terminating));

    /// <summary>Pods to delete, because there are more than wanted.</summary>
    public IReadOnlyList<JsonObject> Surplus =>
        [.. Active.OrderBy(Pods.IsReady).Take((int)Math.Max(0, Active.Count - Wanted))];

    private long Succeeded => Status.Whole("succeeded") ?? 0;

    private long Failed => Status.Whole("failed") ?? 0;

    private long Terminating => pods.Count(p => Pods.IsDeleting(p) && !Pods.IsTerminal(p));

    private bool ReplacesTerminating => job.Text("spec", "podReplacementPolicy") != "Failed";

    private long Wanted
    {
        get
        {
            var parallelism = job.Whole("spec", "parallelism") ?? 1;
            return job.Whole("spec", "completions") is { } completions
                ? Math.Min(parallelism, completions - Succeeded)
                : Succeeded > 0 ? Active.Count : parallelism;
        }
    }

    /// <summary>Adds finished pods that are not yet counted to the status.</summary>
    public void Count()
    {
        foreach (var pod in pods.Where(
            p => Pods.IsTerminal(p) && p.Texts("metadata", "finalizers").Contains(JobController.Finalizer)))
        {
            Counted.Add(pod);
            if (pod.Text("status", "phase") == "Succeeded")
            {
                Status["succeeded"] = Succeeded + 1;
                continue;
            }

            LastFailure = now;
            var (action, message) = FailurePolicy.Evaluate(job, pod);
            if (action != "Ignore")
            {
                Status["failed"] = Failed + 1;
            }

            if (action == "FailJob")
            {
                Outcome ??= new JobOutcome(false, "PodFailurePolicy", message!);
            }
        }
    }

    public void Decide()
    {
        var limit = job.Whole("spec", "backoffLimit") ?? 6;
        var completions = job.Whole("spec", "completions");
        if (Outcome is not null)
        {
            return;
        }

        if (Failed > limit || (job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure" && Restarts > limit))
        {
            Outcome = new JobOutcome(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        else if (!IsSuspended && DeadlineLeft <= TimeSpan.Zero)
        {
            Outcome = new JobOutcome(false, "DeadlineExceeded", "Job was active longer than specified deadline");
        }
        else if (completions is null ? Succeeded > 0 && Active.Count == 0 : Succeeded >= completions)
        {
            Outcome = new JobOutcome(true, "CompletionsReached", "Reached expected number of succeeded pods");
        }
    }

    private long Restarts => Active.Sum(p => p.Items("status", "containerStatuses")
        .Concat(p.Items("status", "initContainerStatuses"))
        .Sum(c => c.Whole("restartCount") ?? 0));
}
