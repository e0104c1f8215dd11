using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>The ControllerRevisions of a StatefulSet, which keep its templates. Creates the one of the current template.</summary>
internal sealed class Revisions
{
    /// <summary>The label of pods with the name of their revision.</summary>
    public const string Label = "controller-revision-hash";

    public Revisions(Registry registry, JsonObject set)
    {
        var known = Owned.By(set, Kinds.ControllerRevision, registry.Store).OrderBy(Number).ToList();
        var template = set.At("spec", "template")!;
        var next = known.Count == 0 ? 1 : Number(known[^1]) + 1;
        var same = known.Find(r => TemplateHash.Same(Template(r), template));
        Update = same is null ? Create(registry, set, next)
            : same == known[^1] ? same
            : registry.Update(ObjectKey.Of(Kinds.ControllerRevision, same), r => { r["revision"] = next; return r; }, Owned.Context);
        Current = known.Find(r => r.Text("metadata", "name") == set.Text("status", "currentRevision")) ?? Update;
    }

    /// <summary>The revision of the template.</summary>
    public JsonObject Update { get; }

    /// <summary>The revision before the rollout that is under way.</summary>
    public JsonObject Current { get; }

    /// <summary>Returns the template of a revision.</summary>
    public static JsonNode Template(JsonObject revision)
    {
        var template = revision.Object("data", "spec", "template")!.Copy();
        template.Remove("$patch");
        return template;
    }

    /// <summary>Returns the name of a pod's revision.</summary>
    public static string? Of(JsonObject pod) => pod.Text("metadata", "labels", Label);

    private static JsonObject Create(Registry registry, JsonObject set, long number)
    {
        var template = set.Object("spec", "template")!.Copy();
        var hash = TemplateHash.Of(template);
        var labels = template.Object("metadata", "labels")?.Copy() ?? [];
        labels["controller.kubernetes.io/hash"] = hash;
        template["$patch"] = "replace";
        var revision = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{set.Text("metadata", "name")}-{hash}",
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(Owned.Reference(set)),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
            ["revision"] = number,
        };
        return registry.Create(Kinds.ControllerRevision, set.Text("metadata", "namespace")!, revision, Owned.Context);
    }

    private static long Number(JsonObject revision) => revision.Whole("revision") ?? 0;
}
