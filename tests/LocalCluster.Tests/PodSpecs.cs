using System.Text.Json.Nodes;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class PodSpecs
{
    [Fact(Timeout = 60_000)]
    public async Task A_container_has_its_own_environment_and_no_variables_of_this_process()
    {
        await using var test = await TestCluster.StartAsync();
        (await test.KubectlAsync("create", "secret", "generic", "db", "--from-literal=password=pa$$word")).Done();
        (await test.KubectlAsync("create", "configmap", "conf", "--from-literal=LEVEL=info")).Done();
        const string Env = """
            env:
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
            - {name: URL, value: "postgres://me:$(PASSWORD)@db/x?$$(PASSWORD)&$(UNKNOWN)"}
            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - {name: MISSING, valueFrom: {configMapKeyRef: {name: conf, key: nope, optional: true}}}
            envFrom:
            - {prefix: LOG_, configMapRef: {name: conf}}
            """;

        var (pod, log) = await RunAsync(test, Manifests.Pod("one", "env", container: Env));

        var lines = log.Split('\n');
        Assert.Contains("PASSWORD=pa$$word", lines);
        Assert.Contains("URL=postgres://me:pa$$word@db/x?$(PASSWORD)&$(UNKNOWN)", lines);
        Assert.Contains("POD=one", lines);
        Assert.Contains($"POD_IP={pod.Text("status", "podIP")}", lines);
        Assert.Contains("LOG_LEVEL=info", lines);
        Assert.Contains("HOSTNAME=one", lines);
        // The address on loopback, because the cluster IP is not reachable.
        Assert.Contains("KUBERNETES_SERVICE_HOST=127.0.0.1", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("MISSING=", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("DOTNET_CLI", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("/.dotnet/tools", StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Variables_describe_a_service_unless_the_pod_disables_service_links(bool links)
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(
            "{apiVersion: v1, kind: Service, metadata: {name: migrate}, spec: {ports: [{port: 80}]}}");

        var (_, log) = await RunAsync(
            test, Manifests.Pod(
                "one", "env", pod: $"restartPolicy: Never\nenableServiceLinks: {(links ? "true" : "false")}"));

        Assert.Equal(links, log.Contains("MIGRATE_PORT=tcp://10.96.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Secrets_and_config_maps_are_mounted_with_links_through_the_data_link()
    {
        await using var test = await TestCluster.StartAsync();
        (await test.KubectlAsync(
            "create", "configmap", "scripts", "--from-literal=V1__a.sql=select 1", "--from-literal=V2__b.sql=select 2")).Done();
        const string Pod = """
            restartPolicy: Never
            volumes:
            - name: scripts
              configMap: {name: scripts, defaultMode: 0400}
            - name: one
              projected:
                sources:
                - configMap: {name: scripts, items: [{key: V2__b.sql, path: deep/x.sql}]}
                - downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
            """;
        const string Mounts = """
            volumeMounts:
            - {name: scripts, mountPath: /migrations}
            - {name: scripts, mountPath: /single.sql, subPath: V1__a.sql}
            - {name: one, mountPath: /one}
            args: [--dir=/migrations]
            """;
        const string Script = "ls -a /migrations; readlink /migrations/V1__a.sql; stat -Lc %a /migrations/V1__a.sql; "
            + "readlink /migrations/..data; cat /single.sql; echo; cat /one/deep/x.sql";

        var (_, log) = await RunAsync(test, Manifests.Pod("one", Script, pod: Pod, container: Mounts));

        var lines = log.Split('\n');
        Assert.Equal([".", ".."], lines[..2]);
        Assert.StartsWith("..2", lines[2], StringComparison.Ordinal);
        Assert.Equal(["..data", "V1__a.sql", "V2__b.sql", "..data/V1__a.sql", "400"], lines[3..8]);
        Assert.Equal(lines[2], lines[8]);
        Assert.Equal(["select 1", "select 2"], lines[9..]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mounted_config_map_is_updated_after_a_change()
    {
        await using var test = await TestCluster.StartAsync();
        (await test.KubectlAsync("create", "configmap", "conf", "--from-literal=word=old")).Done();
        await test.ApplyAsync(Manifests.Pod(
            "one",
            "while ! grep -q new /conf/word; do sleep 0.1; done; cat /conf/word",
            pod: "restartPolicy: Never\nvolumes: [{name: conf, configMap: {name: conf}}]",
            container: "volumeMounts: [{name: conf, mountPath: /conf}]"));
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted);

        (await test.KubectlAsync("patch", "configmap", "conf", "--type=json", "-p", """[{"op":"replace","path":"/data/word","value":"new"}]""")).Done();

        await EventAsync(test, e => e.Kind == "Pod" && e.State.Text("status", "phase") == "Succeeded");
        Assert.Equal("new", (await test.KubectlAsync("logs", "one")).Done().Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task Init_containers_run_in_order_before_the_main_container_and_a_sidecar_keeps_running()
    {
        await using var test = await TestCluster.StartAsync();
        const string Init = """
            restartPolicy: Never
            terminationGracePeriodSeconds: 1
            initContainers:
            - {name: first, image: "tool:1", command: [sleep, "0.2"]}
            - {name: proxy, image: "tool:1", restartPolicy: Always, command: [sleep, "60"]}
            - {name: second, image: "tool:1", command: [sleep, "0.2"]}
            """;

        await RunAsync(test, Manifests.Pod("one", "true", pod: Init));

        var events = test.Cluster.History.Events.Where(e => e.Container is not null).Select(
            e => $"{(e.ExitCode is null ? "+" : "-")}{e.Container}");
        Assert.Equal(["+first", "-first", "+proxy", "+second", "-second", "+main", "-main", "-proxy"], events);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failing_init_container_prevents_the_start_of_the_main_container()
    {
        await using var test = await TestCluster.StartAsync();
        const string Init = "initContainers: [{name: gate, image: \"tool:1\", command: [sh, -c, \"exit 5\"]}]\nterminationGracePeriodSeconds: 1";
        await test.ApplyAsync(Manifests.Deployment("app", "sleep 60", pod: Init));

        await EventAsync(test, e => e.State.Items("status", "initContainerStatuses").Any(
            c => c.Text("state", "waiting", "reason") == "CrashLoopBackOff" && c.Whole("restartCount") > 0));

        Assert.DoesNotContain(test.Cluster.History.Events, e => e.Container == "main");
        Assert.Matches("Init:(CrashLoopBackOff|Error)|Init:0/1", (await test.KubectlAsync("get", "pods")).Done().Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_status_of_a_pod_shows_how_many_init_containers_have_finished()
    {
        await using var test = await TestCluster.StartAsync();
        const string Init = "initContainers: [{name: gate, image: \"tool:1\", command: [sleep, \"60\"]}]\nterminationGracePeriodSeconds: 1";
        await test.ApplyAsync(Manifests.Pod("one", "true", pod: Init));

        await EventAsync(test, e => e.State.Items("status", "initContainerStatuses").Any(c => c.Flag("started") == true));

        Assert.Contains(" Init:0/1 ", (await test.KubectlAsync("get", "pods")).Done().Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pod_with_the_policy_Never_fails_if_an_init_container_fails()
    {
        await using var test = await TestCluster.StartAsync();
        const string Pod = """
            restartPolicy: Never
            initContainers: [{name: gate, image: "tool:1", command: [sh, -c, "exit 5"]}]
            """;

        var (pod, _) = await RunAsync(test, Manifests.Pod("one", "true", pod: Pod), readLog: false);

        Assert.Equal("Failed", pod.Text("status", "phase"));
        Assert.Equal(5, pod.Items("status", "initContainerStatuses").Single().Whole("state", "terminated", "exitCode"));
        Assert.Equal("PodInitializing", pod.Items("status", "containerStatuses").Single().Text("state", "waiting", "reason"));
        Assert.DoesNotContain(test.Cluster.History.Events, e => e.Container == "main");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("env: [{name: A, valueFrom: {secretKeyRef: {name: late, key: a}}}]", "CreateContainerConfigError", "secret \"late\" not found")]
    [InlineData("volumeMounts: [{name: late, mountPath: /late}]", "ContainerCreating", null)]
    public async Task A_pod_waits_for_a_missing_secret(string container, string reason, string? message)
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Pod(
            "one", "true", container: container, pod: "restartPolicy: Never\nvolumes: [{name: late, secret: {secretName: late, optional: " + (message is null ? "false" : "true") + "}}]"));
        await EventAsync(
            test,
            e => e.Kind == "Event" && e.State.Text("message")!.Contains(
                "secret \"late\" not found", StringComparison.Ordinal));

        var status = test.Cluster.Find("Pod", "default", "one").Items("status", "containerStatuses").Single();
        Assert.Equal(reason, status.Text("state", "waiting", "reason"));
        Assert.Equal(message, status.Text("state", "waiting", "message"));

        (await test.KubectlAsync("create", "secret", "generic", "late", "--from-literal=a=b")).Done();
        await EventAsync(test, e => e.State.Text("status", "phase") == "Succeeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pod_waits_for_a_missing_image()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Pod("one", "true").Replace("tool:1", "tool:9", StringComparison.Ordinal));
        foreach (var reason in (string[])["ErrImagePull", "ImagePullBackOff"])
        {
            await EventAsync(test, e => e.State.Items("status", "containerStatuses").Any(
                c => c.Text("state", "waiting", "reason") == reason));
        }

        test.Cluster.Images["tool:9"] = test.Cluster.Images["tool:1"];

        await EventAsync(test, e => e.State.Text("status", "phase") == "Succeeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_the_image_does_not_contain_cannot_be_started()
    {
        await using var test = await TestCluster.StartAsync();

        var (pod, _) = await RunAsync(
            test, Manifests.Pod("one", "true").Replace("[sh,", "[bash,", StringComparison.Ordinal), readLog: false);

        var terminated = pod.Items("status", "containerStatuses").Single().Object("state", "terminated");
        Assert.Equal(128, terminated.Whole("exitCode"));
        Assert.Equal("StartError", terminated.Text("reason"));
        Assert.EndsWith(
            "exec: \"bash\": executable file not found in $PATH", terminated.Text("message"), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("File", "echo the log; exit 1", null)]
    [InlineData("FallbackToLogsOnError", "echo the log; exit 1", "the log\n")]
    [InlineData("FallbackToLogsOnError", "echo the log; exit 0", null)]
    [InlineData("FallbackToLogsOnError", "echo the log; echo the message >/dev/termination-log; exit 1", "the message\n")]
    [InlineData("File", "echo by variable >$MIGRATE_TERMINATION_LOG", "by variable\n")]
    public async Task A_termination_message_comes_from_its_file_or_the_log(
        string policy, string script, string? message)
    {
        await using var test = await TestCluster.StartAsync();

        var (pod, _) = await RunAsync(
            test, Manifests.Pod("one", script, container: $"terminationMessagePolicy: {policy}"));

        Assert.Equal(message, pod.Items("status", "containerStatuses").Single().Text("state", "terminated", "message"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_ignores_SIGTERM_is_killed_after_the_grace_period()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Pod(
            "one", "trap \"\" TERM; while :; do sleep 0.1; done", pod: "terminationGracePeriodSeconds: 1"));
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted);
        await Task.Delay(300, TestContext.Current.CancellationToken);

        (await test.KubectlAsync("delete", "pod", "one")).Done();

        var ended = await EventAsync(test, e => e.Type == HistoryEventType.ContainerTerminated);
        Assert.Equal(137, ended.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_container_whose_liveness_probe_fails_is_restarted()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Pod(
            "one",
            "sleep 60",
            pod: "terminationGracePeriodSeconds: 1",
            container: "livenessProbe: {exec: {command: [\"false\"]}, periodSeconds: 1, failureThreshold: 1}"));

        await EventAsync(
            test, e => e.State.Items("status", "containerStatuses").Any(c => c.Whole("restartCount") == 1));
        Assert.Contains("Unhealthy", (await test.KubectlAsync("get", "events")).Done().Text, StringComparison.Ordinal);
    }

    private static async Task<(JsonObject Pod, string Log)> RunAsync(
        TestCluster test, string manifest, bool readLog = true)
    {
        await test.ApplyAsync(manifest);
        var finished = await EventAsync(test, e => e.Kind == "Pod" && Pods.IsFinished(e.State));
        return (finished.State, readLog ? (await test.KubectlAsync("logs", finished.Name)).Done().Text : "");
    }

    private static Task<HistoryEvent> EventAsync(TestCluster test, Func<HistoryEvent, bool> matches) =>
        test.Cluster.History.WaitForAsync(matches, cancellationToken: TestContext.Current.CancellationToken);
}
