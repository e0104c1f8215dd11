using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Creates and finds objects that a controller creates for another object.</summary>
internal static class Owned
{
    public const string Manager = "kube-controller-manager";

    public static WriteContext Context { get; } = new(Manager);

    public static WriteContext StatusContext { get; } = new(Manager) { Subresource = "status" };

    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Text("metadata", "name"),
        ["uid"] = owner.Text("metadata", "uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>Returns the objects of a kind that an owner controls.</summary>
    public static JsonObject[] By(JsonObject owner, ResourceKind kind, ObjectStore store)
    {
        var uid = owner.Text("metadata", "uid");
        return
        [
            .. store.List(kind, owner.Text("metadata", "namespace")).Objects.Where(o => Pods.IsOwnedBy(o, uid)),
        ];
    }

    /// <summary>Creates a pod from its owner's template.</summary>
    public static JsonObject NewPod(JsonObject owner)
    {
        var template = owner.Object("spec", "template")!.Copy();
        var metadata = template.Object("metadata") ?? [];
        metadata["generateName"] = $"{owner.Text("metadata", "name")}-";
        metadata["ownerReferences"] = new JsonArray(Reference(owner));
        return new JsonObject { ["metadata"] = metadata.DeepClone(), ["spec"] = template["spec"]?.DeepClone() };
    }

    /// <summary>Returns the keys of an object's controllers of a kind.</summary>
    public static IEnumerable<ObjectKey> Owners(JsonObject value, ResourceKind kind) => value
        .Items("metadata", "ownerReferences")
        .Where(o => o.Flag("controller") == true && o.Text("kind") == kind.Kind)
        .Select(o => new ObjectKey(kind, value.Text("metadata", "namespace") ?? "", o.Text("name") ?? ""));

    /// <summary>Returns the object that an owner reference identifies, or null if it does not exist.</summary>
    public static JsonObject? Find(
        this ObjectStore store, ResourceKind kind, JsonObject reference, string inNamespace) =>
        store.Get(new ObjectKey(kind, inNamespace, reference.Text("name") ?? "")) is { } found
        && found.Text("metadata", "uid") == reference.Text("uid")
            ? found
            : null;
}
