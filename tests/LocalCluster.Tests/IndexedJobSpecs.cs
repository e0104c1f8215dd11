using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.LocalCluster.Tests;

/// <summary>Tests of Jobs with the completion mode Indexed.</summary>
public sealed class IndexedJobSpecs
{
    private const string FourIndexes = """
        completionMode: Indexed
        completions: 4
        parallelism: 2
        backoffLimitPerIndex: 1
        """;

    [Fact(Timeout = 60_000)]
    public async Task Each_index_runs_once_and_at_most_as_many_as_the_parallelism_at_a_time()
    {
        await using var test = await TestCluster.StartAsync();
        using var started = new TempFolder();

        // The first indexes wait for each other.
        var job = await RunAsync(test, Manifests.Job(
            "one",
            $"touch {started.Path}/$JOB_COMPLETION_INDEX; until [ $(ls {started.Path} | wc -l) -ge 2 ]; do sleep 0.05; done; echo index $JOB_COMPLETION_INDEX in $HOSTNAME",
            spec: FourIndexes.Replace("\nbackoffLimitPerIndex: 1", "", StringComparison.Ordinal)));

        Assert.Equal("CompletionsReached", Reason(job));
        Assert.Equal("0-3", job.Text("status", "completedIndexes"));
        Assert.Equal(4, job.Whole("status", "succeeded"));
        Assert.Null(job.Text("status", "failedIndexes"));
        var pods = test.Cluster.List("Pod").OrderBy(p => p.Text("metadata", "name"), StringComparer.Ordinal).ToList();
        Assert.Equal(4, pods.Count);
        foreach (var (index, pod) in pods.Index())
        {
            var text = index.ToString(CultureInfo.InvariantCulture);
            Assert.Matches($@"^one-{text}-\w{{5}}$", pod.Text("metadata", "name"));
            Assert.Equal(text, pod.Text("metadata", "annotations", "batch.kubernetes.io/job-completion-index"));
            Assert.Equal(text, pod.Text("metadata", "labels", "batch.kubernetes.io/job-completion-index"));
            Assert.Equal(
                $"index {text} in one-{text}\n", (await test.KubectlAsync("logs", pod.Text("metadata", "name")!)).Done().Text);
        }

        Assert.Equal(2, MostRunning(test));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_index_that_fails_too_often_fails_the_job_after_all_other_indexes_have_ended()
    {
        await using var test = await TestCluster.StartAsync();

        var job = await RunAsync(test, Manifests.Job("one", "exit $((JOB_COMPLETION_INDEX == 1))", spec: FourIndexes));

        Assert.Equal("FailedIndexes", Reason(job));
        Assert.Equal("Job has failed indexes", job.Items("status", "conditions").Last().Text("message"));
        Assert.Equal("0,2,3", job.Text("status", "completedIndexes"));
        Assert.Equal("1", job.Text("status", "failedIndexes"));
        Assert.Equal(3, job.Whole("status", "succeeded"));
        Assert.Equal(2, job.Whole("status", "failed"));
        Assert.Equal(int.MaxValue, job.Whole("spec", "backoffLimit"));
        Assert.Equal(
            ["0", "1"],
            test.Cluster.List("Pod").Where(p => p.Text("status", "phase") == "Failed")
                .Select(p => p.Text("metadata", "annotations", "batch.kubernetes.io/job-index-failure-count")).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task More_failed_indexes_than_allowed_fail_the_job_and_stop_its_pods()
    {
        await using var test = await TestCluster.StartAsync();

        var job = await RunAsync(test, Manifests.Job(
            "one",
            "if [ $JOB_COMPLETION_INDEX = 0 ]; then exit 1; fi; sleep 60",
            spec: FourIndexes.Replace("PerIndex: 1", "PerIndex: 0\nmaxFailedIndexes: 0", StringComparison.Ordinal),
            pod: "restartPolicy: Never\nterminationGracePeriodSeconds: 1"));

        Assert.Equal("MaxFailedIndexesExceeded", Reason(job));
        // The pod of index 1 was deleted, so this index can fail, too.
        Assert.StartsWith("0", job.Text("status", "failedIndexes"), StringComparison.Ordinal);
        Assert.DoesNotContain(test.Cluster.List("Pod"), Pods.IsActive);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pod_failure_policy_can_fail_an_index_immediately()
    {
        await using var test = await TestCluster.StartAsync();
        const string Policy = """

            podFailurePolicy:
              rules:
              - action: FailIndex
                onExitCodes:
                  operator: In
                  values: [1]
            """;

        var job = await RunAsync(test, Manifests.Job("one", "exit $((JOB_COMPLETION_INDEX == 1))", spec: FourIndexes + Policy));

        Assert.Equal("FailedIndexes", Reason(job));
        Assert.Equal(1, job.Whole("status", "failed"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("completionMode: Indexed", "spec.completions: Required value: when completion mode is Indexed")]
    [InlineData("backoffLimitPerIndex: 1", "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode")]
    [InlineData("completionMode: Indexed\ncompletions: 2\nmaxFailedIndexes: 1", "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified")]
    [InlineData("completionMode: Indexed\ncompletions: 2\nbackoffLimitPerIndex: 1\nmaxFailedIndexes: 3", "spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions")]
    public async Task An_invalid_combination_is_rejected(string spec, string message)
    {
        await using var test = await TestCluster.StartAsync();

        var output = await test.KubectlAsync(Manifests.Job("one", "true", spec: $"parallelism: 1\n{spec}"), ["apply", "-f", "-"]);

        Assert.Contains(message, output.Failed().Error, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> RunAsync(TestCluster test, string manifest)
    {
        await test.ApplyAsync(manifest);
        return (await test.Cluster.History.WaitForAsync(
            e => e.Kind == "Job" && (Pods.HasCondition(e.State, "Complete") || Pods.HasCondition(e.State, "Failed")),
            cancellationToken: TestContext.Current.CancellationToken)).State;
    }

    private static string? Reason(JsonObject job) => job.Items("status", "conditions").Last().Text("reason");

    /// <summary>Returns the highest number of containers that ran at the same time.</summary>
    private static int MostRunning(TestCluster test)
    {
        var (running, most) = (0, 0);
        foreach (var happened in test.Cluster.History.Events)
        {
            running += happened.Type switch
            {
                HistoryEventType.ContainerStarted => 1,
                HistoryEventType.ContainerTerminated => -1,
                _ => 0,
            };
            most = Math.Max(most, running);
        }

        return most;
    }
}
