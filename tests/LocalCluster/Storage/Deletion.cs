using System.Text.Json.Nodes;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Deletes objects. An object is removed immediately, or after its finalizers are removed, or after its dependents are
/// deleted (Foreground). A running pod is removed after its containers have ended. The garbage collector and the
/// kubelet complete such deletions.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/architecture/garbage-collection/</remarks>
internal sealed class Deletion(Registry registry, TimeProvider time)
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";

    /// <summary>
    /// Deletes an object or marks it for deletion. Returns the object if it still exists, otherwise a Status.
    /// </summary>
    /// <exception cref="ApiException">
    /// 404: the object does not exist; 409: a precondition on its UID or version is not met.
    /// </exception>
    public JsonObject Delete(ObjectKey key, DeleteOptions options)
    {
        var isGone = false;
        var last = Change(key, options, before =>
        {
            var value = before ?? throw ApiException.NotFound(key.Kind, key.Name);
            CheckPreconditions(key, value, options);
            var after = Mark(key, value, options);
            isGone = after is null;
            return after;
        });
        return isGone || last is null ? Success(key.Kind, key.Name, last?.Text("metadata", "uid")) : last;
    }

    public static JsonObject Success(ResourceKind kind, string name, string? uid)
    {
        var details = new JsonObject { ["name"] = name, ["kind"] = kind.Plural };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        if (uid is not null)
        {
            details["uid"] = uid;
        }

        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

    private JsonObject? Change(ObjectKey key, DeleteOptions options, Func<JsonObject?, JsonObject?> change) =>
        options.IsDryRun ? change(registry.Store.Get(key)) : registry.Store.Write(key, change);

    private JsonObject? Mark(ObjectKey key, JsonObject value, DeleteOptions options)
    {
        var metadata = value.Object("metadata")!;
        var finalizers = metadata["finalizers"] as JsonArray ?? [];
        if (options.Propagation is "Foreground" or "Orphan")
        {
            var name = options.Propagation == "Foreground" ? Foreground : Orphan;
            if (!finalizers.Any(f => f.Text() == name))
            {
                finalizers.Add(name);
                metadata["finalizers"] = finalizers.DeepClone();
            }
        }

        var grace = GraceOf(key, value, options);
        if (finalizers.Count == 0 && grace == 0 && key.Kind != Kinds.Namespace)
        {
            return null;
        }

        if (metadata["deletionTimestamp"] is null)
        {
            var end = time.GetUtcNow() + TimeSpan.FromSeconds(grace);
            metadata["deletionTimestamp"] = Json.Write(end);
            metadata["deletionGracePeriodSeconds"] = grace;
            if (key.Kind.CountsGenerations)
            {
                metadata["generation"] = (metadata.Whole("generation") ?? 0) + 1;
            }

            if (key.Kind == Kinds.Namespace)
            {
                value.Ensure("status")["phase"] = "Terminating";
            }
        }
        else if (metadata.Whole("deletionGracePeriodSeconds") > grace)
        {
            // A repeated request with a shorter grace period.
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        return value;
    }

    private static long GraceOf(ObjectKey key, JsonObject value, DeleteOptions options)
    {
        // A pod that is not bound to a node, or that has ended, has no containers to stop.
        if (key.Kind != Kinds.Pod
            || value.Text("spec", "nodeName") is null
            || value.Text("status", "phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        return options.GraceSeconds ?? value.Whole("spec", "terminationGracePeriodSeconds") ?? 30;
    }

    private static void CheckPreconditions(ObjectKey key, JsonObject value, DeleteOptions options)
    {
        var uid = value.Text("metadata", "uid");
        if (options.Uid is { } wantedUid && wantedUid != uid)
        {
            throw ApiException.Conflict(
                key.Kind, key.Name, $"Precondition failed: UID in precondition: {wantedUid}, UID in object meta: {uid}");
        }

        if (options.ResourceVersion is { } wanted && wanted != value.Text("metadata", "resourceVersion"))
        {
            throw ApiException.Modified(key.Kind, key.Name);
        }
    }
}
