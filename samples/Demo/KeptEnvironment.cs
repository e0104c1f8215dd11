using Migrator.Demo.Narration;
using Migrator.EndToEnd;
using Migrator.Tooling.Packages;

namespace Migrator.Demo;

/// <summary>Keeps the demo's cluster and database running after the last step (<c>--keep</c>).</summary>
internal static class KeptEnvironment
{
    /// <summary>Prints commands to inspect the environment, and waits for Enter or the first signal.</summary>
    public static async Task WaitUntilStoppedAsync(
        DemoEnvironment environment, Narrator narrator, int helm, CancellationToken cancellationToken)
    {
        var shop = environment.Namespace;
        var tools = new[]
        {
            await Kubectl.PathAsync(cancellationToken),
            helm == 3 ? await Helm.V3PathAsync(cancellationToken) : await Helm.V4PathAsync(cancellationToken),
        };
        var context = shop.Cluster.Context is { } own ? $" --context {own}" : "";
        var kubectl = $"kubectl{context} --namespace {shop.Name}";
        narrator.Heading("Everything is still running. Inspect it from another terminal:");
        narrator.Output($"""
            export KUBECONFIG={shop.Cluster.KubeconfigPath}
            export PATH={string.Join(':', tools.Select(t => Path.GetDirectoryName(t)))}:$PATH

            {kubectl} get pods,jobs,deployments
            {kubectl} logs job/orders-migrate
            {kubectl} describe pods --selector job-name=orders-migrate
            {kubectl} get --raw /api/v1/namespaces/{shop.Name}/services/orders:http/proxy/orders
            helm{context.Replace("--context", "--kube-context", StringComparison.Ordinal)} --namespace {shop.Name} history orders
            psql {PsqlUrl(shop)} -c 'TABLE changelog'
            """);
        narrator.Heading(Console.IsInputRedirected ? "Press Ctrl-C to stop." : "Press Enter or Ctrl-C to stop.");

        // ReadLine cannot be cancelled. After Ctrl-C, the process exits without waiting for it.
        var enter = Console.IsInputRedirected ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.Run(Console.ReadLine);
        await Task.WhenAny(enter, Task.Delay(Timeout.Infinite, cancellationToken));
    }

    /// <summary>
    /// Returns the database's address. The password is included only for a local database, which ends with the demo.
    /// </summary>
    private static string PsqlUrl(E2ENamespace shop)
    {
        if (shop.Cluster is LocalE2ECluster)
        {
            return shop.Database.Url;
        }

        var url = new UriBuilder(new Uri(shop.Database.Url)) { Password = "" };
        return url.Uri.AbsoluteUri;
    }
}
