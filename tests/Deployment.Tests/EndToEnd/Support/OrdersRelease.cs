using k8s.Models;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>The sample service as a release of one test, in its own namespace, with its own database.</summary>
internal sealed class OrdersRelease : IAsyncDisposable
{
    /// <summary>The release, and what the chart names its Deployment.</summary>
    public const string Name = "orders";

    /// <summary>What the chart names the migration's Job.</summary>
    public const string Job = "orders-migrate";

    private readonly ClusterTools _tools;

    private OrdersRelease(E2ENamespace own, int helm)
    {
        Namespace = own;
        _tools = new ClusterTools(own.Cluster, own.Name, helm);
    }

    public E2ENamespace Namespace { get; }

    public E2EDatabase Database => Namespace.Database;

    public ClusterRecord Record => Namespace.Record;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nothing is installed yet.</summary>
    /// <param name="prepared">Where.</param>
    /// <param name="helm">The helm to use: 3 or 4.</param>
    public static async Task<OrdersRelease> StartAsync(PreparedCluster prepared, int helm) =>
        new(await E2ENamespace.CreateAsync(prepared.Cluster, "e2e", Cancel), helm);

    /// <summary>The image of a version of the service.</summary>
    public string Image(int version) => Namespace.Cluster.Images.Orders(version);

    /// <summary><c>helm install</c> of a version.</summary>
    public Task<ToolOutcome> InstallAsync(int version, params string[] more) => HelmAsync("install", version, more);

    /// <summary><c>helm upgrade</c> to a version.</summary>
    public Task<ToolOutcome> UpgradeAsync(int version, params string[] more) => HelmAsync("upgrade", version, more);

    public Task<ToolOutcome> KubectlAsync(params string[] arguments) => _tools.KubectlAsync(arguments, Cancel);

    /// <summary>Waits until all pods that the Deployment wants are of its newest version and ready.</summary>
    public async Task RolledOutAsync(string deployment = Name) =>
        (await KubectlAsync("rollout", "status", $"deployment/{deployment}", "--timeout", "60s")).Succeeded();

    /// <summary>The first change of a pod of a version that a condition holds for; waits for it.</summary>
    public async Task<RecordedChange> FirstPodAsync(int version, Func<V1Pod, bool> matches) =>
        await Record.WaitForAsync(c => c.Value is V1Pod pod && pod.AppImage() == Image(version) && matches(pod), Cancel);

    /// <summary>Shows what is there when the test has failed, then takes all of it away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await ShowAsync();
        }

        await Namespace.DisposeAsync();
        _tools.Dispose();
    }

    private Task<ToolOutcome> HelmAsync(string verb, int version, string[] more) => _tools.HelmAsync(
        [
            verb, Name, ChartFolder.Path,
            "--values", RepositoryRoot.Combine("samples", "Demo", "values.yaml"),
            "--set", $"image.repository={Namespace.Cluster.Images.OrdersRepository},image.tag=v{version}",
            .. more,
        ],
        Cancel);

    private async Task ShowAsync()
    {
        string[][] questions =
        [
            ["get", "pods,jobs,deployments", "--output", "wide"],
            ["get", "events", "--sort-by=.metadata.creationTimestamp"],
            ["logs", "--selector", "app.kubernetes.io/instance=orders", "--all-containers", "--prefix"],
        ];
        foreach (var question in questions)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                (await _tools.KubectlAsync(question, CancellationToken.None)).ToString());
        }
    }
}
