using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Creates the default service account of each namespace, and deletes all objects of a deleted namespace.
/// </summary>
internal sealed class NamespaceController(Registry registry, Deletion deletion) : Controller(registry)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) =>
        change.Key.Kind == Kinds.Namespace ? [change.Key] : [];

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } space)
        {
            return null;
        }

        if (!Pods.IsDeleting(space))
        {
            CreateServiceAccount(key.Name);
            return null;
        }

        var isEmpty = true;
        foreach (var kind in Kinds.All.Where(k => k.IsNamespaced))
        {
            foreach (var value in Store.List(kind, key.Name).Objects)
            {
                isEmpty = false;
                if (!Pods.IsDeleting(value))
                {
                    deletion.Delete(ObjectKey.Of(kind, value), new DeleteOptions());
                }
            }
        }

        if (!isEmpty)
        {
            return s_pause;
        }

        Store.Write(key, _ => null);
        return null;
    }

    private void CreateServiceAccount(string name)
    {
        if (Store.Get(new ObjectKey(Kinds.ServiceAccount, name, "default")) is null)
        {
            var account = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } };
            Registry.Create(Kinds.ServiceAccount, name, account, Owned.Context);
        }
    }
}
