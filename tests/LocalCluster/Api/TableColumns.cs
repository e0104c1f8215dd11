using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>A column of a kind's table.</summary>
/// <param name="Name">The column's header.</param>
/// <param name="Read">Returns the cell for an object.</param>
/// <param name="IsWide">Whether the column is shown only with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, Func<JsonObject, string> Read, bool IsWide = false);

/// <summary>The columns of each kind (pkg/printers/internalversion in the Kubernetes source).</summary>
internal static class TableColumns
{
    private static readonly TableColumn s_name = new("Name", o => o.Text("metadata", "name") ?? "");
    private static readonly TableColumn s_age = new("Age", o => Tables.Age(o.Time("metadata", "creationTimestamp")));

    private static readonly Dictionary<string, TableColumn[]> s_columns = new()
    {
        ["Namespace"] = [s_name, new("Status", o => o.Text("status", "phase") ?? ""), s_age],
        ["ConfigMap"] = [s_name, new("Data", o => Number(Count(o["data"]) + Count(o["binaryData"]))), s_age],
        ["Secret"] = [s_name, new("Type", o => o.Text("type") ?? ""), new("Data", o => Number(Count(o["data"]))), s_age],
        ["ServiceAccount"] = [s_name, new("Secrets", o => Number(Count(o["secrets"]))), s_age],
        ["Service"] =
        [
            s_name,
            new("Type", o => o.Text("spec", "type") ?? ""),
            new("Cluster-IP", o => o.Text("spec", "clusterIP") ?? "<none>"),
            new("External-IP", o => o.Text("spec", "externalName") ?? "<none>"),
            new("Port(s)", Ports),
            s_age,
            new("Selector", o => Pairs(o.At("spec", "selector")), IsWide: true),
        ],
        ["Pod"] =
        [
            s_name,
            new("Ready", o => $"{ReadyContainers(o)}/{Count(o.At("spec", "containers"))}"),
            new("Status", PodSummary.Of),
            new("Restarts", o => Number(
                o.Items("status", "containerStatuses").Sum(c => (int)(c.Whole("restartCount") ?? 0)))),
            s_age,
            new("IP", o => o.Text("status", "podIP") ?? "<none>", IsWide: true),
            new("Node", o => o.Text("spec", "nodeName") ?? "<none>", IsWide: true),
            new("Nominated Node", _ => "<none>", IsWide: true),
            new("Readiness Gates", _ => "<none>", IsWide: true),
        ],
        ["Deployment"] =
        [
            s_name,
            new("Ready", o => $"{Whole(o, "status", "readyReplicas")}/{Whole(o, "spec", "replicas")}"),
            new("Up-to-date", o => Whole(o, "status", "updatedReplicas")),
            new("Available", o => Whole(o, "status", "availableReplicas")),
            s_age,
            .. Workload(),
        ],
        ["ReplicaSet"] =
        [
            s_name,
            new("Desired", o => Whole(o, "spec", "replicas")),
            new("Current", o => Whole(o, "status", "replicas")),
            new("Ready", o => Whole(o, "status", "readyReplicas")),
            s_age,
            .. Workload(),
        ],
        ["StatefulSet"] =
        [
            s_name,
            new("Ready", o => $"{Whole(o, "status", "readyReplicas")}/{Whole(o, "spec", "replicas")}"),
            s_age,
            .. Workload().SkipLast(1),
        ],
        ["Job"] =
        [
            s_name,
            new("Status", JobState),
            new("Completions", o => $"{Whole(o, "status", "succeeded")}/{Whole(o, "spec", "completions")}"),
            new("Duration", Duration),
            s_age,
            .. Workload(),
        ],
        ["Event"] =
        [
            new("Last Seen", o => Tables.Age(o.Time("lastTimestamp"))),
            new("Type", o => o.Text("type") ?? ""),
            new("Reason", o => o.Text("reason") ?? ""),
            new("Object", o => $"{o.Text("involvedObject", "kind")?.ToLowerInvariant()}/{o.Text("involvedObject", "name")}"),
            new("Message", o => o.Text("message") ?? ""),
            new("Count", o => Number((int)(o.Whole("count") ?? 1)), IsWide: true),
            s_name with { IsWide = true },
        ],
    };

    public static IReadOnlyList<TableColumn> Of(ResourceKind kind) =>
        s_columns.GetValueOrDefault(kind.Kind, [s_name, s_age]);

    private static TableColumn[] Workload() =>
    [
        new("Containers", o => string.Join(',', Containers(o).Select(c => c.Text("name"))), IsWide: true),
        new("Images", o => string.Join(',', Containers(o).Select(c => c.Text("image"))), IsWide: true),
        new("Selector", o => Pairs(o.At("spec", "selector", "matchLabels")), IsWide: true),
    ];

    private static IEnumerable<JsonObject> Containers(JsonObject value) => value.Items(
        "spec", "template", "spec", "containers");

    private static string Ports(JsonObject service) =>
        string.Join(',', service.Items("spec", "ports").Select(p =>
            $"{p.Whole("port")}{(p.Whole("nodePort") is { } node ? $":{node}" : "")}/{p.Text("protocol")}"));

    private static int ReadyContainers(JsonObject pod) =>
        pod.Items("status", "containerStatuses").Count(c => c.Flag("ready") == true);

    private static string Duration(JsonObject job) => job.Time("status", "startTime") is { } start
        ? Tables.Age(start, job.Time("status", "completionTime"))
        : "";

    private static string JobState(JsonObject job)
    {
        bool Has(string type) => job.Items("status", "conditions").Any(
            c => c.Text("type") == type && c.Text("status") == "True");
        return Array.Find(["Complete", "Failed", "Suspended", "FailureTarget"], Has) ?? "Running";
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject map => map.Count,
        JsonArray list => list.Count,
        _ => 0,
    };

    private static string Whole(JsonObject value, params ReadOnlySpan<string> path) => Number(
        (int)(value.Whole(path) ?? 0));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Pairs(JsonNode? labels) =>
        labels.Map() is { Count: > 0 } map ? string.Join(',', map.Select(l => $"{l.Key}={l.Value}")) : "<none>";
}
