using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>One reconciliation of a Job: counts its pods and decides whether the Job continues.</summary>
/// <param name="job">The Job.</param>
/// <param name="pods">The Job's pods.</param>
/// <param name="now">The current time.</param>
/// <param name="backoff">The backoff delay after the first failure.</param>
/// <param name="failures">When the failed pods were detected.</param>
internal sealed class JobReconciliation(
    JsonObject job, JsonObject[] pods, DateTimeOffset now, TimeSpan backoff, JobFailures failures)
{
    private readonly IndexSet _completed = IndexSet.Parse(job.Text("status", "completedIndexes"));
    private readonly IndexSet _failed = IndexSet.Parse(job.Text("status", "failedIndexes"));

    public JsonObject Job => job;

    public JsonObject Status { get; } = job.Object("status")?.Copy() ?? [];

    public bool IsSuspended => job.Flag("spec", "suspend") == true;

    /// <summary>Pods that are running or will run.</summary>
    public List<JsonObject> Active { get; } = [.. pods.Where(Pods.IsActive)];

    /// <summary>Finished pods that this reconciliation has added to the status.</summary>
    public List<JsonObject> Counted { get; } = [];

    /// <summary>The outcome of the Job; null while the Job continues.</summary>
    public JobOutcome? Outcome { get; private set; } = JobStatus.Target(job);

    /// <summary>The time until the Job's deadline; null without a deadline.</summary>
    public TimeSpan? DeadlineLeft =>
        job.Whole("spec", "activeDeadlineSeconds") is { } seconds && Status.Time("startTime") is { } start
            ? start.AddSeconds(seconds) - now
            : null;

    /// <summary>Pods to delete, because there are more than wanted.</summary>
    public IReadOnlyList<JsonObject> Surplus =>
        [.. Active.OrderBy(Pods.IsReady).Take((int)Math.Max(0, Active.Count - Wanted))];

    private bool IsIndexed => job.Text("spec", "completionMode") == "Indexed";

    private long? LimitPerIndex => job.Whole("spec", "backoffLimitPerIndex");

    private long? Completions => job.Whole("spec", "completions");

    private long Succeeded => Status.Whole("succeeded") ?? 0;

    private long Failed => Status.Whole("failed") ?? 0;

    private IEnumerable<JsonObject> Terminating => pods.Where(p => Pods.IsDeleting(p) && !Pods.IsTerminal(p));

    private bool ReplacesTerminating => job.Text("spec", "podReplacementPolicy") != "Failed";

    private long Wanted
    {
        get
        {
            var parallelism = job.Whole("spec", "parallelism") ?? 1;
            return Completions is { } completions
                ? Math.Min(parallelism, completions - Succeeded - _failed.Count)
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
                CountSuccess(pod);
            }
            else
            {
                CountFailure(pod);
            }
        }

        if (LimitPerIndex is not null)
        {
            Status["failedIndexes"] = _failed.ToString();
        }
    }

    public void Decide()
    {
        if (Outcome is not null)
        {
            return;
        }

        var limit = job.Whole("spec", "backoffLimit") ?? 6;
        if (Failed > limit || (job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure" && Restarts > limit))
        {
            Outcome = new JobOutcome(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        else if (!IsSuspended && DeadlineLeft <= TimeSpan.Zero)
        {
            Outcome = new JobOutcome(false, "DeadlineExceeded", "Job was active longer than specified deadline");
        }
        else if (_failed.Count > job.Whole("spec", "maxFailedIndexes"))
        {
            Outcome = new JobOutcome(
                false, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        else if (_failed.Count > 0 && _failed.Count + Succeeded >= Completions)
        {
            Outcome = new JobOutcome(false, "FailedIndexes", "Job has failed indexes");
        }
        else if (Completions is null ? Succeeded > 0 && Active.Count == 0 : Succeeded >= Completions)
        {
            Outcome = new JobOutcome(true, "CompletionsReached", "Reached expected number of succeeded pods");
        }
    }

    /// <summary>Returns the pods to create now, and the time until more pods can be created; null if there are none.</summary>
    public (IReadOnlyList<JsonObject> Pods, TimeSpan? Wait) Next()
    {
        var missing = (int)Math.Max(0, Wanted - Active.Count - (ReplacesTerminating ? 0 : Terminating.Count()));
        var places = IsIndexed
            ? [.. PendingIndexes().Take(missing).Select(i => (int?)i)]
            : Enumerable.Repeat((int?)null, missing).ToList();
        var waits = places.Select(BackoffLeft).ToList();
        return (
            [.. places.Where((_, i) => waits[i] <= TimeSpan.Zero).Select(NewPod)],
            waits.Where(w => w > TimeSpan.Zero).Select(w => (TimeSpan?)w).Min());
    }

    private JsonObject NewPod(int? index)
    {
        var pod = Owned.NewPod(job);
        if (index is { } number)
        {
            IndexedPods.Assign(pod, number, LimitPerIndex is null ? null : FailuresOf(number));
        }

        return pod;
    }

    /// <summary>Returns the indexes that have neither ended nor a pod, lowest first.</summary>
    private IEnumerable<int> PendingIndexes()
    {
        var taken = Active.Concat(ReplacesTerminating ? [] : Terminating).Select(IndexedPods.IndexOf).ToHashSet();
        return Enumerable.Range(0, (int)(Completions ?? 0))
            .Where(i => !taken.Contains(i) && !_completed.Contains(i) && !_failed.Contains(i));
    }

    private TimeSpan BackoffLeft(int? index) => LimitPerIndex is not null && index is { } number
        ? failures.BackoffLeft(now, backoff, FailuresOf(number), number)
        : failures.BackoffLeft(now, backoff, (int)Failed, null);

    /// <summary>Returns how many pods of an index have failed. The policy can ignore failures.</summary>
    private int FailuresOf(int index) => pods.Count(p => Pods.IsTerminal(p)
        && p.Text("status", "phase") != "Succeeded"
        && IndexedPods.IndexOf(p) == index
        && FailurePolicy.Evaluate(job, p).Action != "Ignore");

    private void CountSuccess(JsonObject pod)
    {
        if (!IsIndexed)
        {
            Status["succeeded"] = Succeeded + 1;
        }
        else if (IndexedPods.IndexOf(pod) is { } index && index < Completions)
        {
            _completed.Add(index);
            Status["completedIndexes"] = _completed.ToString();
            Status["succeeded"] = _completed.Count;
        }
    }

    private void CountFailure(JsonObject pod)
    {
        var index = LimitPerIndex is null ? null : IndexedPods.IndexOf(pod);
        failures.Add(now, index);
        var (action, message) = FailurePolicy.Evaluate(job, pod);
        if (action != "Ignore")
        {
            Status["failed"] = Failed + 1;
        }

        if (action == "FailJob")
        {
            Outcome ??= new JobOutcome(false, "PodFailurePolicy", message!);
        }

        if (index is { } number && (action == "FailIndex" || FailuresOf(number) > LimitPerIndex))
        {
            _failed.Add(number);
        }
    }

    private long Restarts => Active.Sum(p => p.Items("status", "containerStatuses")
        .Concat(p.Items("status", "initContainerStatuses"))
        .Sum(c => c.Whole("restartCount") ?? 0));
}
