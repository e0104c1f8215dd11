using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Runs a Job's pods until the Job completes or fails.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/job/ and pkg/controller/job.</remarks>
internal sealed class JobController(Registry registry, Deletion deletion, ClusterOptions options) : Controller(registry)
{
    /// <summary>Prevents the removal of a finished pod before it is counted.</summary>
    public const string Finalizer = "batch.kubernetes.io/job-tracking";

    private readonly Dictionary<string, JobFailures> _failures = [];
    private readonly EventRecorder _events = new(registry, "job-controller");

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "Job" => [change.Key, .. Owned.By(change.Object, Kinds.Pod, Store).Select(p => ObjectKey.Of(Kinds.Pod, p))],
        "Pod" => [.. Owned.Owners(change.Object, Kinds.Job), change.Key],
        _ => [],
    };

    // The delay also applies to the removal of a pod's finalizer.
    protected override TimeSpan Delay(StoreChange change, ObjectKey affected) =>
        change.Key.Kind == Kinds.Pod ? options.JobSyncPeriod : TimeSpan.Zero;

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (key.Kind == Kinds.Pod)
        {
            RemoveOrphanFinalizer(key);
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
        _failures.TryAdd(uid, new JobFailures());
        var reconciliation = new JobReconciliation(
            job, Owned.By(job, Kinds.Pod, Store), DateTimeOffset.UtcNow, options.JobBackoff, _failures[uid]);
        Start(reconciliation);
        reconciliation.Count();
        reconciliation.Decide();
        var again = Act(reconciliation);
        Write(key, reconciliation);
        RemoveFinalizers(reconciliation);
        return again;
    }

    private void Start(JobReconciliation reconciliation)
    {
        if (!reconciliation.IsSuspended)
        {
            reconciliation.Status["startTime"] ??= Registry.Now;
        }
        else
        {
            reconciliation.Status.Remove("startTime");
        }
    }

    /// <summary>Creates and deletes pods. Returns the delay before the next reconciliation.</summary>
    private TimeSpan? Act(JobReconciliation reconciliation)
    {
        if (reconciliation.Outcome is not null || reconciliation.IsSuspended)
        {
            foreach (var pod in reconciliation.Active)
            {
                Delete(reconciliation, pod);
            }

            return null;
        }

        foreach (var pod in reconciliation.Surplus)
        {
            Delete(reconciliation, pod);
        }

        var (pods, wait) = reconciliation.Next();
        foreach (var pod in pods)
        {
            pod.Ensure("metadata")["finalizers"] = new JsonArray(Finalizer);
            var created = Registry.Create(Kinds.Pod, reconciliation.Job.Text("metadata", "namespace")!, pod, Owned.Context);
            reconciliation.Active.Add(created);
            _events.Normal(reconciliation.Job, "SuccessfulCreate", $"Created pod: {created.Text("metadata", "name")}");
        }

        return wait is { } pause ? Sooner(pause, reconciliation.DeadlineLeft) : reconciliation.DeadlineLeft;
    }

    private void Delete(JobReconciliation reconciliation, JsonObject pod)
    {
        deletion.Delete(ObjectKey.Of(Kinds.Pod, pod), new DeleteOptions());
        _events.Normal(reconciliation.Job, "SuccessfulDelete", $"Deleted pod: {pod.Text("metadata", "name")}");
    }

    private void Write(ObjectKey key, JobReconciliation reconciliation)
    {
        var pods = Owned.By(reconciliation.Job, Kinds.Pod, Store);
        JobStatus.Fill(reconciliation, pods, Registry.Now);
        var before = reconciliation.Job;
        Registry.Update(
            key,
            current =>
            {
                current["status"] = reconciliation.Status.DeepClone();
                return current;
            },
            Owned.StatusContext);
        if (!Pods.HasCondition(before, "Complete") && Pods.HasCondition(
            new JsonObject { ["status"] = reconciliation.Status.DeepClone() }, "Complete"))
        {
            _events.Normal(before, "Completed", "Job completed");
        }

        if (reconciliation.Outcome is { IsSuccess: false } failure
            && !before.Items("status", "conditions").Any(c => c.Text("type") == "FailureTarget"))
        {
            _events.Warning(before, failure.Reason, failure.Message);
        }
    }

    /// <summary>Removes the finalizers of counted pods.</summary>
    private void RemoveFinalizers(JobReconciliation reconciliation)
    {
        foreach (var pod in reconciliation.Counted)
        {
            RemoveFinalizer(ObjectKey.Of(Kinds.Pod, pod));
        }
    }

    /// <summary>Removes the finalizer of a pod whose Job is deleted, is being deleted or has finished.</summary>
    private void RemoveOrphanFinalizer(ObjectKey key)
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
