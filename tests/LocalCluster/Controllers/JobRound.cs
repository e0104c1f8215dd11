using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>One look at a Job: counts its pods, and decides whether it goes on.</summary>
/// <param name="job">The Job.</param>
/// <param name="pods">Its pods.</param>
/// <param name="now">The time.</param>
/// <param name="backoff">How long to wait after the first failure.</param>
/// <param name="lastFailure">When a pod was last found to have failed.</param>
internal sealed class JobRound(
    JsonObject job, JsonObject[] pods, DateTimeOffset now, TimeSpan backoff, DateTimeOffset? lastFailure)
{
    // MaxJobBackOff of pkg/controller/job.
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    public JsonObject Job => job;

    public JsonObject Status { get; } = job.Object("status")?.Copy() ?? [];

    public bool IsSuspended => job.Flag("spec", "suspend") == true;

    /// <summary>Pods that run or will run.</summary>
    public List<JsonObject> Active { get; } = [.. pods.Where(Pods.IsActive)];

    /// <summary>Finished pods whose result is now in the status.</summary>
    public List<JsonObject> Counted { get; } = [];

    /// <summary>How the Job ends; null while it goes on.</summary>
    public JobOutcome? Outcome { get; private set; } = JobStatus.Target(job);

    /// <summary>When a pod was last found to have failed; the status knows only whole seconds.</summary>
    public DateTimeOffset? LastFailure { get; private set; } = lastFailure;

    /// <summary>How long the Job may still be active; null without a deadline.</summary>
    public TimeSpan? DeadlineLeft =>
        job.Whole("spec", "activeDeadlineSeconds") is { } seconds && Status.Time("startTime") is { } start
            ? start.AddSeconds(seconds) - now
            : null;

    /// <summary>How long to wait before a failed pod is replaced.</summary>
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

    /// <summary>How many pods are to be made.</summary>
    public long Missing => Math.Max(0, Wanted - Active.Count - (ReplacesTerminating ? 0 : Terminating));

    /// <summary>Pods beyond what is wanted.</summary>
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

    /// <summary>Takes the finished pods that nobody has counted into the status.</summary>
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
            var (action, message) = FailurePolicy.Judge(job, pod);
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
