using System.Globalization;
using System.Text.Json;
using k8s;
using k8s.Models;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>The sample service as a Helm release.</summary>
/// <param name="own">The namespace and its database.</param>
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

    /// <summary>Returns the image of a version of the service.</summary>
    public string Image(int version) => own.Cluster.Images.Orders(version);

    /// <summary>Runs <c>helm install</c> with a version and additional options.</summary>
    public Task<ToolOutcome> InstallAsync(int version, params string[] more) => HelmAsync("install", version, more, Cancel);

    /// <summary>Runs <c>helm upgrade</c> to a version, with additional options such as <c>--install</c>.</summary>
    public Task<ToolOutcome> UpgradeAsync(int version, params string[] more) => HelmAsync("upgrade", version, more, Cancel);

    /// <summary>Runs <c>helm upgrade</c> to a version, and kills helm when the token is canceled.</summary>
    public Task<ToolOutcome> UpgradeAsync(int version, CancellationToken kill) => HelmAsync("upgrade", version, [], kill);

    /// <summary>Runs <c>helm rollback --wait</c> to a revision, with additional options.</summary>
    public Task<ToolOutcome> RollbackAsync(int revision, params string[] more) => tools.HelmAsync(
        ["rollback", name, revision.ToString(CultureInfo.InvariantCulture), "--wait", .. more], Cancel);

    /// <summary>Returns helm's status of the newest revision, such as <c>deployed</c> or <c>pending-rollback</c>.</summary>
    public async Task<string> StatusAsync()
    {
        var status = (await tools.HelmAsync(["status", name, "--output", "json"], Cancel)).Succeeded();
        return JsonDocument.Parse(status.Output).RootElement.GetProperty("info").GetProperty("status").GetString()!;
    }

    /// <summary>Deletes a Job's pod with force, as after the loss of a node.</summary>
    public async Task KillPodOfAsync(string job) => (await tools.KubectlAsync(
        ["delete", "pods", "--selector", $"job-name={job}", "--force", "--grace-period=0"], Cancel)).Succeeded();

    /// <summary>
    /// Migrates to a version as tools without hooks do: renders only the Job, and replaces an existing Job.
    /// </summary>
    public async Task MigrateAsync(int version) =>
        (await tools.KubectlAsync(["replace", "--force", "--filename", "-"], Cancel, await MigrationAsync(version))).Succeeded();

    /// <summary>Renders only the migration Job of a version.</summary>
    public async Task<string> MigrationAsync(int version) =>
        (await HelmAsync("template", version, ["--set", "phase=migrate"], Cancel)).Succeeded().Output;

    /// <summary>Waits until all pods of the Deployment have its newest version and are ready.</summary>
    public async Task WaitForRolloutAsync() => (await tools.KubectlAsync(
        ["rollout", "status", $"deployment/{name}", "--timeout", "60s"], Cancel)).Succeeded();

    /// <summary>Returns the current pods of a version, except those that are being deleted.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(int version) =>
        [.. (await own.PodsAsync(Cancel)).Where(p => IsOf(version, p))];

    /// <summary>Waits for a change of a version's pod that meets a condition, and returns the first one.</summary>
    public Task<RecordedChange> FirstPodAsync(int version, Func<V1Pod, bool> matches) =>
        Record.WaitForAsync(c => c.Value is V1Pod pod && IsOf(version, pod) && matches(pod), Cancel);

    /// <summary>
    /// Waits until a server of a version has started, and returns the history at that moment. (The Job's status is not
    /// sufficient, because it changes after the Job's pod has ended, and another pod may start before that.)
    /// </summary>
    public async Task<IReadOnlyList<string>> AppliedWhenFirstPodStartedAsync(int version)
    {
        await FirstPodAsync(version, pod => pod.AppHasStarted());
        return await Database.AppliedScriptsAsync(Cancel);
    }

    /// <summary>Deletes the pods of a version, and waits until they are replaced.</summary>
    public async Task ReplacePodsAsync(int version)
    {
        var pods = await PodsAsync(version);
        (await tools.KubectlAsync(["delete", "pods", .. pods.Select(pod => pod.Name())], Cancel)).Succeeded();
        var old = pods.Select(pod => pod.Uid()).ToHashSet();
        // The Deployment's status is not sufficient, because it may be older than the deletion.
        while ((await PodsAsync(version)).Count(pod => pod.IsReady() && !old.Contains(pod.Uid())) < Replicas)
        {
            await Task.Delay(100, Cancel);
        }
    }

    /// <summary>Deletes the migration Job of a version, and waits until its pod is deleted.</summary>
    public async Task DeleteJobAsync(int version)
    {
        (await tools.KubectlAsync(["delete", "job", JobName], Cancel)).Succeeded();
        // kubectl waits only for the Job. The pod is deleted in the background, and may complete the migration until then.
        await Record.WaitForAsync(
            c => c is { Type: WatchEventType.Deleted, Value: V1Pod pod }
                && pod.GetLabel("job-name") == JobName
                && pod.Spec.Containers[0].Image == Image(version),
            Cancel);
    }

    /// <summary>Waits for a migration Job of a version to succeed, and returns the first one.</summary>
    /// <param name="version">The version.</param>
    /// <param name="otherThan">The uid of a Job to ignore.</param>
    public Task<RecordedChange> CompleteJobAsync(int version, string? otherThan = null) => Record.WaitForAsync(
        c => c.Value is V1Job job && job.IsComplete() && job.Name().StartsWith(JobName, StringComparison.Ordinal) && job.Uid() != otherThan
            && job.Spec.Template.Spec.Containers[0].Image == Image(version),
        Cancel);

    /// <summary>Asserts that all replicas of a version exist, and that each of them serves.</summary>
    public async Task AssertServesAsync(int version)
    {
        var pods = await PodsAsync(version);
        Assert.Equal(Replicas, pods.Count);
        foreach (var pod in pods)
        {
            var answer = await own.GetFromPodAsync(pod.Name(), "version", Cancel);
            Assert.Contains($"v{version}", answer, StringComparison.Ordinal);
            // A server on the schema of an earlier version responds with an error.
            answer = await own.GetFromPodAsync(pod.Name(), "orders", Cancel);
            Assert.Contains("Ada Lovelace", answer, StringComparison.Ordinal);
        }
    }

    /// <summary>Returns the current Deployment, or null if it does not exist.</summary>
    public Task<V1Deployment?> FindDeploymentAsync() => own.FindDeploymentAsync(name, Cancel);

    /// <summary>Returns the termination message of the migration Job's pod, or of another Job's.</summary>
    public async Task<string> TerminationMessageAsync(string suffix = "migrate")
    {
        // Selects by the Job's uid, because pods of an earlier Job with the same name may still exist.
        var job = await own.Cluster.Api.BatchV1.ReadNamespacedJobAsync($"{name}-{suffix}", own.Name, cancellationToken: Cancel);
        var pods = await own.Cluster.Api.CoreV1.ListNamespacedPodAsync(
            own.Name, labelSelector: $"batch.kubernetes.io/controller-uid={job.Uid()}", cancellationToken: Cancel);
        return Assert.Single(pods.Items).Status.ContainerStatuses.Single().State.Terminated.Message;
    }

    /// <summary>Runs a SQL file of <c>samples/Orders/data</c> on the database.</summary>
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
