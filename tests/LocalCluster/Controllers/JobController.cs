using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Runs a Job's pods until enough of them have succeeded, or it has failed.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/job/ and pkg/controller/job.</remarks>
internal sealed class JobController(Registry registry, Deletion deletion, ClusterOptions options) : Controller(registry)
{
    /// <summary>Holds a finished pod until it is counted.</summary>
    public const string Finalizer = "batch.kubernetes.io/job-tracking";

    private readonly Dictionary<string, DateTimeOffset?> _failures = [];
    private readonly EventRecorder _events = new(registry, "job-controller");

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "Job" => [change.Key, .. Owned.By(change.Object, Kinds.Pod, Store).Select(p => ObjectKey.Of(Kinds.Pod, p))],
        "Pod" => [.. Owned.Owners(change.Object, Kinds.Job), change.Key],
        _ => [],
    };

    // Also a pod is not let go before its Job is looked at.
    protected override TimeSpan Delay(StoreChange change, ObjectKey affected) =>
        change.Key.Kind == Kinds.Pod ? options.JobSyncPeriod : TimeSpan.Zero;

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (key.Kind == Kinds.Pod)
        {
            ReleaseOrphan(key);
            return null;
        }

        if (Store.Get(key) is not { } job || Pods.IsDeleting(job))
        {
            return null;
        }

        if (JobStatus.IsFinished(job))
        {
            return DeleteWhenExpired(key, job);
        }

        var uid = job.Text("metadata", "uid")!;
        var round = new JobRound(
            job, Owned.By(job, Kinds.Pod, Store), DateTimeOffset.UtcNow, options.JobBackoff, _failures.GetValueOrDefault(
                uid));
        Start(round);
        round.Count();
        _failures[uid] = round.LastFailure;
        round.Decide();
        var again = Act(round);
        Write(key, round);
        Release(round);
        return again;
    }

    private void Start(JobRound round)
    {
        if (!round.IsSuspended)
        {
            round.Status["startTime"] ??= Registry.Now;
        }
        else
        {
            round.Status.Remove("startTime");
        }
    }

    /// <summary>Makes and deletes pods; returns when to look again.</summary>
    private TimeSpan? Act(JobRound round)
    {
        if (round.Outcome is not null || round.IsSuspended)
        {
            foreach (var pod in round.Active)
            {
                Delete(round, pod);
            }

            return null;
        }

        foreach (var pod in round.Surplus)
        {
            Delete(round, pod);
        }

        if (round.Missing > 0 && round.BackoffLeft > TimeSpan.Zero)
        {
            return Sooner(round.BackoffLeft, round.DeadlineLeft);
        }

        for (var number = 0; number < round.Missing; number++)
        {
            var pod = Owned.NewPod(round.Job);
            pod.Ensure("metadata")["finalizers"] = new JsonArray(Finalizer);
            var created = Registry.Create(Kinds.Pod, round.Job.Text("metadata", "namespace")!, pod, Owned.Context);
            round.Active.Add(created);
            _events.Normal(round.Job, "SuccessfulCreate", $"Created pod: {created.Text("metadata", "name")}");
        }

        return round.DeadlineLeft;
    }

    private void Delete(JobRound round, JsonObject pod)
    {
        deletion.Delete(ObjectKey.Of(Kinds.Pod, pod), new DeleteOptions());
        _events.Normal(round.Job, "SuccessfulDelete", $"Deleted pod: {pod.Text("metadata", "name")}");
    }

    private void Write(ObjectKey key, JobRound round)
    {
        var pods = Owned.By(round.Job, Kinds.Pod, Store);
        JobStatus.Fill(round, pods, Registry.Now);
        var before = round.Job;
        Registry.Update(
            key,
            current =>
            {
                current["status"] = round.Status.DeepClone();
                return current;
            },
            Owned.StatusContext);
        if (!Pods.HasCondition(before, "Complete") && Pods.HasCondition(
            new JsonObject { ["status"] = round.Status.DeepClone() }, "Complete"))
        {
            _events.Normal(before, "Completed", "Job completed");
        }

        if (round.Outcome is { IsSuccess: false } failure
            && !before.Items("status", "conditions").Any(c => c.Text("type") == "FailureTarget"))
        {
            _events.Warning(before, failure.Reason, failure.Message);
        }
    }

    /// <summary>Lets go of the pods that are counted.</summary>
    private void Release(JobRound round)
    {
        foreach (var pod in round.Counted)
        {
            RemoveFinalizer(ObjectKey.Of(Kinds.Pod, pod));
        }
    }

    /// <summary>Lets go of a pod whose Job is gone, or goes, or needs it no more.</summary>
    private void ReleaseOrphan(ObjectKey key)
    {
        if (Store.Get(key) is { } pod
            && pod.Texts("metadata", "finalizers").Contains(Finalizer)
            && pod.Items("metadata", "ownerReferences").FirstOrDefault(o => o.Text("kind") == "Job") is { } owner
            && (Store.Find(Kinds.Job, owner, key.Namespace) is not { } job || Pods.IsDeleting(job) || JobStatus.IsFinished(
                job)))
        {
            RemoveFinalizer(key);
        }
    }

    private void RemoveFinalizer(ObjectKey key)
    {
        if (Store.Get(key) is null)
        {
            return;
        }

        Registry.Update(
            key,
            pod =>
            {
                (pod.Object("metadata")!["finalizers"] as JsonArray)?.RemoveAll(f => f.Text() == Finalizer);
                if (pod.Object("metadata")!["finalizers"] is JsonArray { Count: 0 })
                {
                    pod.Object("metadata")!.Remove("finalizers");
                }

                return pod;
            },
            Owned.Context);
    }

    private TimeSpan? DeleteWhenExpired(ObjectKey key, JsonObject job)
    {
        if (job.Whole("spec", "ttlSecondsAfterFinished") is not { } seconds)
        {
            return null;
        }

        var left = JobStatus.FinishTime(job).AddSeconds(seconds) - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        deletion.Delete(key, new DeleteOptions("Foreground"));
        return null;
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan? other) => other is { } o && o < one ? o : one;
}
