using System.Globalization;
using System.Text.Json;
using k8s;
using k8s.Models;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>The sample service as a release.</summary>
/// <param name="own">The namespace and the database.</param>
/// <param name="tools">The helm and the kubectl to use.</param>
/// <param name="name">The release's name, which the chart gives to its Deployment too.</param>
internal sealed class OrdersRelease(E2ENamespace own, ClusterTools tools, string name = "orders")
{
    private const int Replicas = 2;

    public E2ENamespace Namespace => own;

    public E2EDatabase Database => own.Database;

    public ClusterRecord Record => own.Record;

    private string JobName => $"{name}-migrate";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The image of a version of the service.</summary>
    public string Image(int version) => own.Cluster.Images.Orders(version);

    /// <summary><c>helm install</c> of a version.</summary>
    public Task<ToolOutcome> InstallAsync(int version, params string[] more) => HelmAsync("install", version, more, Cancel);

    /// <summary><c>helm upgrade</c> to a version; <c>--install</c> and others can follow.</summary>
    public Task<ToolOutcome> UpgradeAsync(int version, params string[] more) => HelmAsync("upgrade", version, more, Cancel);

    /// <summary><c>helm upgrade</c> to a version, which is killed when the token says so.</summary>
    public Task<ToolOutcome> UpgradeAsync(int version, CancellationToken kill) => HelmAsync("upgrade", version, [], kill);

    /// <summary><c>helm rollback</c> to a revision, waiting for its pods; other options can follow.</summary>
    public Task<ToolOutcome> RollbackAsync(int revision, params string[] more) => tools.HelmAsync(
        ["rollback", name, revision.ToString(CultureInfo.InvariantCulture), "--wait", .. more], Cancel);

    /// <summary>What helm calls the newest revision: <c>deployed</c>, <c>pending-rollback</c> and so on.</summary>
    public async Task<string> StatusAsync()
    {
        var status = (await tools.HelmAsync(["status", name, "--output", "json"], Cancel)).Succeeded();
        return JsonDocument.Parse(status.Output).RootElement.GetProperty("info").GetProperty("status").GetString()!;
    }

    /// <summary>Ends a Job's pod as a lost node does.</summary>
    public async Task KillPodOfAsync(string job) => (await tools.KubectlAsync(
        ["delete", "pods", "--selector", $"job-name={job}", "--force", "--grace-period=0"], Cancel)).Succeeded();

    /// <summary>
    /// Migrates to a version as tools do that run no hooks: the Job alone, rendered, and made anew when there is one.
    /// </summary>
    public async Task MigrateAsync(int version)
    {
        var job = (await HelmAsync("template", version, ["--set", "phase=migrate"], Cancel)).Succeeded();
        (await tools.KubectlAsync(["replace", "--force", "--filename", "-"], Cancel, job.Output)).Succeeded();
    }

    /// <summary>Waits until all pods that the Deployment wants are of its newest version and ready.</summary>
    public async Task RolledOutAsync() => (await tools.KubectlAsync(
        ["rollout", "status", $"deployment/{name}", "--timeout", "60s"], Cancel)).Succeeded();

    /// <summary>The pods of a version that are there now and are not being deleted.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(int version) =>
        [.. (await own.PodsAsync(Cancel)).Where(p => IsOf(version, p))];

    /// <summary>The first change of a pod of a version that a condition holds for; waits for it.</summary>
    public Task<RecordedChange> FirstPodAsync(int version, Func<V1Pod, bool> matches) =>
        Record.WaitForAsync(c => c.Value is V1Pod pod && IsOf(version, pod) && matches(pod), Cancel);

    /// <summary>
    /// The history at the moment when a server of a version is first seen to run; waits for that moment. (A Job's status
    /// does not tell: it changes after the Job's pod has ended, and another pod may start before that.)
    /// </summary>
    public async Task<IReadOnlyList<string>> AppliedAtTheStartAsync(int version)
    {
        await FirstPodAsync(version, pod => pod.AppHasStarted());
        return await Database.AppliedScriptsAsync(Cancel);
    }

    /// <summary>Deletes the pods of a version, and waits until others have taken their places.</summary>
    public async Task ReplacePodsAsync(int version)
    {
        var pods = await PodsAsync(version);
        (await tools.KubectlAsync(["delete", "pods", .. pods.Select(pod => pod.Name())], Cancel)).Succeeded();
        var old = pods.Select(pod => pod.Uid()).ToHashSet();
        // The Deployment's status may be older than the deletion: it does not tell.
        while ((await PodsAsync(version)).Count(pod => pod.IsReady() && !old.Contains(pod.Uid())) < Replicas)
        {
            await Task.Delay(100, Cancel);
        }
    }

    /// <summary>Deletes the Job of the migration to a version, and waits until its pod has ended and is gone.</summary>
    public async Task DeleteJobAsync(int version)
    {
        (await tools.KubectlAsync(["delete", "job", JobName], Cancel)).Succeeded();
        // kubectl waits for the Job only. Its pod is deleted in the background, and until then the pod may finish its work.
        await Record.WaitForAsync(
            c => c is { Type: WatchEventType.Deleted, Value: V1Pod pod }
                && pod.GetLabel("job-name") == JobName
                && pod.Spec.Containers[0].Image == Image(version),
            Cancel);
    }

    /// <summary>The first Job of the migration to a version that has succeeded; waits for it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="otherThan">The uid of a Job that is not meant.</param>
    public Task<RecordedChange> CompleteJobAsync(int version, string? otherThan = null) => Record.WaitForAsync(
        c => c.Value is V1Job job && job.IsComplete() && job.Name() == JobName && job.Uid() != otherThan
            && job.Spec.Template.Spec.Containers[0].Image == Image(version),
        Cancel);

    /// <summary>Checks that there are as many pods of a version as are wanted, and that each of them serves.</summary>
    public async Task AnswersAsync(int version)
    {
        var pods = await PodsAsync(version);
        Assert.Equal(Replicas, pods.Count);
        foreach (var pod in pods)
        {
            var answer = await own.GetFromPodAsync(pod.Name(), "version", Cancel);
            Assert.Contains($"v{version}", answer, StringComparison.Ordinal);
            // A server on the schema before its own answers with an error.
            answer = await own.GetFromPodAsync(pod.Name(), "orders", Cancel);
            Assert.Contains("Ada Lovelace", answer, StringComparison.Ordinal);
        }
    }

    /// <summary>The Deployment as it is now, or null.</summary>
    public Task<V1Deployment?> FindDeploymentAsync() => own.FindDeploymentAsync(name, Cancel);

    /// <summary>What the pod of the migration, or of another Job, has left for whoever describes it.</summary>
    public async Task<string> TerminationMessageAsync(string suffix = "migrate")
    {
        // By the Job's uid: pods of an earlier Job of the same name may still be there.
        var job = await own.Cluster.Api.BatchV1.ReadNamespacedJobAsync($"{name}-{suffix}", own.Name, cancellationToken: Cancel);
        var pods = await own.Cluster.Api.CoreV1.ListNamespacedPodAsync(
            own.Name, labelSelector: $"batch.kubernetes.io/controller-uid={job.Uid()}", cancellationToken: Cancel);
        return Assert.Single(pods.Items).Status.ContainerStatuses.Single().State.Terminated.Message;
    }

    /// <summary>Runs a file of <c>samples/Orders/data</c> on the database.</summary>
    public async Task RunDataAsync(string file) => await Database.ExecuteAsync(
        await File.ReadAllTextAsync(RepositoryRoot.Combine("samples", "Orders", "data", file), Cancel), Cancel);

    private bool IsOf(int version, V1Pod pod) =>
        pod.AppImage() == Image(version) && pod.GetLabel("app.kubernetes.io/instance") == name;

    private Task<ToolOutcome> HelmAsync(string verb, int version, string[] more, CancellationToken cancel) => tools.HelmAsync(
        [
            verb, name, "./chart",
            "--values", "samples/Demo/values.yaml",
            "--set", $"image.repository={own.Cluster.Images.OrdersRepository},image.tag=v{version}",
            .. more,
        ],
        cancel);
}
