using CliWrap;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;

namespace Migrator.EndToEnd;

/// <summary>
/// Runs the real helm and kubectl in a namespace of a cluster. The working directory is the repository's root. The
/// user's helm settings are not used.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="inNamespace">The namespace of all commands.</param>
/// <param name="helmMajor">Helm's major version: 3 (3.18) or 4 (4.2).</param>
public sealed class ClusterTools(E2ECluster cluster, string inNamespace, int helmMajor) : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>Runs helm, and returns the outcome for any exit code.</summary>
    public async Task<ToolOutcome> HelmAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var path = helmMajor == 3
            ? await Helm.V3PathAsync(cancellationToken)
            : await Helm.V4PathAsync(cancellationToken);
        return await RunAsync("helm", path, arguments, "--kube-context", "", cancellationToken);
    }

    /// <summary>Runs kubectl, and returns the outcome for any exit code.</summary>
    /// <param name="arguments">kubectl's arguments.</param>
    /// <param name="cancellationToken">Ends kubectl.</param>
    /// <param name="input">kubectl's stdin.</param>
    public async Task<ToolOutcome> KubectlAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, string input = "") =>
        await RunAsync(
            "kubectl", await Kubectl.PathAsync(cancellationToken), arguments, "--context", input, cancellationToken);

    /// <summary>Returns the namespace's objects, events and logs, for the diagnosis of a failure.</summary>
    public async Task<string> DescribeAsync()
    {
        string[][] commands =
        [
            ["get", "pods,jobs,deployments", "--output", "wide"],
            ["get", "events", "--sort-by=.metadata.creationTimestamp"],
            ["logs", "--selector", "app.kubernetes.io/instance", "--all-containers", "--prefix"],
        ];
        List<string> outputs = [];
        foreach (var command in commands)
        {
            outputs.Add((await KubectlAsync(command, CancellationToken.None)).ToString());
        }

        return string.Join("\n\n", outputs);
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
