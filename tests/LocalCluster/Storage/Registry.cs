using System.Text.Json.Nodes;
using Migrator.LocalCluster.Patching;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Creates and changes objects for the API and the controllers. Applies the rules for names, defaults, validation,
/// generations, managed fields and optimistic locking.
/// </summary>
internal sealed class Registry(ObjectStore store, TimeProvider time)
{
    public ObjectStore Store => store;

    public string Now => Json.Write(time.GetUtcNow());

    /// <exception cref="ApiException">
    /// The object is invalid or already exists, or its namespace does not exist.
    /// </exception>
    public JsonObject Create(ResourceKind kind, string inNamespace, JsonObject value, WriteContext context)
    {
        var created = value.Copy();
        Name(created, kind, inNamespace);
        created.Object("metadata")!.Remove("managedFields");
        if (kind.HasStatus)
        {
            created.Remove("status");
        }

        FinishNew(created, kind);
        UpdateTracking.Track(null, created, kind, ManagerOf(kind, context, "Update"), Now);
        return Commit(ObjectKey.Of(kind, created), context, current => current is null
            ? created
            : throw ApiException.AlreadyExists(kind, created.Text("metadata", "name")!))!;
    }

    /// <summary>Replaces an object with the result of <paramref name="change"/>.</summary>
    /// <exception cref="ApiException">The object is invalid, does not exist, or has another version.</exception>
    public JsonObject Update(ObjectKey key, Func<JsonObject, JsonObject> change, WriteContext context) =>
        Commit(key, context, current =>
        {
            var before = current ?? throw ApiException.NotFound(key.Kind, key.Name);
            var after = change(before.Copy());
            RejectStaleVersion(key, before, after);
            PreserveUnchangeable(before, after, key.Kind, context);
            FinishChanged(before, after, key.Kind, context);
            if (Json.Same(before, after))
            {
                return before;
            }

            UpdateTracking.Track(before, after, key.Kind, ManagerOf(key.Kind, context, "Update"), Now);
            return NullIfDeletionIsComplete(after);
        })!;

    /// <summary>Performs a server-side apply. Returns the object and whether it is new.</summary>
    /// <exception cref="ApiException">
    /// The configuration is invalid or conflicts with another manager's fields.
    /// </exception>
    public (JsonObject Object, bool IsNew) Apply(ObjectKey key, JsonObject config, bool force, WriteContext context)
    {
        var isNew = false;
        var manager = ManagerOf(key.Kind, context, "Apply");
        var applied = Commit(key, context, before =>
        {
            isNew = before is null;
            RejectStaleVersion(key, before, config);
            if (before is null && config.Text("metadata", "uid") is not null)
            {
                throw ApiException.Conflict(
                    key.Kind,
                    key.Name,
                    "uid mismatch: the provided object specified uid, and no existing object was found");
            }

            var after = ServerSideApply.Apply(before, config, key.Kind, manager, force, Now);
            if (before is null)
            {
                Name(after, key.Kind, key.Namespace);
                FinishNew(after, key.Kind);
                return after;
            }

            PreserveUnchangeable(before, after, key.Kind, context);
            FinishChanged(before, after, key.Kind, context);
            return NullIfDeletionIsComplete(after);
        });
        return (applied!, isNew);
    }

    private JsonObject? Commit(ObjectKey key, WriteContext context, Func<JsonObject?, JsonObject?> change) =>
        context.IsDryRun ? change(store.Get(key)) : store.Write(key, change);

    private static Manager ManagerOf(ResourceKind kind, WriteContext context, string operation) =>
        new(context.Manager, operation, kind.ApiVersion, context.Subresource);

    private static void Name(JsonObject value, ResourceKind kind, string inNamespace)
    {
        var metadata = value.Ensure("metadata");
        value["apiVersion"] = kind.ApiVersion;
        value["kind"] = kind.Kind;
        if (kind.IsNamespaced)
        {
            metadata["namespace"] = inNamespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } start)
        {
            metadata["name"] = RandomNames.Generate(start);
        }
    }

    private void FinishNew(JsonObject value, ResourceKind kind)
    {
        var metadata = value.Ensure("metadata");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now;
        metadata.Remove("resourceVersion");
        metadata.Remove("generation");
        if (kind.CountsGenerations)
        {
            metadata["generation"] = 1;
        }

        var type = TypeCatalog.Instance.Find(kind.Kind);
        KindDefaults.FillNew(value, kind);
        Defaults.Fill(value, type);
        KindDefaults.Fill(value, kind);
        RejectInvalid(kind, value, ObjectRules.ForNew(value, kind, type));
        Admission.Admit(value, kind, store);
    }

    private static void FinishChanged(JsonObject before, JsonObject after, ResourceKind kind, WriteContext context)
    {
        var type = TypeCatalog.Instance.Find(kind.Kind);
        Defaults.Fill(after, type);
        KindDefaults.Fill(after, kind);
        if (kind.CountsGenerations && context.Subresource.Length == 0 && HasNewSpec(before, after))
        {
            after.Ensure("metadata")["generation"] = (before.Whole("metadata", "generation") ?? 0) + 1;
        }

        RejectInvalid(kind, after, ObjectRules.ForChanged(before, after, kind, type));
    }

    private static void RejectInvalid(ResourceKind kind, JsonObject value, IEnumerable<FieldError> errors)
    {
        FieldError[] found = [.. errors];
        if (found.Length > 0)
        {
            throw ApiException.Invalid(kind, value.Text("metadata", "name") ?? "", found);
        }
    }

    private static bool HasNewSpec(JsonObject before, JsonObject after)
    {
        return !Json.Same(Spec(before), Spec(after));

        static JsonObject Spec(JsonObject value)
        {
            var copy = value.Copy();
            copy.Remove("metadata");
            copy.Remove("status");
            return copy;
        }
    }

    private static void RejectStaleVersion(ObjectKey key, JsonObject? before, JsonObject after)
    {
        if (after.Text("metadata", "resourceVersion") is { Length: > 0 } version
            && before is not null
            && version != before.Text("metadata", "resourceVersion"))
        {
            throw ApiException.Modified(key.Kind, key.Name);
        }

        if (after.Text("metadata", "uid") is { Length: > 0 } uid && before is not null && uid != before.Text(
            "metadata", "uid"))
        {
            throw ApiException.Conflict(
                key.Kind,
                key.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Text("metadata", "uid")}");
        }
    }

    /// <summary>
    /// Restores the parts that this write cannot change: the identity of the object and the fields of other
    /// subresources.
    /// </summary>
    private static void PreserveUnchangeable(JsonObject before, JsonObject after, ResourceKind kind, WriteContext context)
    {
        var metadata = after.Ensure("metadata");
        foreach (var name in (ReadOnlySpan<string>)
            ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
             "resourceVersion", "generation", "generateName"])
        {
            Copy(before.Object("metadata")!, metadata, name);
        }

        after["apiVersion"] = kind.ApiVersion;
        after["kind"] = kind.Kind;
        if (context.Subresource == "status")
        {
            var status = after["status"]?.DeepClone();
            foreach (var name in after.Select(e => e.Key).ToArray())
            {
                after.Remove(name);
            }

            foreach (var (name, part) in before)
            {
                after[name] = name == "status" ? null : part?.DeepClone();
            }

            after["status"] = status;
        }
        else if (kind.HasStatus)
        {
            Copy(before, after, "status");
        }
    }

    private static void Copy(JsonObject from, JsonObject to, string name)
    {
        if (from.TryGetPropertyValue(name, out var value))
        {
            to[name] = value?.DeepClone();
        }
        else
        {
            to.Remove(name);
        }
    }

    /// <summary>
    /// Returns null if the object is marked for deletion and its last finalizer was removed; otherwise the object.
    /// </summary>
    private static JsonObject? NullIfDeletionIsComplete(JsonObject value) =>
        value.Text("metadata", "deletionTimestamp") is not null
        && value.Object("metadata")!["finalizers"] is null or JsonArray { Count: 0 }
        && value.Whole("metadata", "deletionGracePeriodSeconds") is null or 0
            ? null
            : value;
}
