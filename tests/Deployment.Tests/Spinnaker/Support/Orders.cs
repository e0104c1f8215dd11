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

/// <summary>The sample service, taken from version to version by pipelines alone, in a namespace of a test's own.</summary>
internal sealed class Orders : IAsyncDisposable
{
    /// <summary>What the pipelines bake and the chart names the Deployment.</summary>
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

    /// <summary>The image without its tag, as the pipelines name it here.</summary>
    public string Repository => Namespace.Cluster.Images.OrdersRepository;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nothing is deployed yet, and no pipeline is saved.</summary>
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
            Ask = (_, url, cancellation) => ServiceQuestions.AskAsync(prepared.Cluster.Api, own.Name, $"{Name}:80", url, cancellation),
            PollInterval = TimeSpan.FromMilliseconds(300),
            // One pod does for most tests, in half the time.
            ExtraOverrides = new Dictionary<string, string> { ["app.replicas"] = "1" },
            OnEvent = (execution, stage, message) =>
                events.Enqueue($"{DateTime.UtcNow:HH:mm:ss.f} #{execution.Number} {stage?.Config.Name ?? execution.Pipeline.Name}: {message}"),
        };
        return new Orders(own, await SpinnakerRehearsal.StartAsync(change?.Invoke(options) ?? options, Cancel), events);
    }

    /// <summary>Saves a pipeline of this repository with the names of this test filled in, and edits.</summary>
    public Pipeline Save(string name, Action<Pipeline>? edit = null)
    {
        var pipeline = PipelineFiles.Load(name).With(new Dictionary<string, string>
        {
            ["quay.io/example/orders"] = Repository,
            ["shop"] = Namespace.Name,
            // What a Spinnaker gives a pipeline that it saves.
            [$"ID of '{PipelineFiles.Load(PipelineFiles.MigrateThenDeploy).Name}'"] = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy).Id,
        });
        edit?.Invoke(pipeline);
        Spinnaker.Save(pipeline);
        return pipeline;
    }

    /// <summary>A new tag of the image: what it starts, when it has ended.</summary>
    public async Task<PipelineExecution> PushAsync(int version) =>
        await Spinnaker.CompletedAsync(Assert.Single(Spinnaker.Push(Repository, $"v{version}")), Cancel);

    /// <summary>Somebody starts a pipeline by hand.</summary>
    public async Task<PipelineExecution> StartAsync(string pipeline, ManualStart start) =>
        await Spinnaker.CompletedAsync(Spinnaker.Start(pipeline, start), Cancel);

    /// <summary>The execution that the end of another started, when it has ended.</summary>
    public async Task<PipelineExecution> StartedByAsync(PipelineExecution parent)
    {
        var started = Assert.Single(Spinnaker.Executions, e => e.Trigger.Parent == parent);
        return await Spinnaker.CompletedAsync(started, Cancel);
    }

    /// <summary>Two rows with one address, so that v3's migration fails.</summary>
    public Task SpoilV3Async() => Database.ExecuteAsync(Sql("duplicate.sql"), Cancel);

    /// <summary>Makes one customer of both.</summary>
    public Task MergeDuplicatesAsync() => Database.ExecuteAsync(Sql("merge-duplicates.sql"), Cancel);

    /// <summary>The Deployment as it is now; the test fails when there is none.</summary>
    public async Task<V1Deployment> DeploymentAsync()
    {
        var found = await Namespace.FindDeploymentAsync(Name, Cancel);
        Assert.NotNull(found);
        return found;
    }

    /// <summary>The one Job that is there now. (The record of changes may not have been told of it yet.)</summary>
    public async Task<V1Job> JobAsync() =>
        Assert.Single((await Namespace.Cluster.Api.BatchV1.ListNamespacedJobAsync(Namespace.Name, cancellationToken: Cancel)).Items);

    /// <summary>The application's pods of a version that are there now.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(int version) =>
        [.. (await Namespace.PodsAsync(Cancel)).Where(p => p.AppImage() == Image(version))];

    /// <summary>The image of a version of the service.</summary>
    public string Image(int version) => Namespace.Cluster.Images.Orders(version);

    /// <summary>The image that the Deployment wants now, or null.</summary>
    public async Task<string?> DeployedImageAsync() =>
        (await Namespace.FindDeploymentAsync(Name, Cancel))?.Spec.Template.Spec.Containers.Single(c => c.Name == "app").Image;

    public async ValueTask DisposeAsync()
    {
        await Spinnaker.DisposeAsync();
        // Shown of a test that fails; whether it does is not known yet.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _events));
        await Namespace.DisposeAsync();
    }

    private static string Sql(string name) =>
        File.ReadAllText(RepositoryRoot.Combine("samples", "Orders", "data", name));
}
