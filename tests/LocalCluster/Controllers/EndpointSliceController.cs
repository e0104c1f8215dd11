using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Maintains an EndpointSlice with the pods of each Service.</summary>
internal sealed class EndpointSliceController(Registry registry) : Controller(registry)
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "Service" => [change.Key],
        "Pod" => Store.List(Kinds.Service, change.Key.Namespace).Objects
            .Where(s => LabelSelector.OfMap(s.At("spec", "selector")) is var selector
                && (selector.Matches(change.Object) || (change.Before is not null && selector.Matches(change.Before))))
            .Select(s => ObjectKey.Of(Kinds.Service, s)),
        _ => [],
    };

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } service || service.At("spec", "selector") is not JsonObject { Count: > 0 } labels)
        {
            return null;
        }

        var selector = LabelSelector.OfMap(labels);
        JsonObject[] pods =
        [
            .. Store.List(Kinds.Pod, key.Namespace).Objects.Where(p =>
                selector.Matches(p) && !Pods.IsFinished(p) && p.Text("status", "podIP") is not null),
        ];
        var endpoints = Json.Array(pods.Select(EndpointOf));
        var ports = Json.Array(service.Items("spec", "ports").Select(p => PortOf(p, pods)));
        var slices = Store.List(Kinds.EndpointSlice, key.Namespace).Objects;
        var known = slices.FirstOrDefault(s => s.Text("metadata", "labels", ServiceLabel) == key.Name);
        if (known is null)
        {
            Registry.Create(Kinds.EndpointSlice, key.Namespace, New(service, endpoints, ports), Owned.Context);
            return null;
        }

        Registry.Update(
            ObjectKey.Of(Kinds.EndpointSlice, known),
            slice =>
            {
                slice["endpoints"] = endpoints;
                slice["ports"] = ports;
                return slice;
            },
            Owned.Context);
        return null;
    }

    private static JsonObject New(JsonObject service, JsonArray endpoints, JsonArray ports) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["generateName"] = $"{service.Text("metadata", "name")}-",
            ["labels"] = new JsonObject
            {
                [ServiceLabel] = service.Text("metadata", "name"),
                ["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io",
            },
            ["ownerReferences"] = new JsonArray(Owned.Reference(service)),
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = endpoints,
        ["ports"] = ports,
    };

    private static JsonObject EndpointOf(JsonObject pod)
    {
        var isServing = Pods.IsReady(pod);
        return new JsonObject
        {
            ["addresses"] = new JsonArray(pod.Text("status", "podIP")),
            ["conditions"] = new JsonObject
            {
                ["ready"] = isServing && !Pods.IsDeleting(pod),
                ["serving"] = isServing,
                ["terminating"] = Pods.IsDeleting(pod),
            },
            ["nodeName"] = pod.Text("spec", "nodeName"),
            ["targetRef"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["name"] = pod.Text("metadata", "name"),
                ["namespace"] = pod.Text("metadata", "namespace"),
                ["uid"] = pod.Text("metadata", "uid"),
            },
        };
    }

    private static JsonObject PortOf(JsonObject port, JsonObject[] pods)
    {
        // The number of a named port is read from a pod. All pods of one slice have the same number.
        var target = port["targetPort"];
        var number = long.TryParse(target.Print(), CultureInfo.InvariantCulture, out var plain)
            ? plain
            : pods.SelectMany(p => p.Items("spec", "containers"))
                .SelectMany(c => c.Items("ports"))
                .FirstOrDefault(p => p.Text("name") == target.Text())
                .Whole("containerPort");
        return new JsonObject
        {
            ["name"] = port.Text("name") ?? "",
            ["port"] = number,
            ["protocol"] = port.Text("protocol"),
        };
    }
}
