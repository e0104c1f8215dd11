using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Rehearsal;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Triggers;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>The sample service in a separate namespace for each test. Only pipelines deploy it.</summary>
internal sealed class Orders : IAsyncDisposable
{
    /// <summary>The release name of the pipelines, and the name of the Deployment.</summary>
    public const string Name = "orders";

    private readonly ConcurrentQueue<string> _events;

    private Orders(E2ENamespace own, SpinnakerRehearsal spinnaker, ConcurrentQueue<string> events)
    {
        Namespace = own;
        Spinnaker = spinnaker;
        _events = events;
    }

    public E2ENamespace Namespace { get; }

    public E2EDatabase Database => Namespace.Database;

    public ClusterRecord Record => Namespace.Record;

    public SpinnakerRehearsal Spinnaker { get; }

    /// <summary>The name of the image without its tag.</summary>
    public string Repository => Namespace.Cluster.Images.OrdersRepository;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Creates the namespace and starts a rehearsal without any pipeline.</summary>
    public static async Task<Orders> StartAsync(PreparedCluster prepared, Func<RehearsalOptions, RehearsalOptions>? change = null)
    {
        var own = await E2ENamespace.CreateAsync(prepared.Cluster, "spin", Cancel);
        ConcurrentQueue<string> events = [];
        var options = new RehearsalOptions
        {
            KubeconfigPath = prepared.Cluster.KubeconfigPath,
            Context = prepared.Cluster.Context,
            FetchArtifact = (id, _) => id switch
            {
                "chart" => ChartFolder.Path,
                "values" => RepositoryRoot.Combine("samples", "Demo", "values.yaml"),
                _ => null,
            },
            SendWebhook = (_, url, cancellation) => ServiceProxy.GetStatusAsync(prepared.Cluster.Api, own.Name, $"{Name}:80", url, cancellation),
            PollInterval = TimeSpan.FromMilliseconds(300),
            // One pod is enough for most tests, and halves their duration.
            ExtraOverrides = new Dictionary<string, string> { ["app.replicas"] = "1" },
            OnEvent = (execution, stage, message) =>
                events.Enqueue($"{DateTime.UtcNow:HH:mm:ss.f} #{execution.Number} {stage?.Config.Name ?? execution.Pipeline.Name}: {message}"),
        };
        return new Orders(own, await SpinnakerRehearsal.StartAsync(change?.Invoke(options) ?? options, Cancel), events);
    }

    /// <summary>Saves a pipeline of this repository with the names of this test and with edits.</summary>
    public Pipeline Save(string name, Action<Pipeline>? edit = null) => Save(PipelineFiles.Load(name), edit);

    /// <summary>Saves a pipeline with the names of this test and with edits.</summary>
    public Pipeline Save(Pipeline source, Action<Pipeline>? edit = null)
    {
        var pipeline = source.With(new Dictionary<string, string>
        {
            ["quay.io/example/orders"] = Repository,
            ["shop"] = Namespace.Name,
            // Spinnaker generates this id when it saves a pipeline.
            [$"ID of '{PipelineFiles.Load(PipelineFiles.MigrateThenDeploy).Name}'"] = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy).Id,
        });
        edit?.Invoke(pipeline);
        Spinnaker.Save(pipeline);
        return pipeline;
    }

    /// <summary>Pushes a tag of the image and waits until the execution that it starts has ended.</summary>
    public async Task<PipelineExecution> PushAsync(int version) =>
        await Spinnaker.WaitForCompletionAsync(Assert.Single(Spinnaker.Push(Repository, $"v{version}")), Cancel);

    /// <summary>Starts a pipeline manually and waits until the execution has ended.</summary>
    public async Task<PipelineExecution> StartAsync(string pipeline, ManualStart start) =>
        await Spinnaker.WaitForCompletionAsync(Spinnaker.Start(pipeline, start), Cancel);

    /// <summary>Waits until the execution that the end of another execution started has ended, and returns it.</summary>
    public async Task<PipelineExecution> StartedByAsync(PipelineExecution parent)
    {
        var started = Assert.Single(Spinnaker.Executions, e => e.Trigger.Parent == parent);
        return await Spinnaker.WaitForCompletionAsync(started, Cancel);
    }

    /// <summary>Adds two customers with the same email address. The migration of v3 fails on them.</summary>
    public Task InsertDuplicatesAsync() => Database.ExecuteAsync(Sql("duplicate.sql"), Cancel);

    /// <summary>Merges the two customers.</summary>
    public Task MergeDuplicatesAsync() => Database.ExecuteAsync(Sql("merge-duplicates.sql"), Cancel);

    /// <summary>Returns the current Deployment. Fails the test if there is none.</summary>
    public async Task<V1Deployment> DeploymentAsync()
    {
        var found = await Namespace.FindDeploymentAsync(Name, Cancel);
        Assert.NotNull(found);
        return found;
    }

    /// <summary>Returns the newest Job. Reads it from the API server, because the record of changes may lag behind.</summary>
    public async Task<V1Job> JobAsync() =>
        (await Namespace.Cluster.Api.BatchV1.ListNamespacedJobAsync(Namespace.Name, cancellationToken: Cancel)).Items.MaxBy(j => j.Metadata.CreationTimestamp)!;

    /// <summary>Returns the existing pods of one version of the application.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(int version) =>
        [.. (await Namespace.PodsAsync(Cancel)).Where(p => p.AppImage() == Image(version))];

    /// <summary>Returns the image of a version.</summary>
    public string Image(int version) => Namespace.Cluster.Images.Orders(version);

    /// <summary>Returns the image in the current Deployment, or null.</summary>
    public async Task<string?> DeployedImageAsync() =>
        (await Namespace.FindDeploymentAsync(Name, Cancel))?.Spec.Template.Spec.Containers.Single(c => c.Name == "app").Image;

    /// <summary>Deploys a version without a pipeline, as another user of the cluster could.</summary>
    public async Task SetImageAsync(int version)
    {
        var image = Image(version);
        var patch = new V1Patch(
            $$"""{ "spec": { "template": { "spec": { "initContainers": [{ "name": "gate", "image": "{{image}}" }], "containers": [{ "name": "app", "image": "{{image}}" }] } } } }""",
            V1Patch.PatchType.StrategicMergePatch);
        await Namespace.Cluster.Api.AppsV1.PatchNamespacedDeploymentAsync(patch, Name, Namespace.Name, cancellationToken: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Spinnaker.DisposeAsync();
        // The test runner shows this output only for failed tests.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _events));
        await Namespace.DisposeAsync();
    }

    private static string Sql(string name) =>
        File.ReadAllText(RepositoryRoot.Combine("samples", "Orders", "data", name));
}
