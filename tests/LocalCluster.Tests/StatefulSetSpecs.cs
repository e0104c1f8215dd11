using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class StatefulSetSpecs
{
    private const string Serve = "trap \"exit 0\" TERM; while :; do sleep 0.05; done";

    [Fact(Timeout = 60_000)]
    public async Task Pods_start_in_order_and_are_replaced_in_reverse_order_down_to_the_partition()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifest("updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}"));
        (await test.KubectlAsync("rollout", "status", "statefulset/app", "--timeout=30s")).Done();
        Assert.Equal(["app-0", "app-1", "app-2"], Names(test, HistoryEventType.Added));
        var before = test.Cluster.History.Events[^1].Number;

        (await test.KubectlAsync("set", "env", "statefulset/app", "VERSION=2")).Done();
        var status = (await test.KubectlAsync("rollout", "status", "statefulset/app", "--timeout=30s")).Done().Text;

        Assert.Contains("partitioned roll out complete: 2 new pods have been updated", status, StringComparison.Ordinal);
        Assert.Equal(["app-2", "app-1"], Names(test, HistoryEventType.Added, before));
        // A pod below the partition is created again from the previous template.
        (await test.KubectlAsync("delete", "pod", "app-0")).Done();
        await test.Cluster.History.WaitForAsync(e => e.Number > before && e is { Type: HistoryEventType.PodReady, Name: "app-0" }, TestContext.Current.CancellationToken);
        Assert.Equal([null, "2", "2"], Versions(test));

        (await test.KubectlAsync("patch", "statefulset", "app", "-p", "{\"spec\": {\"updateStrategy\": {\"rollingUpdate\": {\"partition\": 0}}}}")).Done();
        (await test.KubectlAsync("rollout", "status", "statefulset/app", "--timeout=30s")).Done();
        var set = test.Cluster.Find("StatefulSet", "default", "app");
        Assert.Equal(["2", "2", "2"], Versions(test));
        Assert.Equal(set.Text("status", "updateRevision"), set.Text("status", "currentRevision"));

        (await test.KubectlAsync("rollout", "undo", "statefulset/app")).Done();
        (await test.KubectlAsync("rollout", "status", "statefulset/app", "--timeout=30s")).Done();
        Assert.Equal([null, null, null], Versions(test));
        Assert.Contains("app    3/3", (await test.KubectlAsync("get", "sts")).Done().Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task OnDelete_keeps_pods_until_they_are_deleted()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifest("updateStrategy: {type: OnDelete}"));
        await test.Cluster.History.WaitForAsync(e => e is { Type: HistoryEventType.PodReady, Name: "app-2" }, TestContext.Current.CancellationToken);

        (await test.KubectlAsync("set", "env", "statefulset/app", "VERSION=2")).Done();
        (await test.KubectlAsync("delete", "pod", "app-1")).Done();
        await test.Cluster.History.WaitForAsync(e => e.Type == HistoryEventType.PodReady && e.Name == "app-1" && e.State.ToJsonString().Contains("VERSION", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await test.KubectlAsync("scale", "statefulset", "app", "--replicas=2")).Done();
        await test.Cluster.History.WaitForAsync(e => e is { Type: HistoryEventType.Deleted, Kind: "Pod", Name: "app-2" }, TestContext.Current.CancellationToken);

        Assert.Equal([null, "2"], Versions(test));
        var refused = await test.KubectlAsync("patch", "statefulset", "app", "-p", "{\"spec\": {\"serviceName\": \"other\"}}");
        Assert.Contains("updates to statefulset spec for fields other than", refused.Failed().Error, StringComparison.Ordinal);
    }

    private static string Manifest(string strategy) => Manifests.Deployment("app", Serve, spec: $"replicas: 3\nserviceName: app\n{strategy}")
        .Replace("kind: Deployment", "kind: StatefulSet", StringComparison.Ordinal);

    private static IEnumerable<string> Names(TestCluster test, HistoryEventType type, long after = 0) =>
        test.Cluster.History.Events.Where(e => e.Number > after && e.Type == type && e.Kind == "Pod").Select(e => e.Name);

    private static IEnumerable<string?> Versions(TestCluster test) =>
        test.Cluster.List("Pod").Select(p => p.Items("spec", "containers").Single().Items("env").FirstOrDefault().Text("value"));
}
