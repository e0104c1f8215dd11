using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Creates the objects that every new cluster contains.</summary>
internal static class InitialObjects
{
    public static void Create(Registry registry)
    {
        var context = new WriteContext("kube-apiserver");
        foreach (var name in (ReadOnlySpan<string>)["default", "kube-node-lease", "kube-public", "kube-system"])
        {
            registry.Create(Kinds.Namespace, "", Named(name), context);
            registry.Create(Kinds.ServiceAccount, name, Named("default"), context);
        }

        var service = Named("kubernetes");
        service["spec"] = new JsonObject
        {
            ["clusterIP"] = "10.96.0.1",
            ["ports"] = new JsonArray(new JsonObject
            {
                ["name"] = "https",
                ["port"] = 443,
                ["protocol"] = "TCP",
                ["targetPort"] = 6443,
            }),
        };
        registry.Create(Kinds.Service, "default", service, context);
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };
}
