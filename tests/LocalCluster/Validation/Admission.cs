using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Rejects objects that are invalid because of other objects.</summary>
internal static class Admission
{
    public static void Admit(JsonObject value, ResourceKind kind, ObjectStore store)
    {
        if (!kind.IsNamespaced)
        {
            return;
        }

        var inNamespace = value.Text("metadata", "namespace")!;
        var name = value.Text("metadata", "name")!;
        var space = store.Get(new ObjectKey(Kinds.Namespace, "", inNamespace))
            ?? throw ApiException.NotFound(Kinds.Namespace, inNamespace);
        if (space.Text("metadata", "deletionTimestamp") is not null)
        {
            throw ApiException.Forbidden(
                kind, name, $"unable to create new content in namespace {inNamespace} because it is being terminated");
        }

        if (kind == Kinds.Pod)
        {
            var account = value.Text("spec", "serviceAccountName") ?? "default";
            if (store.Get(new ObjectKey(Kinds.ServiceAccount, inNamespace, account)) is null)
            {
                throw ApiException.Forbidden(
                    kind,
                    name,
                    $"error looking up service account {inNamespace}/{account}: serviceaccount \"{account}\" not found");
            }
        }
    }
}
