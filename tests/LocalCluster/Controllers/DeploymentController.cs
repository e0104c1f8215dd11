using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Creates one ReplicaSet for each template of a Deployment, and moves the pods from the old ReplicaSets to the new
/// one.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ and pkg/controller/deployment.</remarks>
internal sealed class DeploymentController(Registry registry, Deletion deletion) : Controller(registry)
{
    private const string Revision = "deployment.kubernetes.io/revision";

    private readonly EventRecorder _events = new(registry, "deployment-controller");

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "Deployment" => [change.Key],
        "ReplicaSet" => Owned.Owners(change.Object, Kinds.Deployment),
        "Pod" => Owned.Owners(change.Object, Kinds.ReplicaSet)
            .Select(Store.Get)
            .Where(set => set is not null)
            .SelectMany(set => Owned.Owners(set!, Kinds.Deployment)),
        _ => [],
    };

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } deployment || Pods.IsDeleting(deployment))
        {
            return null;
        }

        var sets = Owned.By(deployment, Kinds.ReplicaSet, Store)
            .OrderBy(s => s.Time("metadata", "creationTimestamp"))
            .ToList();
        var template = deployment.At("spec", "template")!;
        var current = sets.Find(s => TemplateHash.Same(TemplateHash.Original(s), template));
        if (deployment.Flag("spec", "paused") != true)
        {
            current = current is null ? Create(deployment, sets) : UpdateRevision(deployment, current, sets);
            var old = sets.Where(s => s.Text("metadata", "uid") != current.Text("metadata", "uid")).ToArray();
            foreach (var (set, replicas) in Scaling.Next(deployment, current, old, HasPodsOf(old)))
            {
                Scale(deployment, set, replicas);
            }

            CleanUp(deployment, old);
        }

        return new DeploymentStatus(Registry).Update(key, deployment, current?.Text("metadata", "name"));
    }

    private bool HasPodsOf(JsonObject[] sets) =>
        sets.SelectMany(s => Owned.By(s, Kinds.Pod, Store)).Any(p => !Pods.IsFinished(p));

    private JsonObject Create(JsonObject deployment, List<JsonObject> sets)
    {
        var hash = TemplateHash.Of(deployment.At("spec", "template")!);
        var template = deployment.Object("spec", "template")!.Copy();
        template.Ensure("metadata", "labels")[TemplateHash.Label] = hash;
        var selector = deployment.Object("spec", "selector")!.Copy();
        selector.Ensure("matchLabels")[TemplateHash.Label] = hash;
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Text("metadata", "name")}-{hash}",
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = Annotations(deployment),
                ["ownerReferences"] = new JsonArray(Owned.Reference(deployment)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["selector"] = selector,
                ["template"] = template,
                ["minReadySeconds"] = deployment.Whole("spec", "minReadySeconds") ?? 0,
            },
        };
        set.Ensure("metadata", "annotations")[Revision] = Next(sets);
        var created = Registry.Create(Kinds.ReplicaSet, deployment.Text("metadata", "namespace")!, set, Owned.Context);
        SetRevision(deployment, created);
        return created;
    }

    /// <summary>
    /// Gives a ReplicaSet of an earlier revision a new revision number if it becomes the current one again.
    /// </summary>
    private JsonObject UpdateRevision(JsonObject deployment, JsonObject current, List<JsonObject> sets)
    {
        var newest = sets.Max(Number);
        if (Number(current) < newest)
        {
            current = Registry.Update(
                ObjectKey.Of(Kinds.ReplicaSet, current),
                set =>
                {
                    set.Ensure("metadata", "annotations")[Revision] = Next(sets);
                    return set;
                },
                Owned.Context);
        }

        SetRevision(deployment, current);
        return current;
    }

    private void SetRevision(JsonObject deployment, JsonObject set)
    {
        var revision = set.Text("metadata", "annotations", Revision);
        if (deployment.Text("metadata", "annotations", Revision) != revision)
        {
            Registry.Update(
                ObjectKey.Of(Kinds.Deployment, deployment),
                value =>
                {
                    value.Ensure("metadata", "annotations")[Revision] = revision;
                    return value;
                },
                Owned.Context);
        }
    }

    private void Scale(JsonObject deployment, JsonObject set, long replicas)
    {
        var before = set.Whole("spec", "replicas") ?? 0;
        Registry.Update(
            ObjectKey.Of(Kinds.ReplicaSet, set),
            value =>
            {
                value.Ensure("spec")["replicas"] = replicas;
                return value;
            },
            Owned.Context);
        var direction = replicas > before ? "up" : "down";
        _events.Normal(
            deployment,
            "ScalingReplicaSet",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Scaled {direction} replica set {set.Text("metadata", "name")} from {before} to {replicas}"));
    }

    private void CleanUp(JsonObject deployment, JsonObject[] old)
    {
        var limit = (int)(deployment.Whole("spec", "revisionHistoryLimit") ?? 10);
        foreach (var set in old
            .Where(s => s.Whole("spec", "replicas") == 0 && (s.Whole("status", "replicas") ?? 0) == 0 && !Pods.IsDeleting(
                s))
            .OrderByDescending(Number)
            .Skip(limit))
        {
            deletion.Delete(ObjectKey.Of(Kinds.ReplicaSet, set), new DeleteOptions());
        }
    }

    private static JsonObject Annotations(JsonObject deployment)
    {
        var annotations = deployment.Object("metadata", "annotations")?.Copy() ?? [];
        annotations.Remove("kubectl.kubernetes.io/last-applied-configuration");
        annotations.Remove(Revision);
        return annotations;
    }

    private static string Next(List<JsonObject> sets) =>
        ((sets.Count == 0 ? 0 : sets.Max(Number)) + 1).ToString(CultureInfo.InvariantCulture);

    private static long Number(JsonObject set) =>
        long.TryParse(set.Text("metadata", "annotations", Revision), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
