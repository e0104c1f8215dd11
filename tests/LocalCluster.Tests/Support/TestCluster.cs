using System.Text;
using CliWrap;
using Migrator.LocalCluster.Storage;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.LocalCluster.Tests.Support;

/// <summary>A cluster for one test, with the real helm and kubectl.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TempFolder _home = new();

    private TestCluster(Cluster cluster) => Cluster = cluster;

    public Cluster Cluster { get; }

    /// <summary>The arguments with which helm waits until all objects are ready.</summary>
    public static string[] Wait { get; } = ["--wait", "--timeout", "30s"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Starts a cluster with the images <c>tool:1</c> and <c>tool:2</c>, which contain a shell and a few commands.
    /// </summary>
    public static async Task<TestCluster> StartAsync(ClusterOptions? options = null)
    {
        var cluster = await Cluster.StartAsync(options ?? Quick, Cancel);
        cluster.Images["tool:1"] = Tool;
        cluster.Images["tool:2"] = Tool;
        return new TestCluster(cluster);
    }

    public static ClusterOptions Quick { get; } = new()
    {
        JobBackoff = TimeSpan.FromMilliseconds(100),
        CrashLoopBackoff = TimeSpan.FromMilliseconds(100),
        ImagePullBackoff = TimeSpan.FromMilliseconds(100),
        JobSyncPeriod = TimeSpan.FromMilliseconds(100),
        DeletionDelay = TimeSpan.FromMilliseconds(100),
        SyncPeriod = TimeSpan.FromMilliseconds(100),
    };

    private static ImageProgram Tool { get; } = new()
    {
        Entrypoint = ["sh"],
        Files = new Dictionary<string, string>
        {
            ["/bin/sh"] = "/bin/sh",
            ["/bin/true"] = "/bin/true",
            ["/bin/cat"] = "/bin/cat",
            ["/bin/test"] = "/usr/bin/test",
            ["/bin/sleep"] = "/bin/sleep",
            ["/bin/false"] = "/bin/false",
        },
    };

    public Task<Output> KubectlAsync(params IEnumerable<string> arguments) => KubectlAsync("", arguments);

    /// <summary>Runs kubectl with an input.</summary>
    public async Task<Output> KubectlAsync(string input, IEnumerable<string> arguments) =>
        await RunAsync(await Kubectl.PathAsync(Cancel), input, arguments);

    /// <summary>Applies manifests, and returns kubectl's output.</summary>
    public async Task<string> ApplyAsync(string manifests) =>
        (await KubectlAsync(manifests, ["apply", "-f", "-"])).Done().Text;

    /// <summary>Runs helm 3 or helm 4.</summary>
    public async Task<Output> HelmAsync(int version, params IEnumerable<string> arguments) =>
        await RunAsync(await (version == 3 ? Helm.V3PathAsync(Cancel) : Helm.V4PathAsync(Cancel)), "", arguments);

    /// <summary>Returns the logs of the app's pods that are not being deleted.</summary>
    public async Task<IEnumerable<string>> AppLogsAsync()
    {
        var logs = new List<string>();
        foreach (var pod in Cluster.List("Pod").Where(
            p => Pods.IsActive(p) && p.Text("metadata", "labels", "app") == "shop"))
        {
            logs.Add((await KubectlAsync("logs", pod.Text("metadata", "name")!)).Done().Text);
        }

        return logs;
    }

    /// <summary>Returns the folder of a chart of this project.</summary>
    public static string Chart(string name) => Path.Combine(AppContext.BaseDirectory, "charts", name);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _home.Dispose();
        Assert.Empty(Cluster.Faults);
    }

    private async Task<Output> RunAsync(string program, string input, IEnumerable<string> arguments)
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var result = await Guarded.Command(program, arguments)
            .WithEnvironmentVariables(e => e.Set("KUBECONFIG", Cluster.KubeconfigPath).Set("HOME", _home.Path))
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(Cancel);
        return new Output(result.ExitCode, output.ToString(), error.ToString());
    }
}
