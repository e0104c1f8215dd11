using System.Text.Json.Nodes;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class JobSpecs
{
    [Fact(Timeout = 60_000)]
    public async Task A_successful_job_has_the_condition_SuccessCriteriaMet_before_Complete()
    {
        await using var test = await TestCluster.StartAsync();

        var job = await RunAsync(test, Manifests.Job("one", "true", spec: "completions: 2"));

        Assert.Equal(2, job.Whole("status", "succeeded"));
        Assert.NotNull(job.Time("status", "completionTime"));
        Assert.Equal(["SuccessCriteriaMet", "Complete"], Conditions(job));
        Assert.Equal(
            ["CompletionsReached", "CompletionsReached"],
            job.Items("status", "conditions").Select(c => c.Text("reason")));
        var pod = test.Cluster.List("Pod")[0];
        Assert.Equal("one", pod.Text("metadata", "labels", "job-name"));
        Assert.Equal("one", pod.Text("metadata", "labels", "batch.kubernetes.io/job-name"));
        Assert.Equal(job.Text("metadata", "uid"), pod.Text("metadata", "labels", "controller-uid"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_is_retried_up_to_its_backoff_limit()
    {
        // Longer than a loaded machine needs to start a process.
        await using var test = await TestCluster.StartAsync(TestCluster.Quick with { JobBackoff = TimeSpan.FromSeconds(1) });

        var job = await RunAsync(test, Manifests.Job("one", "exit 1", spec: "backoffLimit: 2"));

        Assert.Equal(3, job.Whole("status", "failed"));
        Assert.Equal(3, test.Cluster.List("Pod").Count);
        Assert.Equal(["FailureTarget", "Failed"], Conditions(job));
        Assert.Equal("BackoffLimitExceeded", Reason(job));
        var starts = Events(test, HistoryEventType.ContainerStarted).Select(e => e.Time).ToArray();
        Assert.True(starts[2] - starts[1] > starts[1] - starts[0], "the delay increases");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_running_pod_of_a_job_is_deleted_after_the_jobs_deadline()
    {
        await using var test = await TestCluster.StartAsync();

        var job = await RunAsync(test, Manifests.Job(
            "one", "sleep 60", spec: "activeDeadlineSeconds: 1", pod: "restartPolicy: Never\nterminationGracePeriodSeconds: 1"));

        Assert.Equal("DeadlineExceeded", Reason(job));
        Assert.Equal(
            "Job was active longer than specified deadline", job.Items("status", "conditions").Last().Text("message"));
        Assert.Equal(1, job.Whole("status", "failed"));
        await EventAsync(test, e => e is { Kind: "Pod", Type: HistoryEventType.Deleted });
        Assert.Empty(test.Cluster.List("Pod"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pod_that_exceeds_its_own_deadline_is_kept_with_its_log()
    {
        await using var test = await TestCluster.StartAsync();

        var job = await RunAsync(test, Manifests.Job(
            "one", "echo begun; sleep 60", pod: "restartPolicy: Never\nactiveDeadlineSeconds: 1\nterminationGracePeriodSeconds: 1"));

        Assert.Equal("BackoffLimitExceeded", Reason(job));
        var pod = Assert.Single(test.Cluster.List("Pod"));
        Assert.Equal("Failed", pod.Text("status", "phase"));
        Assert.Equal("DeadlineExceeded", pod.Text("status", "reason"));
        Assert.Equal("begun\n", (await test.KubectlAsync("logs", "job/one")).Done().Text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(2, "PodFailurePolicy", 1)]
    [InlineData(3, "BackoffLimitExceeded", 3)]
    public async Task A_pod_failure_policy_fails_the_job_immediately_for_its_exit_codes(
        int exitCode, string reason, int pods)
    {
        await using var test = await TestCluster.StartAsync();
        const string Policy = """
            backoffLimit: 2
            podFailurePolicy:
              rules:
              - action: FailJob
                onExitCodes:
                  containerName: main
                  operator: In
                  values: [1, 2]
            """;

        var job = await RunAsync(test, Manifests.Job("one", $"exit {exitCode}", spec: Policy));

        Assert.Equal(reason, Reason(job));
        Assert.Equal(pods, test.Cluster.List("Pod").Count);
        if (pods == 1)
        {
            Assert.Matches(
                @"^Container main for pod default/one-\w{5} failed with exit code 2 matching FailJob rule at index 0$",
                job.Items("status", "conditions").Last().Text("message"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pod_failure_policy_can_ignore_a_failure()
    {
        await using var test = await TestCluster.StartAsync();
        const string Policy = """
            backoffLimit: 0
            podFailurePolicy:
              rules:
              - action: Ignore
                onExitCodes:
                  operator: NotIn
                  values: [1]
            """;
        const string Script = "if [ -e /shared/again ]; then exit 0; fi; echo >/shared/again; exit 9";
        var folder = Directory.CreateTempSubdirectory().FullName;
        var pod = $"restartPolicy: Never\nvolumes: [{{name: shared, hostPath: {{path: {folder}}}}}]";

        var job = await RunAsync(test, Manifests.Job(
            "one", Script, spec: Policy, pod: pod, container: "volumeMounts: [{name: shared, mountPath: /shared}]"));

        Directory.Delete(folder, recursive: true);
        Assert.Equal("CompletionsReached", Reason(job));
        Assert.Null(job.Whole("status", "failed"));
        Assert.Equal(2, test.Cluster.List("Pod").Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_finished_job_is_deleted_after_its_time_to_live()
    {
        await using var test = await TestCluster.StartAsync();

        await RunAsync(test, Manifests.Job("one", "true", spec: "ttlSecondsAfterFinished: 1"));

        await EventAsync(test, e => e is { Kind: "Job", Type: HistoryEventType.Deleted });
        Assert.Empty(test.Cluster.List("Pod"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_container_is_restarted_in_its_pod_with_the_policy_OnFailure()
    {
        await using var test = await TestCluster.StartAsync();
        const string Script = "if [ -e /scratch/again ]; then echo second; exit 0; fi; echo first; echo >/scratch/again; exit 1";

        await RunAsync(test, Manifests.Job(
            "one",
            Script,
            pod: "restartPolicy: OnFailure\nvolumes: [{name: scratch, emptyDir: {}}]",
            spec: "backoffLimit: 2",
            container: "volumeMounts: [{name: scratch, mountPath: /scratch}]"));

        var status = test.Cluster.List("Pod").Single().Items("status", "containerStatuses").Single();
        Assert.Equal(1, status.Whole("restartCount"));
        Assert.Equal(1, status.Whole("lastState", "terminated", "exitCode"));
        Assert.Equal("second\n", (await test.KubectlAsync("logs", "job/one")).Done().Text);
        Assert.Equal("first\n", (await test.KubectlAsync("logs", "job/one", "--previous")).Done().Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_suspended_job_starts_when_it_is_resumed()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Job("one", "true", spec: "suspend: true"));
        await EventAsync(test, e => e.Kind == "Job" && Pods.HasCondition(e.State, "Suspended"));
        Assert.Empty(test.Cluster.List("Pod"));

        (await test.KubectlAsync("patch", "job", "one", "--type=merge", "-p", """{"spec":{"suspend":false}}""")).Done();

        await EventAsync(test, e => e.Kind == "Job" && Pods.HasCondition(e.State, "Complete"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_processes_of_a_deleted_job_are_stopped()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Job("one", "trap \"echo bye; exit 0\" TERM; while :; do sleep 0.1; done"));
        await EventAsync(test, e => e.Type == HistoryEventType.ContainerStarted);
        await Task.Delay(300, TestContext.Current.CancellationToken);

        (await test.KubectlAsync("delete", "job", "one")).Done();

        var ended = await EventAsync(test, e => e.Type == HistoryEventType.ContainerTerminated);
        Assert.Equal(0, ended.ExitCode);
        await EventAsync(test, e => e is { Kind: "Pod", Type: HistoryEventType.Deleted });
    }

    private static async Task<JsonObject> RunAsync(TestCluster test, string manifest)
    {
        await test.ApplyAsync(manifest);
        return (await EventAsync(test, e => e.Kind == "Job" && JobIsFinished(e.State))).State;

        static bool JobIsFinished(JsonObject job) => Pods.HasCondition(job, "Complete") || Pods.HasCondition(job, "Failed");
    }

    private static Task<HistoryEvent> EventAsync(TestCluster test, Func<HistoryEvent, bool> matches) =>
        test.Cluster.History.WaitForAsync(matches, cancellationToken: TestContext.Current.CancellationToken);

    private static IEnumerable<HistoryEvent> Events(TestCluster test, HistoryEventType type) =>
        test.Cluster.History.Events.Where(e => e.Type == type);

    private static IEnumerable<string?> Conditions(JsonObject job) => job.Items("status", "conditions").Select(
        c => c.Text("type"));

    private static string? Reason(JsonObject job) => job.Items("status", "conditions").Last().Text("reason");
}
