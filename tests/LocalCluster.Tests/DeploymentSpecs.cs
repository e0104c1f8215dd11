using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class DeploymentSpecs
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string Serve = "trap \"exit 0\" TERM; while :; do sleep 0.05; done";
    private const string ReadyAfterHalfASecond = """
        env: [{name: VERSION, value: "1"}]
        readinessProbe: {exec: {command: [sh, -c, "test -e $HOME/ready || { : >$HOME/ready; exit 1; }"]}, periodSeconds: 1}
        """;

    [Fact(Timeout = 60_000)]
    public async Task A_rolling_update_always_keeps_the_requested_number_of_ready_pods()
    {
        await using var test = await TestCluster.StartAsync();
        const string Spec = "replicas: 2\nstrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}";
        await test.ApplyAsync(Manifests.Deployment("app", Serve, spec: Spec, container: ReadyAfterHalfASecond));
        (await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s")).Done();
        var before = test.Cluster.History.Events[^1].Number;

        (await test.KubectlAsync("set", "env", "deployment/app", "VERSION=2")).Done();
        (await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s")).Done();

        var (ready, most, least) = (2, 2, 2);
        foreach (var change in test.Cluster.History.Events.Where(e => e.Number > before))
        {
            ready += change.Type switch { HistoryEventType.PodReady => 1, HistoryEventType.PodNotReady => -1, _ => 0 };
            (most, least) = (Math.Max(most, ready), Math.Min(least, ready));
        }

        Assert.Equal(2, least);
        Assert.Equal(3, most);
        var sets = test.Cluster.List("ReplicaSet").OrderBy(s => s.Text("metadata", "annotations", Revision));
        Assert.Equal([0L, 2L], sets.Select(s => s.Whole("spec", "replicas")));
        Assert.Equal(
            "2",
            test.Cluster.Find("Deployment", "default", "app").Text("metadata", "annotations", Revision));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_old_version_keeps_serving_if_the_new_version_exceeds_its_progress_deadline()
    {
        await using var test = await TestCluster.StartAsync();
        const string Spec = "replicas: 1\nprogressDeadlineSeconds: 2";
        await test.ApplyAsync(Manifests.Deployment("app", Serve, spec: Spec));
        (await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s")).Done();
        var old = test.Cluster.List("Pod").Single();

        await test.ApplyAsync(Manifests.Deployment(
            "app", Serve, spec: Spec, container: "readinessProbe: {exec: {command: [\"false\"]}, periodSeconds: 1}"));
        var status = await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s");

        Assert.Contains("exceeded its progress deadline", status.Failed().Error, StringComparison.Ordinal);
        Assert.True(Pods.IsReady(test.Cluster.Find("Pod", "default", old.Text("metadata", "name")!)!));
        Assert.Equal(2, test.Cluster.List("Pod").Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Recreate_stops_the_old_pods_before_it_starts_new_pods()
    {
        await using var test = await TestCluster.StartAsync();
        const string Spec = "replicas: 2\nstrategy: {type: Recreate}";
        await test.ApplyAsync(Manifests.Deployment("app", Serve, spec: Spec));
        (await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s")).Done();
        var before = test.Cluster.History.Events[^1].Number;

        await test.ApplyAsync(Manifests.Deployment("app", Serve, spec: Spec, container: "env: [{name: A, value: b}]"));
        (await test.KubectlAsync("rollout", "status", "deployment/app", "--timeout=30s")).Done();

        var events = test.Cluster.History.Events.Where(e => e.Number > before && e.Container is not null).Select(
            e => e.Type);
        Assert.Equal(
            [
                HistoryEventType.ContainerTerminated, HistoryEventType.ContainerTerminated,
                HistoryEventType.ContainerStarted, HistoryEventType.ContainerStarted,
            ],
            events);
    }

    [Fact(Timeout = 60_000)]
    public async Task Pods_listen_on_the_same_port_at_separate_addresses_and_are_reachable_through_the_API()
    {
        await using var test = await TestCluster.StartAsync();
        test.Cluster.Images["web:1"] = new ImageProgram
        {
            Entrypoint = [Node(), "-e", Server],
        };
        await test.ApplyAsync(Web.Replace("'", "\"", StringComparison.Ordinal));
        (await test.KubectlAsync("rollout", "status", "deployment/web", "--timeout=30s")).Done();

        const string Url = "/api/v1/namespaces/default/services/web:http/proxy/hello";
        var responses = new HashSet<string>();
        for (var tries = 0; tries < 40 && responses.Count < 2; tries++)
        {
            responses.Add((await test.KubectlAsync("get", "--raw", Url)).Done().Text);
        }

        Assert.Equal(
            test.Cluster.List("Pod").Select(p => $"/hello from {p.Text("metadata", "name")}").Order(), responses.Order());
        var slice = test.Cluster.List("EndpointSlice").Single();
        Assert.Equal(2, slice.Items("endpoints").Count(e => e.Flag("conditions", "ready") == true));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deployments_selector_is_immutable_and_must_match_its_template()
    {
        await using var test = await TestCluster.StartAsync();
        var manifest = Manifests.Deployment("app", Serve, spec: "replicas: 0");
        await test.ApplyAsync(manifest);

        var changed = await test.KubectlAsync(
            manifest.Replace("app: app", "app: other", StringComparison.Ordinal), ["apply", "-f", "-"]);
        var mismatched = await test.KubectlAsync(
            manifest.Replace("name: app", "name: two", StringComparison.Ordinal).Replace(
                "matchLabels:\n      app: app", "matchLabels:\n      app: x", StringComparison.Ordinal),
            ["apply", "-f", "-"]);

        Assert.Contains(
            "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"other\"}}: field is immutable",
            changed.Failed().Error,
            StringComparison.Ordinal);
        Assert.Contains("`selector` does not match template `labels`", mismatched.Failed().Error, StringComparison.Ordinal);
    }

    private const string Server = """
        require("http")
            .createServer((request, answer) => answer.end(`${request.url} from ${process.env.HOSTNAME}`))
            .listen(3000, process.env.POD_IP);
        """;

    private const string Web = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: web
                image: 'web:1'
                env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                ports: [{name: http, containerPort: 3000}]
                readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
        """;

    // Node.js is installed, because the download of helm and kubectl needs it.
    private static string Node() => Environment.GetEnvironmentVariable("PATH")!
        .Split(':')
        .Select(folder => Path.Combine(folder, "node"))
        .First(File.Exists);
}
