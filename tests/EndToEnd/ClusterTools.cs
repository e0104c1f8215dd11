using CliWrap;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;

namespace Migrator.EndToEnd;

/// <summary>
/// The real helm and kubectl on a cluster and a namespace, started in the repository's root, without this machine's own
/// settings of helm.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="inNamespace">The namespace of every command.</param>
/// <param name="helmMajor">3 (3.18) or 4 (4.2).</param>
public sealed class ClusterTools(E2ECluster cluster, string inNamespace, int helmMajor) : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>Runs helm to its end, whatever its exit code.</summary>
    public async Task<ToolOutcome> HelmAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var path = helmMajor == 3
            ? await Helm.V3PathAsync(cancellationToken)
            : await Helm.V4PathAsync(cancellationToken);
        return await RunAsync("helm", path, arguments, "--kube-context", "", cancellationToken);
    }

    /// <summary>Runs kubectl to its end, whatever its exit code.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="input">What it reads from stdin.</param>
    public async Task<ToolOutcome> KubectlAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, string input = "") =>
        await RunAsync(
            "kubectl", await Kubectl.PathAsync(cancellationToken), arguments, "--context", input, cancellationToken);

    /// <summary>All that is there and was logged, for whoever looks for the reason of a failure.</summary>
    public async Task<string> DescribeAsync()
    {
        string[][] questions =
        [
            ["get", "pods,jobs,deployments", "--output", "wide"],
            ["get", "events", "--sort-by=.metadata.creationTimestamp"],
            ["logs", "--selector", "app.kubernetes.io/instance", "--all-containers", "--prefix"],
        ];
        List<string> answers = [];
        foreach (var question in questions)
        {
            answers.Add((await KubectlAsync(question, CancellationToken.None)).ToString());
        }

        return string.Join("\n\n", answers);
    }

    /// <summary>Removes the tools' caches.</summary>
    public void Dispose() => _home.Dispose();

    private async Task<ToolOutcome> RunAsync(
        string name,
        string path,
        IEnumerable<string> arguments,
        string contextOption,
        string input,
        CancellationToken cancellationToken)
    {
        string[] all = [.. arguments, "--namespace", inNamespace];
        string[] context = cluster.Context is { } own ? [contextOption, own] : [];
        var command = Guarded.Command(path, [.. all, .. context])
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithEnvironmentVariables(environment => environment
                .Set("KUBECONFIG", cluster.KubeconfigPath)
                .Set("KUBECACHEDIR", Path.Combine(_home.Path, "kube"))
                .Set("HELM_CACHE_HOME", _home.Path)
                .Set("HELM_CONFIG_HOME", _home.Path)
                .Set("HELM_DATA_HOME", _home.Path))
            .WithStandardInputPipe(PipeSource.FromString(input));
        return await ToolOutcome.OfAsync($"{name} {string.Join(' ', all)}", command, cancellationToken);
    }
}
